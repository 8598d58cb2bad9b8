"""Stand-ins for outside firms, and ways to put news of parcels into a test's database."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

import uvicorn
from engine_under_test import free_port, wait_until
from factories import NOON, an_event
from fastapi import FastAPI

from schemas.shipments import LoggedEvent, ShipmentRegistration
from store.tracking import events, shipments
from store.tracking.events import NewEvent
from store.unit_of_work import unit_of_work


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serve an app over HTTP on loopback and give its address."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started, what="the server to start")
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def register(*registrations: ShipmentRegistration, at: datetime = NOON) -> None:
    """Book shipments."""
    with unit_of_work() as connection:
        shipments.register(connection, registrations, at=at)


def tell(*told: LoggedEvent, waybill: str = "773000000001", at: datetime = NOON) -> None:
    """Put events of one waybill into the log, as an ingest would."""
    with unit_of_work() as connection:
        events.merge(connection, [_logged(item, waybill, at) for item in told or (an_event(),)])
        shipments.touch(connection, {waybill: "shentong"}, at=at)


def _logged(item: LoggedEvent, waybill: str, at: datetime) -> NewEvent:
    return NewEvent(
        event_id=str(uuid5(NAMESPACE_URL, f"{waybill}{item.event_id}")),
        namespace="kuaidi100", format="kuaidi100_push", waybill=waybill, carrier="shentong",
        occurred_at=item.occurred_at, received_at=at, event=item.event.value, reason=item.reason,
        confidence="code" if item.understood else "unknown", raw_code="", raw_text="", location=item.location,
        sequence=item.sequence, voids_event_id=None, mapping_version="test", inbox_id=0,
    )  # fmt: skip
