"""A stand-in for a payment provider, speaking the real protocol over HTTP on loopback, for the demo and the tests.

It keeps what it paid by idempotency key, counts how often each key was sent and every time that money moved, and can be
told to behave as providers do on bad days.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from hmac import compare_digest
from threading import Lock
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException
from fastapi.responses import JSONResponse, Response

from adapters.payments.translate import Payment, PaymentOrder, ReversalOrder, StatementEntry, StatementPage
from schemas.payments import PaymentStatus

PAGE = 100


class Behaviour(StrEnum):
    """What it does with the next order that it gets under a key, or from anybody ("*")."""

    TIMES_OUT_AFTER_PAYING = "times_out_after_paying"
    TIMES_OUT_BEFORE_PAYING = "times_out_before_paying"
    PAYS_LATE = "pays_late"  # when nobody waits for it any more
    BREAKS_AFTER_PAYING = "breaks_after_paying"  # pays, and answers 500
    ANSWERS_TWICE = "answers_twice"  # two answers in one
    ANSWERS_FOR_ANOTHER = "answers_for_another"  # with a key that nobody asked about
    PAYS_ANOTHER_AMOUNT = "pays_another_amount"
    REFUSES = "refuses"
    WEIGHS = "weighs"  # pending, and paid when it is asked about
    IS_BUSY = "is_busy"
    IS_SLOW = "is_slow"


class StandInProvider:
    """The payments that were made, by idempotency key."""

    def __init__(self, *, api_key: str = "", hold_seconds: float = 1.0, slow_seconds: float = 0.1) -> None:
        self.payments: dict[str, Payment] = {}
        self.paid_at: dict[str, datetime] = {}
        self.sent: Counter[str] = Counter()  # how often each key was sent
        self.moved: list[str] = []  # the key of every payment, each time that money left
        self.brought_back: list[str] = []
        self.asked: Counter[str] = Counter()
        self.busy = 0  # orders that it is carrying out right now
        self.behaves: dict[str, list[Behaviour]] = {}
        self.irreversible: set[str] = set()
        self.lists_twice: set[str] = set()  # keys that its statement has twice
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.on_paid: Callable[[str], None] = lambda _key: None
        self.api_key = api_key
        self.hold_seconds = hold_seconds  # how long it keeps whoever waits for it
        self.slow_seconds = slow_seconds
        self._lock = Lock()

    def will(self, behaviour: Behaviour, *, key: str = "*", times: int = 1) -> None:
        """Behave so with the next orders."""
        self.behaves.setdefault(key, []).extend([behaviour] * times)

    def take(self, key: str, order: PaymentOrder) -> Response:
        """Take an order as it is told to behave."""
        with self._lock:
            self.sent[key] += 1
            self.busy += 1
            behaviour = self._next(key)
        try:
            return self._carry_out(key, order, behaviour)
        finally:
            with self._lock:
                self.busy -= 1

    def _carry_out(self, key: str, order: PaymentOrder, behaviour: Behaviour | None) -> Response:
        if behaviour is Behaviour.IS_BUSY:
            return Response(status_code=429)
        if behaviour is Behaviour.IS_SLOW:
            time.sleep(self.slow_seconds)
        if behaviour is Behaviour.TIMES_OUT_BEFORE_PAYING:
            time.sleep(self.hold_seconds)
            return Response(status_code=504)
        if behaviour is Behaviour.PAYS_LATE:
            time.sleep(self.hold_seconds)
        payment, is_new = self._kept(key, order, behaviour)
        return self._answer(payment, behaviour, is_new=is_new)

    def state_of(self, key: str) -> Payment:
        """Say how a payment stands; what it was weighing it pays now."""
        with self._lock:
            self.asked[key] += 1
            known = self.payments.get(key, Payment(key=key, status=PaymentStatus.UNKNOWN))
            if known.status is not PaymentStatus.PENDING:
                return known
            return self._paid(known)

    def bring_back(self, key: str) -> Payment:
        """Bring the money of a payment back, once."""
        with self._lock:
            known = self.payments.get(key, Payment(key=key, status=PaymentStatus.UNKNOWN))
            if known.status is not PaymentStatus.PAID:
                return known  # one that is back already too
            if key in self.irreversible:
                return known.model_copy(update={"reason": "the payee has withdrawn the money"})
            self.brought_back.append(key)
            self.payments[key] = known.model_copy(update={"status": PaymentStatus.REVERSED})
            return self.payments[key]

    def statement(self, since: datetime, until: datetime, after: str) -> StatementPage:
        """List payments of a period, in the order of their keys."""
        with self._lock:
            keys = sorted(key for key, at in self.paid_at.items() if since <= at < until and key > after)
            some = keys[:PAGE]
            entries = [
                StatementEntry(**self.payments[key].model_dump(exclude={"reason"}), at=self.paid_at[key])
                for key in some
                for _ in range(2 if key in self.lists_twice else 1)
            ]
        return StatementPage(payments=entries, next=some[-1] if len(keys) > PAGE else "")

    def _next(self, key: str) -> Behaviour | None:
        for name in (key, "*"):
            if self.behaves.get(name):
                return self.behaves[name].pop(0)
        return None

    def _kept(self, key: str, order: PaymentOrder, behaviour: Behaviour | None) -> tuple[Payment, bool]:
        with self._lock:
            if known := self.payments.get(key):
                return known, False
            amount = order.amount + 1 if behaviour is Behaviour.PAYS_ANOTHER_AMOUNT else order.amount
            made = Payment(key=key, status=PaymentStatus.PENDING, amount=amount, currency=order.currency)
            if behaviour is Behaviour.REFUSES:
                reason = f"the account {order.account} is closed"
                made = made.model_copy(update={"status": PaymentStatus.REFUSED, "reason": reason})
            self.payments[key] = made
            if behaviour in {Behaviour.REFUSES, Behaviour.WEIGHS}:
                return made, True
            made = self._paid(made)
        self.on_paid(key)
        return made, True

    def _paid(self, payment: Payment) -> Payment:
        self.moved.append(payment.key)
        reference = f"PAY-{len(self.moved):06d}"
        self.payments[payment.key] = payment.model_copy(update={"status": PaymentStatus.PAID, "reference": reference})
        self.paid_at[payment.key] = self.now()
        return self.payments[payment.key]

    def _answer(self, payment: Payment, behaviour: Behaviour | None, *, is_new: bool) -> Response:
        told = payment.model_dump_json().encode()
        if behaviour is Behaviour.TIMES_OUT_AFTER_PAYING:
            time.sleep(self.hold_seconds)
        if behaviour is Behaviour.BREAKS_AFTER_PAYING:
            return Response(status_code=500)
        if behaviour is Behaviour.ANSWERS_TWICE:
            told += b"\n" + told
        if behaviour is Behaviour.ANSWERS_FOR_ANOTHER:
            told = payment.model_copy(update={"key": "CL-20000101-999999-P1"}).model_dump_json().encode()
        status = {PaymentStatus.REFUSED: 422, PaymentStatus.PENDING: 202}.get(payment.status, 201 if is_new else 200)
        return Response(told, status_code=status, media_type="application/json")


def provider_app(provider: StandInProvider) -> FastAPI:
    """Make the HTTP face of a stand-in provider."""

    def known(x_api_key: Annotated[str, Header()] = "") -> None:
        if not compare_digest(x_api_key.encode(), provider.api_key.encode()):
            raise HTTPException(401, "who is this?")

    app = FastAPI(title="Stand-in payment provider", dependencies=[Depends(known)])

    @app.post("/payments")
    def take(order: PaymentOrder, idempotency_key: Annotated[str, Header(min_length=1, max_length=200)]) -> Response:
        return provider.take(idempotency_key, order)

    @app.get("/payments")
    def statement(since: datetime, until: datetime, after: str = "") -> StatementPage:
        return provider.statement(since, until, after)

    @app.get("/payments/{key}")
    def state_of(key: str) -> Response:
        payment = provider.state_of(key)
        return JSONResponse(payment.model_dump(mode="json"), 404 if payment.status is PaymentStatus.UNKNOWN else 200)

    @app.post("/payments/{key}/reversal")
    def bring_back(key: str, order: ReversalOrder) -> Response:
        del order
        payment = provider.bring_back(key)
        status = 200 if payment.status is PaymentStatus.REVERSED else 422
        return JSONResponse(payment.model_dump(mode="json"), status)

    @app.put("/behaviour/{key}", status_code=204)
    def behave(key: str, behaviour: Behaviour, times: int = 1) -> None:
        provider.will(behaviour, key=key, times=times)

    return app


def main() -> None:
    """Serve a stand-in provider on loopback."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--api-key", default="")
    arguments = parser.parse_args()
    app = provider_app(StandInProvider(api_key=arguments.api_key, hold_seconds=30.0))
    uvicorn.run(app, host="127.0.0.1", port=arguments.port, log_level="warning")


if __name__ == "__main__":
    main()
