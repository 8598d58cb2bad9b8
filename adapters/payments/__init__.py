"""Whoever pays: a payment provider over HTTP, and the bank by batch files.

The provider's protocol is Redress's own. `POST /payments` with a JSON body and an `Idempotency-Key`: 201 when it paid,
202 while it still weighs it, 422 when it refuses, 429 when it has done nothing and should be asked again. Every answer
repeats the key. `GET /payments/{key}` says how a payment stands; 404 with the status `unknown` and the key says that
there is none. `POST /payments/{key}/reversal` asks the money back, once. `GET /payments?since=&until=&after=` is the
statement, page by page.

The bank's files are described in docs/payments.md.
"""
