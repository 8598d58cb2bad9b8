"""The mailbox to which customers write (R31): IMAP over TLS, and what a mail says as a complaint."""
