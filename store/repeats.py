"""Which cases repeat earlier trouble: of the same parcel, or of the same consignee. Nothing is written here."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, INTERVAL
from sqlalchemy.types import Text

from schemas.weighing import Repeats

COUNTED_MAX = 10
"""No score asks for more."""
PARCELS_MAX = 500
"""Of a telephone number the parcels booked last that are looked at: that of an office may stand on many thousands."""

# A parcel's own cases repeat only what was closed before: lateness and silence at once are one trouble.
_ASKED = text(
    """
    SELECT c.case_no, c.waybill, c.opened_at, s.consignee_phone AS phone,
        (SELECT count(*) FROM (
            SELECT 1 FROM cases e
            WHERE e.waybill = c.waybill AND e.closed_at <= c.opened_at AND e.opened_at >= c.opened_at - :of_waybill
              AND e.case_no <> c.case_no LIMIT :most) own) AS own
    FROM cases c JOIN shipment s USING (waybill) WHERE c.case_no = ANY(:case_nos)
    """
).bindparams(bindparam("of_waybill", type_=INTERVAL()), bindparam("case_nos", type_=ARRAY(Text())))
# Of another parcel the same consignee's open cases count too. Each number is looked up once, whoever asks about it.
# OFFSET 0 keeps the planner from reading all cases first.
_OF_CONSIGNEES = text(
    """
    SELECT asked.phone, o.waybill, e.opened_at
    FROM unnest(CAST(:phones AS text[]), CAST(:since AS timestamptz[]), CAST(:until AS timestamptz[]))
            AS asked (phone, since, until),
        LATERAL (SELECT waybill FROM shipment WHERE consignee_phone = asked.phone AND consignee_phone <> ''
            ORDER BY registered_at DESC NULLS LAST, waybill LIMIT :parcels) AS o,
        LATERAL (SELECT opened_at FROM cases WHERE waybill = o.waybill
            AND opened_at BETWEEN asked.since AND asked.until OFFSET 0) AS e
    """
)


def of_cases(
    connection: Connection, case_nos: Collection[str], *, of_waybill: timedelta, of_consignee: timedelta
) -> dict[str, Repeats]:
    """Count the earlier cases of each case's parcel and consignee within the windows before it was opened."""
    asked = connection.execute(
        _ASKED, {"case_nos": list(case_nos), "of_waybill": of_waybill, "most": COUNTED_MAX}
    ).all()
    opened: dict[str, list[datetime]] = defaultdict(list)
    for case in asked:
        if case.phone:
            opened[case.phone].append(case.opened_at)
    cases = _of_consignees(connection, opened, window=of_consignee)
    return {
        case.case_no: Repeats(
            waybill=case.own,
            consignee=_earlier(cases[case.phone], waybill=case.waybill, at=case.opened_at, window=of_consignee),
        )
        for case in asked
    }


_Opened = tuple[datetime, str]
"""When a case was opened, and of which parcel it is."""


def _of_consignees(
    connection: Connection, opened: dict[str, list[datetime]], *, window: timedelta
) -> dict[str, list[_Opened]]:
    """Read the cases of each number that any of those opened at these times may count, in the order of their times."""
    found: dict[str, list[_Opened]] = defaultdict(list)
    if opened:
        rows = connection.execute(
            _OF_CONSIGNEES,
            {
                "phones": list(opened),
                "since": [min(times) - window for times in opened.values()],
                "until": [max(times) for times in opened.values()],
                "parcels": PARCELS_MAX,
            },
        )
        for phone, waybill, opened_at in rows:
            found[phone].append((opened_at, waybill))
    for cases in found.values():
        cases.sort()
    return found


def _earlier(cases: Sequence[_Opened], *, waybill: str, at: datetime, window: timedelta) -> int:
    """Count the cases of other parcels that were opened within the window before a moment, so far as a score asks."""
    first, end = bisect_left(cases, (at - window, "")), bisect_right(cases, at, key=lambda case: case[0])
    counted = 0
    for _, other in reversed(cases[first:end]):
        counted += other != waybill
        if counted == COUNTED_MAX:
            break
    return counted
