"""How long parcels of a lane take, from the log's own deliveries, and when a parcel under way is therefore expected.

All of it is set-based: the times of all lanes are computed in one statement, an estimate is one join to them.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Integer, Interval, Table, Text, text

from rules.exceptions.triggers import ARRIVED
from schemas.promises import Estimate, LaneTime
from schemas.tracking import SIGNALS
from store.metadata import INSTANT, metadata

lane_time = Table(
    "lane_time",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("destination", Text, primary_key=True),
    Column("product", Text, primary_key=True),
    Column("leg", Text, primary_key=True),  # the event that the time is counted from; empty: pick-up
    Column("place", Text, primary_key=True),  # origin, destination or elsewhere; empty for the way from pick-up
    Column("carrier", Text, primary_key=True),  # empty: all carriers together
    Column("parcels", Integer, nullable=False),
    Column("p50", Interval, nullable=False),
    Column("p80", Interval, nullable=False),
    Column("p95", Interval, nullable=False),
    Column("refreshed_at", INSTANT, nullable=False),
)
_KEY = "origin, destination, product, leg, place, carrier"
_NO_LEGS = sorted(SIGNALS | ARRIVED)


def _place(location: str) -> str:
    """Write where an event was, as far as the name of its place says so."""
    return (
        f"CASE WHEN position(s.lane_to IN {location}) > 0 THEN 'destination' "
        f"WHEN position(s.lane_from IN {location}) > 0 THEN 'origin' ELSE 'elsewhere' END"
    )


_REFRESH = f"""
WITH delivered AS (
  SELECT waybill, lane_from, lane_to, product, carrier, picked_up_at, delivered_at, row_number() OVER (
    PARTITION BY lane_from, lane_to, product, carrier ORDER BY delivered_at DESC, waybill) AS newest
  FROM shipment WHERE delivered_at >= :since AND phase = 'delivered' AND lane_from <> '' AND lane_to <> ''
), legs AS (
  SELECT s.*, '' AS leg, '' AS place, delivered_at - picked_up_at AS took
  FROM delivered s WHERE newest <= :samples_max AND picked_up_at < delivered_at
  UNION ALL
  SELECT s.*, log.event, {_place("log.location")}, s.delivered_at - log.occurred_at
  FROM delivered s JOIN event_log log USING (waybill)
  WHERE newest <= :samples_max AND log.occurred_at < s.delivered_at AND log.confidence <> 'unknown'
    AND log.voids_event_id IS NULL AND log.event <> ALL(:no_legs)
    AND NOT EXISTS (SELECT 1 FROM event_log voiding WHERE voiding.voids_event_id = log.event_id)
), times AS (
  SELECT lane_from, lane_to, product, leg, place, CASE WHEN grouping(carrier) = 1 THEN '' ELSE carrier END AS carrier,
    count(DISTINCT waybill) AS parcels, percentile_cont(ARRAY[0.5, 0.8, 0.95]) WITHIN GROUP (ORDER BY took) AS took
  FROM legs
  GROUP BY GROUPING SETS ((lane_from, lane_to, product, leg, place), (lane_from, lane_to, product, leg, place, carrier))
  HAVING count(DISTINCT waybill) >= :samples_min AND (grouping(carrier) = 1 OR carrier <> '')
)
INSERT INTO lane_time ({_KEY}, parcels, p50, p80, p95, refreshed_at)
SELECT lane_from, lane_to, product, leg, place, carrier, parcels, took[1], took[2], took[3], :at
FROM times ORDER BY 1, 2, 3, 4, 5, 6
ON CONFLICT ({_KEY}) DO UPDATE SET parcels = excluded.parcels, p50 = excluded.p50, p80 = excluded.p80,
  p95 = excluded.p95, refreshed_at = excluded.refreshed_at
"""  # noqa: S608  # names are the project's own

_ESTIMATE = f"""
SELECT s.waybill, s.carrier, coalesce(nullif(s.destination_outlet, ''), s.last_location) AS outlet, s.promised_at,
  s.promised_by, greatest(best.at, :now) AS expected_at, best.leg, best.parcels
FROM shipment s CROSS JOIN LATERAL (
  SELECT t.leg, t.parcels, CASE WHEN t.leg = '' THEN s.picked_up_at ELSE s.last_event_at END + t.p80 AS at
  FROM lane_time t
  WHERE t.origin = s.lane_from AND t.destination = s.lane_to AND t.product = s.product
    AND t.carrier IN ('', s.carrier)
    AND (t.leg = s.last_event AND t.place = {_place("s.last_location")}
         OR t.leg = '' AND s.picked_up_at IS NOT NULL)
  ORDER BY t.leg = '', t.carrier = '' LIMIT 1
) best
WHERE s.watch_at IS NOT NULL AND s.promised_at IS NOT NULL AND s.phase NOT IN ('returning', 'at_pickup_point')
"""  # noqa: S608  # names are the project's own


def refresh(connection: Connection, *, since: datetime, samples_min: int, samples_max: int, at: datetime) -> int:
    """Compute the times of all lanes from what was delivered since, and give how many rows that makes.

    A row rests on the newest deliveries, at most `samples_max` of each lane, product and carrier. Lanes with too few
    deliveries have none: one that had it loses it.
    """
    values = {"since": since, "samples_min": samples_min, "samples_max": samples_max, "at": at, "no_legs": _NO_LEGS}
    made = connection.execute(text(_REFRESH), values).rowcount
    connection.execute(text("DELETE FROM lane_time WHERE refreshed_at < :at"), {"at": at})
    return int(made)


def busiest(connection: Connection, *, limit: int) -> list[LaneTime]:
    """Read how long the whole way takes on the lanes with the most parcels."""
    rows = connection.execute(
        text(
            f"SELECT {_KEY}, parcels, p50, p80, p95 FROM lane_time WHERE leg = '' "  # noqa: S608
            f"ORDER BY parcels DESC, {_KEY} LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [LaneTime.model_validate(dict(row._mapping)) for row in rows]


def estimate(connection: Connection, waybill: str, *, now: datetime) -> Estimate | None:
    """Say when a parcel is expected; None when it is not under way, or its lane has no history.

    That is its latest scan plus the time in which 80 of 100 such parcels arrived from there, never before now.
    """
    found = _estimates(connection, "AND s.waybill = :waybill", {"waybill": waybill, "now": now})
    return found[0] if found else None


def will_be_late(connection: Connection, *, grace: timedelta, now: datetime, limit: int) -> list[Estimate]:
    """List parcels under way that are expected after their promise and are not late yet, the soonest due first."""
    return _estimates(
        connection,
        "AND s.promised_at > :not_late_before AND best.at > s.promised_at + :grace "
        "ORDER BY s.promised_at, s.waybill LIMIT :limit",
        {"grace": grace, "not_late_before": now - grace, "now": now, "limit": limit},
    )


def _estimates(connection: Connection, conditions: str, values: dict[str, Any]) -> list[Estimate]:
    rows = connection.execute(text(f"{_ESTIMATE} {conditions}"), values)  # values are bound
    return [Estimate.model_validate(dict(row._mapping)) for row in rows]
