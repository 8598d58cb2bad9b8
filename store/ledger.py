"""The ledger: bookings and their lines, written once and never changed; the database refuses anything else.

A trigger of the database checks every booking when its transaction commits: it balances in each currency, has as many
lines as it says, and takes back line for line what it reverses. Another one refuses every UPDATE, DELETE and TRUNCATE.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    text,
)

from schemas.ledger import Account, Balance, Booking, BookingEvent, Line, Noted, TrialLine
from store.metadata import INSTANT, created_at, metadata

AMOUNT = Numeric(14, 2)

booking = Table(
    "booking",
    metadata,
    Column("booking_id", BigInteger, Identity(), primary_key=True),
    Column("key", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("claim_no", Text, nullable=False),
    Column("line_count", Integer, nullable=False),  # seals it: a line that is added later does not fit
    Column("reverses", BigInteger, ForeignKey("booking.booking_id")),
    Column("at", INSTANT, nullable=False),
    Column("who", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("approved_by", Text, nullable=False, server_default=""),
    created_at(),
    Index("uq_booking_key", "key", unique=True),
    Index("uq_booking_reverses", "reverses", unique=True, postgresql_where=text("reverses IS NOT NULL")),
    Index("ix_booking_claim_no", "claim_no", "booking_id"),
    Index("ix_booking_at", "at"),
)
booking_line = Table(
    "booking_line",
    metadata,
    Column("booking_id", BigInteger, ForeignKey("booking.booking_id"), primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("account", Text, nullable=False),
    Column("party", Text, nullable=False, server_default=""),
    Column("currency", Text, nullable=False),
    Column("amount", AMOUNT, nullable=False),  # a debit is positive, a credit negative
    CheckConstraint("amount <> 0", name="moves"),
    Index("ix_booking_line_party", "account", "party", postgresql_where=text("party <> ''")),
)

_COLUMNS = (
    "b.key, b.event, b.claim_no, b.at, b.who, b.reason, b.approved_by, coalesce(o.key, '') AS reverses, "
    "l.account, l.party, l.currency, l.amount"
)
_FROM = "FROM booking b JOIN booking_line l USING (booking_id) LEFT JOIN booking o ON o.booking_id = b.reverses"


class NothingToReverse(LookupError):
    """What a booking is to reverse was never booked."""


class BookedOtherwise(RuntimeError):
    """Under this key something else was booked; the transaction must not be committed."""


def lock_claim(connection: Connection, claim_no: str) -> None:
    """Let nobody else who asks for it book for this claim until the transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:claim_no, 20))"), {"claim_no": claim_no})


def lock_claims(connection: Connection, claim_nos: Collection[str]) -> None:
    """Let nobody else book for these claims until the transaction ends; whoever locks several does it in one order."""
    connection.execute(
        text(
            "SELECT pg_advisory_xact_lock(hashtextextended(claim_no, 20)) FROM "
            "(SELECT claim_no FROM unnest(CAST(:claim_nos AS text[])) AS n(claim_no) ORDER BY claim_no) AS ordered"
        ),
        {"claim_nos": sorted(set(claim_nos))},
    )


def book(connection: Connection, bookings: Sequence[Booking]) -> int:
    """Write bookings and count those that are new; one whose key is there already was made by the same step before.

    Raises:
        BookedOtherwise: what is there under a key is not what is to be booked.
        NothingToReverse: what is to be reversed is not there.
    """
    if not bookings:
        return 0
    reversed_keys = {one.reverses for one in bookings if one.reverses}
    if missing := reversed_keys - {one.key for one in by_keys(connection, reversed_keys)}:
        raise NothingToReverse(f"nothing was booked as {', '.join(sorted(missing))}")
    keys = [one.key for one in bookings]
    before = {one.key: one for one in by_keys(connection, keys)}
    _refuse_others(bookings, before)
    new = _insert_heads(connection, [one for one in bookings if one.key not in before])
    _insert_lines(connection, [one for one in bookings if one.key in new], new)
    beaten = set(keys) - set(before) - set(new)
    _refuse_others(bookings, {one.key: one for one in by_keys(connection, beaten)})
    return len(new)


def _refuse_others(bookings: Sequence[Booking], found: dict[str, Booking]) -> None:
    for one in bookings:
        there = found.get(one.key)
        if there and (there.event, there.claim_no, there.lines) != (one.event, one.claim_no, one.lines):
            raise BookedOtherwise(f"{one.key} is booked already, with other lines")


def _insert_heads(connection: Connection, bookings: Sequence[Booking]) -> dict[str, int]:
    rows = connection.execute(
        text(
            "INSERT INTO booking (key, event, claim_no, line_count, reverses, at, who, reason, approved_by) "
            "SELECT n.key, n.event, n.claim_no, n.line_count, o.booking_id, n.at, n.who, n.reason, n.approved_by "
            "FROM unnest(CAST(:keys AS text[]), CAST(:events AS text[]), CAST(:claims AS text[]), "
            "CAST(:counts AS int[]), CAST(:reversed AS text[]), CAST(:ats AS timestamptz[]), CAST(:whos AS text[]), "
            "CAST(:reasons AS text[]), CAST(:approvers AS text[])) WITH ORDINALITY "
            "AS n(key, event, claim_no, line_count, reverses, at, who, reason, approved_by, place) "
            "LEFT JOIN booking o ON o.key = n.reverses ORDER BY n.place "
            "ON CONFLICT (key) DO NOTHING RETURNING key, booking_id"
        ),
        {
            "keys": [one.key for one in bookings],
            "events": [one.event.value for one in bookings],
            "claims": [one.claim_no for one in bookings],
            "counts": [len(one.lines) for one in bookings],
            "reversed": [one.reverses for one in bookings],
            "ats": [one.noted.at for one in bookings],
            "whos": [one.noted.who for one in bookings],
            "reasons": [one.noted.reason for one in bookings],
            "approvers": [one.noted.approved_by for one in bookings],
        },
    )
    return {row.key: row.booking_id for row in rows}


