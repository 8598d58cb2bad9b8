"""The fold of `rules.tracking.fold` for all waybills that a merge brought news of, in one statement.

The rule says what a shipment's state is; this says the same in SQL, from the rule's own tables, because thousands of
waybills change with every batch. A test folds the same logs both ways. The troubles themselves are not folded here,
only whether a shipment has an event that may open one: detection looks closer at those alone.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, text

from rules.exceptions.triggers import ARRIVED, MAY_OPEN
from rules.tracking.fold import PHASE_AFTER, RANK
from schemas.shipments import Phase
from schemas.tracking import SIGNALS, Event
from store.tracking.events import FRESH


def _listed(chosen: Iterable[Event]) -> str:
    return "ARRAY[" + ", ".join(f"'{event}'" for event in sorted(chosen, key=RANK.__getitem__)) + "]"


_RANKED = _listed(Event)
_SCANS = _listed(set(Event) - SIGNALS)
_PHASES = ", ".join(f"('{event}', '{phase}')" for event, phase in PHASE_AFTER.items())
_FOLDED = (
    "phase", "last_event", "last_event_at", "last_location", "first_scan_at", "delivered_at", "events", "troubled",
    "dirty_at",
)  # fmt: skip
_FOLD = text(
    f"""
    WITH phases (event, phase) AS (VALUES {_PHASES}),
    news AS (SELECT DISTINCT waybill FROM {FRESH}),
    logged AS MATERIALIZED (
        SELECT log.* FROM news CROSS JOIN LATERAL (
            SELECT waybill, occurred_at, sequence, event_id, event, location, carrier, voids_event_id,
                   confidence <> 'unknown' AS understood
            FROM event_log WHERE waybill = news.waybill
            OFFSET 0  -- by the index, waybill by waybill, however large the log is and whatever is known of it
        ) log
    ),
    told AS MATERIALIZED (
        SELECT *, understood AND event = ANY({_SCANS}) AS scan FROM logged
        WHERE voids_event_id IS NULL
          AND event_id NOT IN (SELECT voids_event_id FROM logged WHERE voids_event_id IS NOT NULL)
    ),
    counted AS (
        SELECT waybill, count(*) AS events, min(carrier) FILTER (WHERE carrier <> '') AS carrier,
               min(occurred_at) FILTER (WHERE scan) AS first_scan_at,
               min(occurred_at) FILTER (WHERE scan AND event = '{Event.PICKED_UP}') AS picked_up_at,
               min(occurred_at) FILTER (WHERE scan AND event = ANY({_listed(ARRIVED)})) AS delivered_at,
               coalesce(bool_or(understood AND event = ANY({_listed(MAY_OPEN)})), false) AS troubled
        FROM told GROUP BY waybill
    ),
    last AS (
        SELECT DISTINCT ON (waybill) waybill, event, occurred_at, location FROM told WHERE scan
        ORDER BY waybill, occurred_at DESC, sequence COLLATE "C" DESC, array_position({_RANKED}, event) DESC,
                 event_id DESC
    )
    INSERT INTO shipment (waybill, carrier, picked_up_at, {", ".join(_FOLDED)})
    SELECT news.waybill, coalesce(counted.carrier, ''), counted.picked_up_at, coalesce(phases.phase, '{Phase.UNKNOWN}'),
           coalesce(last.event, ''), last.occurred_at, coalesce(last.location, ''), counted.first_scan_at,
           counted.delivered_at, coalesce(counted.events, 0), coalesce(counted.troubled, false), :at
    FROM news LEFT JOIN counted USING (waybill) LEFT JOIN last USING (waybill)
         LEFT JOIN phases ON phases.event = last.event
    ORDER BY news.waybill
    ON CONFLICT (waybill) DO UPDATE SET {", ".join(f"{column} = excluded.{column}" for column in _FOLDED)},
        picked_up_at = coalesce(excluded.picked_up_at, shipment.picked_up_at),
        carrier = CASE WHEN shipment.registered_at IS NOT NULL AND shipment.carrier <> '' THEN shipment.carrier
                       ELSE excluded.carrier END
    """  # noqa: S608  # the words are the project's own vocabulary
)


def fold_news(connection: Connection, *, at: datetime) -> None:
    """Write where every shipment stands that the merge of this transaction brought news of, for detection to look at.

    A shipment that nobody registered gets a row. Locks come in the order of the waybills, so that two batches cannot
    deadlock.
    """
    connection.execute(_FOLD, {"at": at})
