"""Erasing the personal data of claims whose time is over: whose it is, what holds it, and what is taken.

A claim, its sealed history, its amounts and its place in the books stay. To whom a payout went is part of the books and
is kept longer than the rest; then key, amount, currency, reference and the last digits of the account remain.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, text

from schemas.archives import HoldReason
from schemas.claims import Claim
from store.claims import Chosen, select_claims
from store.erasing import ERASED, held_by

HOLDS: Mapping[HoldReason, str] = {
    HoldReason.APPEAL: "EXISTS (SELECT FROM appeal a WHERE a.waybill = c.waybill AND a.waybill <> '' "
    "AND a.closed_at IS NULL) OR EXISTS (SELECT FROM appeal a WHERE a.complaint_no = c.origin_case "
    "AND a.complaint_no <> '' AND (a.closed_at IS NULL OR a.kept_until > :now)) OR EXISTS (SELECT FROM complaint r "
    "WHERE r.waybill = c.waybill AND r.waybill <> '' AND r.channel = 'regulator' AND r.closed_at IS NULL)",
    HoldReason.MONEY_OPEN: "EXISTS (SELECT FROM payout p WHERE p.claim_no = c.case_no "
    "AND p.state IN ('requested', 'batched', 'reversing')) OR EXISTS (SELECT FROM charge g "
    "WHERE g.claim_no = c.case_no AND g.state IN ('noticed', 'objected', 'unapproved', 'charged')) "
    "OR EXISTS (SELECT FROM insurance_case i WHERE i.claim_no = c.case_no "
    "AND i.state NOT IN ('paid', 'refused', 'given_up'))",
    HoldReason.LATER_CLAIM: "EXISTS (SELECT FROM claim l WHERE l.waybill = c.waybill AND l.waybill <> '' "
    "AND (l.opened_at, l.case_no) > (c.opened_at, c.case_no) "
    f"AND NOT {ERASED.format('l', 'state_since')})",
    HoldReason.PENALTY_OPEN: "EXISTS (SELECT FROM consequence p WHERE p.case_no = c.case_no "
    "AND p.state IN ('proposed', 'contested'))",
}
"""Why a claim `c` is kept although its time is over; the first that holds is named."""
OF_CLAIMS: Mapping[str, str] = {
    "records": "UPDATE claim_form SET content = '{}', erased_at = :at "
    "WHERE case_no = ANY(:case_nos) AND erased_at IS NULL",
    "payees": "DELETE FROM claim_payee WHERE case_no = ANY(:case_nos)",
    "offers": "UPDATE claim_offer SET note = '' WHERE case_no = ANY(:case_nos)",
    "settlements": "UPDATE private_settlement SET note = '' WHERE claim_no = ANY(:case_nos)",
}
"""What is taken of claims beside what every case has (`store.erasing`), by what it is counted as."""


def due(connection: Connection, *, closed_by: Mapping[str, datetime], under: str | None, limit: int) -> list[Claim]:
    """Read and lock closed claims that were closed by such a time, the newest number first, from below `under` on.

    `closed_by` is by the ending of a claim, `*` for every other one. A claim that somebody else holds is passed over
    until the next night.
    """
    numbers = connection.execute(
        text(
            "SELECT c.case_no FROM claim c LEFT JOIN unnest(CAST(:endings AS text[]), "  # noqa: S608
            "CAST(:moments AS timestamptz[])) AS k(ending, moment) ON k.ending = c.ending WHERE c.state = 'CLOSED' "
            "AND c.closed_at <= :latest AND c.closed_at <= coalesce(k.moment, :otherwise) "
            "AND (CAST(:under AS text) IS NULL OR c.case_no < :under) "
            f"AND NOT {ERASED.format('c', 'closed_at')} "
            "ORDER BY c.case_no DESC LIMIT :limit FOR UPDATE OF c SKIP LOCKED"
        ),
        {
            "endings": list(closed_by),
            "moments": list(closed_by.values()),
            "otherwise": closed_by["*"],
            "latest": max(closed_by.values()),
            "under": under,
            "limit": limit,
        },
    )
    found = list(numbers.scalars())
    return select_claims(connection, Chosen(case_nos=found), limit=limit)[::-1] if found else []


def holds(connection: Connection, case_nos: Collection[str], *, now: datetime) -> dict[str, HoldReason]:
    """Say of each claim why it is kept although its time is over; one that is not is left out."""
    return held_by(connection, "claim", HOLDS, case_nos, now=now)


class SettledPayout(NamedTuple):
    """A payout of a closed claim of which it is still on record to whom it went."""

    key: str
    claim_no: str
    settled_at: datetime


def payouts_due(connection: Connection, *, settled_by: datetime, under: str | None, limit: int) -> list[SettledPayout]:
    """Read and lock payouts that changed last by such a time, the newest key first, from below `under` on."""
    rows = connection.execute(
        text(
            "SELECT p.key, p.claim_no, p.state_since FROM payout p JOIN claim c ON c.case_no = p.claim_no "
            "WHERE p.account_sealed <> '' AND p.state_since <= :settled_by AND c.state = 'CLOSED' "
            "AND (CAST(:under AS text) IS NULL OR p.key < :under) ORDER BY p.key DESC LIMIT :limit "
            "FOR UPDATE OF p SKIP LOCKED"
        ),
        {"settled_by": settled_by, "under": under, "limit": limit},
    )
    return [SettledPayout(*row) for row in rows]


def forget_whom_paid(connection: Connection, keys: Collection[str]) -> int:
    """Take payee and account from payouts, and count them; the last digits of the account stay."""
    return connection.execute(
        text("UPDATE payout SET payee = '', account_sealed = '', account_hash = '' WHERE key = ANY(:keys)"),
        {"keys": list(keys)},
    ).rowcount
