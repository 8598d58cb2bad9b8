"""How many parcels there were, to measure trouble against: of all outlets, and of each."""

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import Connection, text

from schemas.reporting import Span

OUTLET_OF_PARCEL = "coalesce(nullif(s.destination_outlet, ''), s.last_location, '')"


class Per(StrEnum):
    """Which parcels of a period count, by the time that says so."""

    DELIVERED = "delivered_at"
    REGISTERED = "registered_at"


def parcels(connection: Connection, *, per: Per, during: Span) -> int:
    """Count the parcels of a period."""
    counted: int = connection.execute(
        text(f"SELECT count(*) FROM shipment s WHERE s.{per.value} >= :start AND s.{per.value} < :end"),  # noqa: S608
        {"start": during.start, "end": during.end},
    ).scalar_one()
    return counted


def parcels_of(connection: Connection, outlets: Collection[str], *, per: Per, during: Span) -> dict[str, int]:
    """Count the parcels of some outlets, by the outlet that delivers."""
    rows = connection.execute(
        text(
            f"SELECT {OUTLET_OF_PARCEL} AS outlet, count(*) AS parcels FROM shipment s "  # noqa: S608  # declared
            f"WHERE s.{per.value} >= :start AND s.{per.value} < :end AND {OUTLET_OF_PARCEL} = ANY(:outlets) GROUP BY 1"
        ),
        {"start": during.start, "end": during.end, "outlets": list(outlets)},
    )
    return {row.outlet: row.parcels for row in rows}
