"""An insurer that bears part of what is paid for claims: submitted to over HTTP, and heard by its signed callbacks."""
