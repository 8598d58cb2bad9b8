"""The HTTP gateway: what carriers push, bookings register and departments answer, kept before it is acknowledged."""
