"""What was ordered to be paid for parcels, by whatever case, so that no loss is paid twice (R56)."""

from collections.abc import Collection

from sqlalchemy import Connection, text

from schemas.paid import OrderedPayment

_ORDERED = text(
    "WITH concerned AS ("
    "SELECT waybill, case_no, state FROM cases WHERE waybill = ANY(:waybills) "
    "UNION ALL SELECT waybill, case_no, state FROM complaint WHERE waybill = ANY(:waybills) AND waybill <> ''), "
    "payment AS ("
    "SELECT c.waybill, c.case_no, o.payload->>'currency' AS currency, CAST(o.payload->>'amount' AS numeric) AS amount "
    "FROM concerned c JOIN outbox o USING (case_no) WHERE o.kind = 'work_order' "
    "AND o.status NOT IN ('failed', 'withdrawn') AND NOT coalesce(o.answer ? 'claim', false) "
    "AND o.payload->>'measure' IN ('COMPENSATE', 'REFUND_FEES') "
    "UNION ALL SELECT c.waybill, c.case_no, p.content->>'currency', CAST(p.content->>'amount' AS numeric) "
    "FROM concerned c, LATERAL (SELECT content FROM plan WHERE plan.case_no = c.case_no ORDER BY version DESC LIMIT 1) "
    "p WHERE c.state = 'APPROVED' "
    "UNION ALL SELECT waybill, case_no, currency, paid_amount + CASE WHEN state IN ('AGREED', 'PAYING') "
    "THEN agreed_amount ELSE 0 END FROM claim WHERE waybill = ANY(:waybills) AND waybill <> '' "
    "UNION ALL SELECT c.waybill, c.case_no, p.content->>'currency', CAST(p.content->>'amount' AS numeric) "
    "FROM claim c, LATERAL (SELECT content FROM plan WHERE plan.case_no = c.case_no ORDER BY version DESC LIMIT 1) p "
    "WHERE c.waybill = ANY(:waybills) AND c.waybill <> '' "
    "AND (c.state IN ('APPROVED', 'OFFERED', 'NEGOTIATION') OR c.state = 'NEEDS_OPERATOR' AND c.offered IS NOT NULL) "
    "UNION ALL SELECT waybill, coalesce(nullif(claim_no, ''), 'private'), currency, amount FROM private_settlement "
    "WHERE waybill = ANY(:waybills) AND waybill <> '') "
    "SELECT waybill, case_no, currency, sum(amount) AS amount FROM payment WHERE amount > 0 "
    "GROUP BY waybill, case_no, currency ORDER BY waybill, case_no, currency"
)


def ordered_for(connection: Connection, waybills: Collection[str]) -> dict[str, list[OrderedPayment]]:
    """Give what each case had paid for each of these parcels, or is about to: a plan that is approved counts, too.

    Orders that the carrier's desk refused for good, and those that were withdrawn, do not count.
    """
    found: dict[str, list[OrderedPayment]] = {}
    for row in connection.execute(_ORDERED, {"waybills": sorted({*waybills} - {""})}):
        found.setdefault(row.waybill, []).append(
            OrderedPayment(case_no=row.case_no, amount=row.amount, currency=row.currency)
        )
    return found


def lock(connection: Connection, *waybills: str) -> None:
    """Let only one transaction at a time decide what is paid for these parcels, so that two approvals see each other.

    They are locked in their order, so that two who lock several do not wait for each other.
    """
    connection.execute(
        text(
            "SELECT pg_advisory_xact_lock(hashtextextended('payment ' || waybill, 0)) FROM (SELECT DISTINCT waybill "
            "FROM unnest(CAST(:waybills AS text[])) AS asked(waybill) WHERE waybill <> '' ORDER BY 1) AS parcel"
        ),
        {"waybills": list(waybills)},
    )
