"""Which cases repeat earlier trouble: of the same parcel, or of the same consignee. Nothing is written here."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, INTERVAL
from sqlalchemy.types import Text

from schemas.weighing import Repeats

COUNTED_MAX = 10
"""No score asks for more, and the telephone of an office may stand on thousands of parcels."""

# A parcel's own cases repeat only what was closed before: lateness and silence at once are one trouble. Of another
# parcel the same consignee's open cases count too. OFFSET 0 keeps the planner from reading all cases first: it looks at
# the consignee's parcels one by one and stops when no score asks for more, however many there are.
_REPEATS = text(
    """
    SELECT c.case_no,
        (SELECT count(*) FROM (
            SELECT 1 FROM cases e
            WHERE e.waybill = c.waybill AND e.closed_at <= c.opened_at AND e.opened_at >= c.opened_at - :of_waybill
              AND e.case_no <> c.case_no LIMIT :most) own) AS waybill,
        (SELECT count(*) FROM (
            SELECT 1 FROM shipment o, LATERAL (
                SELECT 1 FROM cases e WHERE e.waybill = o.waybill
                  AND e.opened_at <= c.opened_at AND e.opened_at >= c.opened_at - :of_consignee OFFSET 0) earlier
            WHERE o.consignee_phone = s.consignee_phone AND o.consignee_phone <> '' AND o.waybill <> c.waybill
            LIMIT :most) theirs)
        AS consignee
    FROM cases c JOIN shipment s USING (waybill) WHERE c.case_no = ANY(:case_nos)
    """
).bindparams(
    bindparam("of_waybill", type_=INTERVAL()),
    bindparam("of_consignee", type_=INTERVAL()),
    bindparam("case_nos", type_=ARRAY(Text())),
)


def of_cases(
    connection: Connection, case_nos: Collection[str], *, of_waybill: timedelta, of_consignee: timedelta
) -> dict[str, Repeats]:
    """Count the earlier cases of each case's parcel and consignee within the windows before it was opened."""
    rows = connection.execute(
        _REPEATS,
        {"case_nos": list(case_nos), "of_waybill": of_waybill, "of_consignee": of_consignee, "most": COUNTED_MAX},
    )
    return {row.case_no: Repeats(waybill=row.waybill, consignee=row.consignee) for row in rows}
