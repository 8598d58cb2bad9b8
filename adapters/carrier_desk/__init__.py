"""The carrier's operations desk, which takes work orders: find this parcel, deliver it again, pay the customer.

The protocol is Redress's own: `POST /work-orders` with a JSON body and an `Idempotency-Key`; 201 with a reference, the
same reference for the same key, 4xx for an order that cannot be taken, 429 or 5xx when it should be sent again.
"""
