"""The amounts that carrier and claimant named to each other (R79): appended, and what became of each."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Column, Connection, Index, Integer, Numeric, Table, Text, text

from schemas.claims import ClaimOffer, OfferBy, OfferState
from store.metadata import INSTANT, created_at, metadata

claim_offer = Table(
    "claim_offer",
    metadata,
    Column("case_no", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("by", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("amount", Numeric(12, 2), nullable=False),
    Column("currency", Text, nullable=False),
    Column("plan_version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("made_at", INSTANT, nullable=False),
    Column("until", INSTANT),
    Column("note", Text, nullable=False, server_default=""),
    Column("settled_at", INSTANT),
    created_at(),
    Index("uq_claim_offer_open", "case_no", unique=True, postgresql_where=text("state = 'open'")),
)


class Named(NamedTuple):
    """An amount on its way into a negotiation."""

    case_no: str
    by: OfferBy
    who: str
    amount: Decimal
    currency: str
    plan_version: int
    until: datetime | None = None
    note: str = ""


def settle(connection: Connection, case_nos: Sequence[str], state: OfferState, *, at: datetime) -> None:
    """Say what became of the amounts that were open; those of cases without any stay as they are."""
    connection.execute(
        text(
            "UPDATE claim_offer SET state = :state, settled_at = :at WHERE case_no = ANY(:numbers) AND state = 'open'"
        ),
        {"state": state.value, "at": at, "numbers": list(case_nos)},
    )


def accept(connection: Connection, case_no: str, *, at: datetime) -> None:
    """Say that the claimant accepted what the carrier offered last; what he asked for since is recalled."""
    settle(connection, [case_no], OfferState.RECALLED, at=at)
    connection.execute(
        text(
            "UPDATE claim_offer o SET state = :accepted, settled_at = :at WHERE case_no = :case_no AND number = "
            "(SELECT max(number) FROM claim_offer l WHERE l.case_no = :case_no AND l.by = :carrier)"
        ),
        {"accepted": OfferState.ACCEPTED.value, "carrier": OfferBy.CARRIER.value, "case_no": case_no, "at": at},
    )


def name(connection: Connection, named: Sequence[Named], *, at: datetime) -> None:
    """Take down amounts; what was open of their cases is countered by them."""
    if not named:
        return
    settle(connection, [one.case_no for one in named], OfferState.COUNTERED, at=at)
    connection.execute(
        text(
            "INSERT INTO claim_offer (case_no, number, by, who, amount, currency, plan_version, state, made_at, until, "
            "note) SELECT n.case_no, 1 + coalesce((SELECT max(number) FROM claim_offer o WHERE o.case_no = n.case_no), "
            "0), n.by, n.who, n.amount, n.currency, n.plan_version, 'open', :at, n.until, n.note FROM unnest("
            "CAST(:numbers AS text[]), CAST(:bys AS text[]), CAST(:whos AS text[]), CAST(:amounts AS numeric[]), "
            "CAST(:currencies AS text[]), CAST(:versions AS int[]), CAST(:untils AS timestamptz[]), "
            "CAST(:notes AS text[])) AS n(case_no, by, who, amount, currency, plan_version, until, note)"
        ),
        {
            "at": at,
            "numbers": [one.case_no for one in named],
            "bys": [one.by.value for one in named],
            "whos": [one.who for one in named],
            "amounts": [one.amount for one in named],
            "currencies": [one.currency for one in named],
            "versions": [one.plan_version for one in named],
            "untils": [one.until for one in named],
            "notes": [one.note for one in named],
        },
    )


def offers_of(connection: Connection, case_no: str) -> list[ClaimOffer]:
    """Read every amount that was named about a claim, in order."""
    rows = connection.execute(
        text("SELECT * FROM claim_offer WHERE case_no = :case_no ORDER BY number"), {"case_no": case_no}
    )
    return [ClaimOffer.model_validate(row._asdict()) for row in rows]
