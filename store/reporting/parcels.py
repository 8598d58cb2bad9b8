"""How many parcels there were, to measure trouble against: of all outlets, and of each."""

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import Connection, text

from schemas.reporting import Span

OUTLET_OF_PARCEL = "coalesce(nullif(s.destination_outlet, ''), s.last_location, '')"

LANE_OF_PARCEL = """CASE WHEN s.waybill IS NULL THEN '' ELSE
    coalesce(nullif(s.lane_from, ''), nullif(s.origin_city, ''), nullif(s.origin_outlet, ''), '?') || ' → ' ||
    coalesce(nullif(s.lane_to, ''), nullif(s.destination_city, ''), nullif(s.destination_outlet, ''), '?') END"""
"""From which city to which, by the outlets where no city is known; nothing where the parcel is not on file."""
INSURED = "coalesce(s.insured_amount, 0) > 0"
"""A parcel has declared-value cover (保价); cover of nothing is none."""


class Per(StrEnum):
    """Which parcels of a period count, by the time that says so."""

    DELIVERED = "delivered_at"
    REGISTERED = "registered_at"
    ACCEPTED = "picked_up_at"


def parcels(connection: Connection, *, per: Per, during: Span, insured_only: bool = False) -> int:
    """Count the parcels of a period, or those of them that are insured."""
    which = f" AND {INSURED}" if insured_only else ""
    counted: int = connection.execute(
        text(f"SELECT count(*) FROM shipment s WHERE s.{per.value} >= :start AND s.{per.value} < :end{which}"),  # noqa: S608
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
