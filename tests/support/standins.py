"""Stand-ins for outside firms, and ways to put news of parcels into a test's database."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

import polars as pl
import uvicorn
from engine_under_test import free_port, wait_until
from factories import NOON, a_registration, a_trouble, an_event
from fastapi import FastAPI

from deployments.gateway.herald import Herald
from schemas.custody import CustodyEvent
from schemas.shipments import LoggedEvent, ShipmentRegistration
from store import cases
from store.case_history import Signature
from store.cases import NewCase
from store.tracking import events, folding, shipments
from store.unit_of_work import unit_of_work
from tasks.publishing import PAYLOADS_RECEIVED


@contextmanager
def served(app: FastAPI, *, port: int | None = None) -> Iterator[str]:
    """Serve an app over HTTP on loopback and give its address."""
    port = port or free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started, what="the server to start")
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = server.force_exit = True  # whoever is still connected is the test itself
        thread.join(timeout=10)


class QuietHerald(Herald):
    """Counts what it is told instead of calling Prefect."""

    told = 0
    events: tuple[str, ...] = ()

    def start(self) -> None:
        """Listen to nobody."""

    def stop(self) -> None:
        """Have nothing to end."""

    def tell(self, event: str = PAYLOADS_RECEIVED) -> None:
        """Count."""
        self.told += 1
        self.events = (*self.events, event)


def open_case(waybill: str = "773000000001", *, at: datetime = NOON) -> str:
    """Book a shipment, open a case of it, and give its number."""
    register(a_registration(waybill=waybill), at=at)
    sign = Signature(who="redress", role="system", at=at, policy_version="test")
    with unit_of_work() as connection:
        [number] = cases.open_cases(connection, [NewCase(waybill, a_trouble())], prefix="EX-20261120-", sign=sign)
    return number


def register(*registrations: ShipmentRegistration, at: datetime = NOON) -> None:
    """Book shipments."""
    with unit_of_work() as connection:
        shipments.register(connection, registrations, at=at)


def tell(*told: LoggedEvent, waybill: str = "773000000001", at: datetime = NOON) -> None:
    """Put events of one waybill into the log, as an ingest would."""
    with unit_of_work() as connection:
        events.merge(connection, pl.DataFrame([_logged(item, waybill, at) for item in told or (an_event(),)]))
        folding.fold_news(connection, at=at)


def take_back(told: LoggedEvent, *, waybill: str = "773000000001", at: datetime = NOON) -> None:
    """Put a record into the log that retracts an event which was told before."""
    target = _logged(told, waybill, at)
    retraction = {**target, "event_id": str(uuid5(NAMESPACE_URL, f"{waybill}void{told.event_id}"))}
    with unit_of_work() as connection:
        events.merge(connection, pl.DataFrame([{**retraction, "voids_event_id": target["event_id"]}]))
        folding.fold_news(connection, at=at)


def _logged(item: LoggedEvent, waybill: str, at: datetime) -> dict[str, object]:
    return {
        "event_id": str(uuid5(NAMESPACE_URL, f"{waybill}{item.event_id}")),
        "namespace": "kuaidi100", "format": "kuaidi100_push", "waybill": waybill, "carrier": "shentong",
        "occurred_at": item.occurred_at, "received_at": at, "event": item.event.value, "reason": item.reason,
        "clock": "declared", "confidence": "code" if item.understood else "unknown",
        "raw_code": getattr(item, "raw_code", ""),
        "raw_text": item.text if isinstance(item, CustodyEvent) else getattr(item, "raw_text", ""),
        "location": item.location, "sequence": item.sequence, "voids_event_id": None, "mapping_version": "test",
        "inbox_id": 0,
    }  # fmt: skip
