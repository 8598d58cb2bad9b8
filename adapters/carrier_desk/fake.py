"""A stand-in for the carrier's desk, speaking the real protocol over HTTP, for the demo and the tests.

It keeps orders in memory, and in a file when one is named, so that a demo can be stopped and started.
"""

import argparse
import json
from pathlib import Path
from threading import Lock
from typing import Annotated

import uvicorn
from fastapi import FastAPI, Header, HTTPException, Response

from adapters.carrier_desk.translate import Acceptance, KeyedOrder, OrderAnswer, WorkOrder


class StandInDesk:
    """The orders that were taken, by idempotency key, and how often each was sent."""

    def __init__(self, file: Path | None = None) -> None:
        self.orders: dict[str, WorkOrder] = {}
        self.references: dict[str, str] = {}
        self.sent: dict[str, int] = {}
        self.busy_for: dict[str, int] = {}  # measure or case number: how many more times it answers 503
        self.refuse_measures: set[str] = set()  # what it will never do
        self.takes_lists = True
        self._unwritten: list[str] = []
        self._file = file
        self._lock = Lock()
        if file is not None and file.exists():
            for line in file.read_text("utf-8").splitlines():
                kept = json.loads(line)
                self._keep(kept["key"], WorkOrder.model_validate(kept["order"]))

    def take(self, key: str, order: WorkOrder) -> tuple[Acceptance, bool] | None:
        """Take an order, or None when the desk is busy; the flag says whether it is a new one."""
        with self._lock:
            self.sent[key] = self.sent.get(key, 0) + 1
            for name in (order.case_no, order.measure):
                if self.busy_for.get(name, 0) > 0:
                    self.busy_for[name] -= 1
                    return None
            is_new = key not in self.orders
            if is_new:
                self._keep(key, order)
                self._unwritten.append(json.dumps({"key": key, "order": order.model_dump()}, ensure_ascii=False))
            return Acceptance(reference=self.references[key]), is_new

    def write(self) -> None:
        """Write the orders that were taken since the last time into the file."""
        with self._lock:
            if self._file is not None and self._unwritten:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                with self._file.open("a", encoding="utf-8") as file:
                    file.writelines(f"{line}\n" for line in self._unwritten)
            self._unwritten.clear()

    def _keep(self, key: str, order: WorkOrder) -> None:
        self.orders[key] = order
        self.references[key] = f"WO-{len(self.orders):06d}"


def desk_app(desk: StandInDesk) -> FastAPI:
    """Make the HTTP face of a stand-in desk."""
    app = FastAPI(title="Stand-in carrier desk")

    @app.post("/work-orders", status_code=201)
    def take_orders(
        body: WorkOrder | list[KeyedOrder],
        response: Response,
        idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
    ) -> Acceptance | list[OrderAnswer]:
        if isinstance(body, list):
            if not desk.takes_lists:
                raise HTTPException(422, "one order at a time")
            response.status_code = 200
            answers = [_answer(desk, keyed.key, keyed.order) for keyed in body]
            desk.write()
            return answers
        if idempotency_key is None:
            raise HTTPException(422, "an order needs an Idempotency-Key")
        answer = _answer(desk, idempotency_key, body)
        desk.write()
        if answer.error:
            raise HTTPException(answer.status, answer.error)
        response.status_code = answer.status
        return Acceptance(reference=answer.reference)

    @app.get("/work-orders")
    def list_orders() -> list[dict[str, str]]:
        return [{"reference": desk.references[key], **order.model_dump()} for key, order in desk.orders.items()]

    @app.put("/busy/{name}", status_code=204)
    def be_busy(name: str, times: int) -> None:
        desk.busy_for[name] = times

    @app.get("/healthz")
    def healthz() -> dict[str, int]:
        return {"orders": len(desk.orders)}

    return app


def _answer(desk: StandInDesk, key: str, order: WorkOrder) -> OrderAnswer:
    if order.measure in desk.refuse_measures:
        return OrderAnswer(key=key, status=422, error=f"this desk does not do {order.measure}")
    taken = desk.take(key, order)
    if taken is None:
        return OrderAnswer(key=key, status=503, error="busy")
    return OrderAnswer(key=key, status=201 if taken[1] else 200, reference=taken[0].reference)


def main() -> None:
    """Serve a stand-in desk on loopback."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--file", type=Path)
    arguments = parser.parse_args()
    app = desk_app(StandInDesk(arguments.file))
    uvicorn.run(app, host="127.0.0.1", port=arguments.port, log_level="warning")


if __name__ == "__main__":
    main()
