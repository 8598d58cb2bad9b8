"""The fold of `rules.tracking.fold` for all waybills that a merge brought news of, in one statement.

The rule says what a shipment's state is; this says the same in SQL, from the rule's own tables, because thousands of
waybills change with every batch. A test folds the same logs both ways. The troubles themselves are not folded here,
only whether a shipment has an event that may open one: detection looks closer at those alone.
"""

from datetime import datetime

from sqlalchemy import Connection, text

from rules.exceptions.triggers import ARRIVED, MAY_OPEN
from rules.tracking.fold import PHASE_AFTER, RANK
from schemas.shipments import Phase
from schemas.tracking import SIGNALS, Event
from store.tracking.events import FRESH


def _row(event: Event) -> str:
    scan = event not in SIGNALS
    phase = PHASE_AFTER[event] if scan else Phase.UNKNOWN
    return f"('{event}', {RANK[event]}, '{phase}', {scan}, {event in ARRIVED}, {event in MAY_OPEN})"


_KNOWN = ", ".join(map(_row, Event))
_FOLDED = (
    "phase", "last_event", "last_event_at", "last_location", "first_scan_at", "delivered_at", "events", "troubled",
    "dirty_at",
)  # fmt: skip
_FOLD = text(
    f"""
    WITH known (event, rank, phase, scan, arrived, may_open) AS (VALUES {_KNOWN}),
    news AS (SELECT DISTINCT waybill FROM {FRESH}),
    told AS MATERIALIZED (
        SELECT log.waybill, log.occurred_at, log.sequence, log.event_id, log.event, log.location, log.carrier,
               log.confidence <> 'unknown' AS understood, known.rank, known.phase, known.scan, known.arrived,
               known.may_open
        FROM news JOIN event_log log ON log.waybill = news.waybill JOIN known ON known.event = log.event
        WHERE log.voids_event_id IS NULL
          AND NOT EXISTS (SELECT 1 FROM event_log voiding WHERE voiding.voids_event_id = log.event_id)
    ),
    counted AS (
        SELECT waybill, count(*) AS events, min(carrier) FILTER (WHERE carrier <> '') AS carrier,
               min(occurred_at) FILTER (WHERE understood AND scan) AS first_scan_at,
               min(occurred_at) FILTER (WHERE understood AND event = '{Event.PICKED_UP}') AS picked_up_at,
               min(occurred_at) FILTER (WHERE understood AND arrived) AS delivered_at,
               coalesce(bool_or(understood AND may_open), false) AS troubled
        FROM told GROUP BY waybill
    ),
    last AS (
        SELECT DISTINCT ON (waybill) waybill, phase, event, occurred_at, location FROM told WHERE understood AND scan
        ORDER BY waybill, occurred_at DESC, sequence COLLATE "C" DESC, rank DESC, event_id DESC
    )
    INSERT INTO shipment (waybill, carrier, picked_up_at, {", ".join(_FOLDED)})
    SELECT news.waybill, coalesce(counted.carrier, ''), counted.picked_up_at, coalesce(last.phase, '{Phase.UNKNOWN}'),
           coalesce(last.event, ''), last.occurred_at, coalesce(last.location, ''), counted.first_scan_at,
           counted.delivered_at, coalesce(counted.events, 0), coalesce(counted.troubled, false), :at
    FROM news LEFT JOIN counted USING (waybill) LEFT JOIN last USING (waybill)
    ORDER BY news.waybill
    ON CONFLICT (waybill) DO UPDATE SET {", ".join(f"{column} = excluded.{column}" for column in _FOLDED)},
        picked_up_at = coalesce(excluded.picked_up_at, shipment.picked_up_at),
        carrier = CASE WHEN shipment.registered_at IS NOT NULL AND shipment.carrier <> '' THEN shipment.carrier
                       ELSE excluded.carrier END
    """  # noqa: S608  # the words are the project's own vocabulary
)


def fold_news(connection: Connection, *, at: datetime) -> None:
    """Write where every shipment stands that the merge of this transaction brought news of, for detection to look at.

    A shipment that nobody registered gets a row. Locks come in the order of the waybills, so two batches cannot deadlock.
    """
    connection.execute(_FOLD, {"at": at})
