"""Registering shipments as they are accepted, which is what promises and notices rest on (R115, R116)."""

from collections.abc import Sequence

from schemas.shipments import ShipmentRegistration
from store.tracking import shipments
from store.unit_of_work import database_answers, unit_of_work
from tasks import clock

__all__ = ["database_answers", "register_shipments"]


def register_shipments(registrations: Sequence[ShipmentRegistration]) -> None:
    """Store what was agreed; a later registration of a waybill replaces the earlier one."""
    if registrations:
        with unit_of_work() as connection:
            shipments.register(connection, registrations, at=clock.now())
