"""The carrier's operations desk, which takes work orders: find this parcel, deliver it again, pay the customer.

The protocol is Redress's own: `POST /work-orders` with a JSON body and an `Idempotency-Key`; 201 with a reference, the
same reference for the same key, 4xx for an order that cannot be taken, 429 or 5xx when it should be sent again.

Many orders go in one list, each with its key: `[{"key": ..., "order": {...}}, ...]`. The desk answers 200 with a list
that says for each key what the single form would have: `[{"key": ..., "status": 201, "reference": ...}, ...]`, or a
status with an `error`. A desk that answers 4xx to the list itself is given its orders one by one.
"""