def _insert_lines(connection: Connection, bookings: Sequence[Booking], ids: dict[str, int]) -> None:
    if not bookings:
        return
    connection.execute(
        booking_line.insert(),
        [
            {**line.model_dump(mode="python"), "booking_id": ids[one.key], "line": place, "account": line.account.value}
            for one in bookings
            for place, line in enumerate(one.lines, start=1)
        ],
    )


def by_keys(connection: Connection, keys: Collection[str]) -> list[Booking]:
    """Read the bookings with these keys, oldest first."""
    return _read(connection, "b.key = ANY(:keys)", {"keys": list(keys)})


def of_claim(connection: Connection, claim_no: str) -> list[Booking]:
    """Read all bookings of a claim, oldest first."""
    return _read(connection, "b.claim_no = :claim_no", {"claim_no": claim_no})


def _read(connection: Connection, condition: str, values: dict[str, Any]) -> list[Booking]:
    rows = connection.execute(
        text(f"SELECT {_COLUMNS} {_FROM} WHERE {condition} ORDER BY b.booking_id, l.line"),
        values,
    )
    lines: dict[str, list[Line]] = {}
    heads: dict[str, Any] = {}
    for row in rows:
        heads[row.key] = row
        line = Line(account=Account(row.account), amount=row.amount, currency=row.currency, party=row.party)
        lines.setdefault(row.key, []).append(line)
    return [
        Booking(
            key=key,
            event=BookingEvent(head.event),
            claim_no=head.claim_no,
            lines=tuple(lines[key]),
            noted=Noted(at=head.at, who=head.who, reason=head.reason, approved_by=head.approved_by),
            reverses=head.reverses,
        )
        for key, head in heads.items()
    ]


def balances_of(connection: Connection, claim_nos: Collection[str]) -> list[Balance]:
    """Add up what stands where for each of these claims; what comes to nothing is left out."""
    return _balances(
        connection,
        "b.claim_no, l.account, l.party, l.currency",
        "b.claim_no = ANY(:claim_nos)",
        {"claim_nos": list(claim_nos)},
    )


def balances_by_party(connection: Connection, account: Account, *, until: datetime) -> list[Balance]:
    """Add up what each party owes on an account before a moment."""
    return _balances(
        connection,
        "l.account, l.party, l.currency",
        "l.account = :account AND b.at < :until",
        {"account": account.value, "until": until},
    )


def balances_by_account(connection: Connection, *, until: datetime) -> list[Balance]:
    """Add up what stands on each account before a moment."""
    return _balances(connection, "l.account, l.currency", "b.at < :until", {"until": until})


def movements_by_month(
    connection: Connection, *, zone: str, account: Account, party: str | None = None
) -> list[Balance]:
    """Add up what each month of a time zone moved on an account, by party: the lines of the monthly settlement."""
    return _balances(
        connection,
        "to_char(b.at AT TIME ZONE :zone, 'YYYY-MM') AS month, l.account, l.party, l.currency",
        "l.account = :account AND (CAST(:party AS text) IS NULL OR l.party = :party)",
        {"zone": zone, "account": account.value, "party": party},
        group="month, l.account, l.party, l.currency",
    )


def _balances(
    connection: Connection, columns: str, condition: str, values: dict[str, Any], *, group: str = ""
) -> list[Balance]:
    by = group or columns
    rows = connection.execute(
        text(
            f"SELECT {columns}, sum(l.amount) AS balance FROM booking b JOIN booking_line l USING (booking_id) "  # noqa: S608
            f"WHERE {condition} GROUP BY {by} HAVING sum(l.amount) <> 0 ORDER BY {by}"
        ),
        values,
    )
    return [Balance.model_validate(row._asdict()) for row in rows]


def trial_balance(connection: Connection) -> list[TrialLine]:
    """Add up all debits and all credits of each account and currency."""
    rows = connection.execute(
        text(
            "SELECT account, currency, coalesce(sum(amount) FILTER (WHERE amount > 0), 0) AS debits, "
            "coalesce(-sum(amount) FILTER (WHERE amount < 0), 0) AS credits "
            "FROM booking_line GROUP BY account, currency ORDER BY account, currency"
        )
    )
    return [TrialLine.model_validate(row._asdict()) for row in rows]


def unbalanced(connection: Connection) -> dict[str, Decimal]:
    """Give by how much each currency of the whole ledger is out of balance: always nothing."""
    rows = connection.execute(
        text("SELECT currency, sum(amount) AS off FROM booking_line GROUP BY currency HAVING sum(amount) <> 0")
    )
    return {row.currency: row.off for row in rows}
