"""The fold of `rules.tracking.fold` for all waybills that a merge brought news of, in one statement.

The rule says what a shipment's state is; this says the same in SQL, from the rule's own tables, because thousands of
waybills change with every batch. A test folds the same logs both ways. The troubles themselves are not folded here,
only whether a shipment has an event that may open one, or a log that may contradict itself: detection looks closer at
those alone.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, text

from rules.exceptions.triggers import ARRIVED, MAY_OPEN
from rules.exceptions.untrue import HANDED_OVER, STILL_UNDERWAY, TOLD_LATE_MIN
from rules.tracking.fold import PHASE_AFTER, RANK
from schemas.shipments import Phase
from schemas.tracking import SIGNALS, Event
from store.tracking.events import FRESH


def _listed(chosen: Iterable[Event]) -> str:
    return "ARRAY[" + ", ".join(f"'{event}'" for event in sorted(chosen, key=RANK.__getitem__)) + "]"


_RANKED = _listed(Event)
_SCANS = _listed(set(Event) - SIGNALS)
_PHASED, _PHASES = (
    "ARRAY[" + ", ".join(f"'{word}'" for word in words) + "]" for words in (PHASE_AFTER.keys(), PHASE_AFTER.values())
)
_LAST_FIRST = (
    f'ORDER BY occurred_at DESC, sequence COLLATE "C" DESC, array_position({_RANKED}, event) DESC, event_id DESC'
)
_FOLDED = (
    "phase", "last_event", "last_event_at", "last_location", "first_scan_at", "delivered_at", "events", "troubled",
    "dirty_at",
)  # fmt: skip
# One pass over the events and hardly a join: the statistics lag behind a log that grows by the minute, and a join that
# is planned for one row and gets ten thousand takes minutes.
_FOLD = text(
    f"""
    WITH logged AS MATERIALIZED (
        SELECT log.* FROM (SELECT DISTINCT waybill FROM {FRESH}) news CROSS JOIN LATERAL (
            SELECT waybill, occurred_at, received_at, sequence, event_id, event, location, carrier, voids_event_id,
                   confidence <> 'unknown' AS understood
            FROM event_log WHERE waybill = news.waybill
            OFFSET 0  -- by the index, waybill by waybill, however large the log is and whatever is known of it
        ) log
    ),
    voided AS (
        SELECT DISTINCT voids_event_id AS event_id, true AS taken_back FROM logged WHERE voids_event_id IS NOT NULL
    ),
    told AS (
        SELECT *, stands AND understood AS known, stands AND understood AND event = ANY({_SCANS}) AS scan
        FROM (SELECT logged.*, taken_back, voids_event_id IS NULL AND taken_back IS NULL AS stands
              FROM logged LEFT JOIN voided USING (event_id)) every
    ),
    folded AS (
        SELECT waybill, count(*) FILTER (WHERE stands) AS events,
               min(carrier) FILTER (WHERE stands AND carrier <> '') AS carrier,
               (array_agg(event {_LAST_FIRST}) FILTER (WHERE scan))[1] AS last_event,
               (array_agg(location {_LAST_FIRST}) FILTER (WHERE scan))[1] AS last_location,
               max(occurred_at) FILTER (WHERE scan) AS last_event_at,
               min(occurred_at) FILTER (WHERE scan) AS first_scan_at,
               min(occurred_at) FILTER (WHERE scan AND event = '{Event.PICKED_UP}') AS picked_up_at,
               min(occurred_at) FILTER (WHERE scan AND event = ANY({_listed(ARRIVED)})) AS delivered_at,
               coalesce(
                   bool_or(known AND event = ANY({_listed(MAY_OPEN)}))
                   OR bool_or(taken_back AND event = ANY({_listed(ARRIVED)}))
                   OR max(occurred_at) FILTER (WHERE scan AND event = ANY({_listed(STILL_UNDERWAY)}))
                      > min(occurred_at) FILTER (WHERE scan AND event = '{HANDED_OVER}')
                   OR max(received_at) FILTER (WHERE scan) - min(received_at) FILTER (WHERE scan) >= :told_late
                      AND bool_or(scan AND received_at - occurred_at >= :told_late),
                   false
               ) AS troubled
        FROM told GROUP BY waybill
    )
    INSERT INTO shipment (waybill, carrier, picked_up_at, {", ".join(_FOLDED)})
    SELECT waybill, coalesce(carrier, ''), picked_up_at,
           coalesce(({_PHASES})[array_position({_PHASED}, last_event)], '{Phase.UNKNOWN}'),
           coalesce(last_event, ''), last_event_at, coalesce(last_location, ''), first_scan_at,
           delivered_at, events, troubled, :at
    FROM folded ORDER BY waybill
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
    connection.execute(_FOLD, {"at": at, "told_late": TOLD_LATE_MIN})
