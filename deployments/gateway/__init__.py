"""The HTTP gateway: what carriers push and what the booking system registers, kept before it is acknowledged."""
