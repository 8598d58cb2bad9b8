"""Claims (理赔): what is owed, and how its money is booked."""
