"""Message channels: notices to customers and departments, sent with the Apprise library."""
