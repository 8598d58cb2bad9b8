"""Payouts: what is paid to whom, and what became of it. Account numbers are sealed; only whoever sends reads them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    insert,
    text,
)

from rules.claims.payouts import MAY_BECOME, payout_key, reference_of
from rules.privacy import mask_account, mask_name
from schemas.ledger import BookingEvent, Period
from schemas.payments import Payout, PayoutLine, PayoutMethod, PayoutState, PayoutWanted
from store.keyed import keyed_hash, same_hash, seal, unseal
from store.ledger import AMOUNT
from store.metadata import INSTANT, created_at, metadata

payout = Table(
    "payout",
    metadata,
    Column("key", Text, primary_key=True),
    Column("claim_no", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("method", Text, nullable=False),
    Column("payee", Text, nullable=False),
    Column("account_sealed", Text, nullable=False),
    Column("account_tail", Text, nullable=False),
    Column("account_hash", Text, nullable=False),  # to tell another account from the same one, asked for again
    Column("amount", AMOUNT, nullable=False),
    Column("currency", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("state_since", INSTANT, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("requested_at", INSTANT, nullable=False),
    Column("batch_no", Text, ForeignKey("payout_batch.batch_no")),
    Column("provider_reference", Text, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("paid_at", INSTANT),
    Column("reversal_reason", Text, nullable=False, server_default=""),
    Column("reversed_by", Text, nullable=False, server_default=""),
    Column("reversal_heard_at", INSTANT),  # when its claim took notice of it
    created_at(),
    CheckConstraint("amount > 0", name="pays"),
    Index("uq_payout_claim_no_number", "claim_no", "number", unique=True),
    Index(
        "ix_payout_under_way",
        "state",
        "key",
        postgresql_where=text("state IN ('requested', 'batched', 'reversing')"),
    ),
    Index("ix_payout_paid_at", "paid_at", postgresql_where=text("paid_at IS NOT NULL")),
    Index("ix_payout_reversed", "claim_no", postgresql_where=text("state = 'reversed' AND reversal_heard_at IS NULL")),
    Index("ix_payout_batch_no", "batch_no", postgresql_where=text("batch_no IS NOT NULL")),
)

REVERSAL = ":reversal"
"""What the outbox key of a reversal has after the payout's, and ..."""
ORDERED = f":{BookingEvent.PAYOUT_REQUESTED.value}"
"""... what the keys of its bookings have: that it was ordered, and ..."""
PAID = f":{BookingEvent.PAYOUT_PAID.value}"
"""... that it was paid."""

COLUMNS = (
    "p.key, p.claim_no, p.method, p.payee, p.account_tail, p.amount, p.currency, p.reference, p.state, "
    "p.state_since, p.requested_by, p.requested_at, coalesce(p.batch_no, '') AS batch_no, p.provider_reference, "
    "p.reason, p.paid_at, p.reversal_reason, p.reversed_by"
)
_UNHEARD = "p.state = 'reversed' AND p.reversal_heard_at IS NULL"


class NoSuchPayout(LookupError):
    """There is no payout with that key."""


class RequestedOtherwise(RuntimeError):
    """Under this number another amount, payee or account was requested."""


class StalePayout(RuntimeError):
    """Somebody else moved a payout between reading and writing it; the transaction must not be committed."""


class Addressed(NamedTuple):
    """A payout with the account number in full: for the bank or the provider, and nobody else."""

    payout: Payout
    account: str

    def __repr__(self) -> str:
        return f"Addressed({self.payout.key})"


def add(
    connection: Connection, wanted: PayoutWanted, *, method: PayoutMethod, who: str, at: datetime
) -> tuple[Payout, bool]:
    """Take a payout down, or give the one that was taken down before; the flag says whether it is new.

    Raises:
        RequestedOtherwise: what was taken down under this number is not the same.
        NoSecretKey: there is no key to seal the account with.
    """
    key = payout_key(wanted.claim_no, wanted.number)
    known = connection.execute(
        text("SELECT payee, amount, currency, account_hash FROM payout WHERE key = :key FOR UPDATE"), {"key": key}
    ).one_or_none()
    hashed = keyed_hash("payout account", wanted.account)
    if known is not None:
        same = (known.payee, known.amount, known.currency) == (wanted.payee, wanted.amount, wanted.currency)
        if not same or not same_hash(known.account_hash, hashed):
            raise RequestedOtherwise(f"{key} was requested before, with other particulars")
        return one(connection, key), False
    connection.execute(
        insert(payout).values(
            **wanted.model_dump(exclude={"account"}),
            key=key,
            method=method.value,
            account_sealed=seal(wanted.account),
            account_tail=wanted.account[-4:],
            account_hash=hashed,
            reference=reference_of(wanted.claim_no),
            state=PayoutState.REQUESTED.value,
            state_since=at,
            requested_by=who,
            requested_at=at,
        )
    )
    return one(connection, key), True


def add_many(
    connection: Connection, wanted: Sequence[PayoutWanted], *, method: PayoutMethod, who: str, at: datetime
) -> list[Payout]:
    """Take down payouts of which none was requested before.

    Raises:
        IntegrityError: one was.
        NoSecretKey: there is no key to seal the accounts with.
    """
    if not wanted:
        return []
    connection.execute(
        insert(payout),
        [
            {
                **one.model_dump(exclude={"account"}),
                "key": payout_key(one.claim_no, one.number),
                "method": method.value,
                "account_sealed": seal(one.account),
                "account_tail": one.account[-4:],
                "account_hash": keyed_hash("payout account", one.account),
                "reference": reference_of(one.claim_no),
                "state": PayoutState.REQUESTED.value,
                "state_since": at,
                "requested_by": who,
                "requested_at": at,
            }
            for one in wanted
        ],
    )
    found = by_keys(connection, [payout_key(one.claim_no, one.number) for one in wanted])
    return list(found.values())


def one(connection: Connection, key: str, *, lock: bool = False) -> Payout:
    """Read one payout; with `lock` nobody else moves it until the transaction ends.

    Raises:
        NoSuchPayout: nobody requested it.
    """
    found = by_keys(connection, [key], lock=lock)
    if not found:
        raise NoSuchPayout(f"there is no payout {key}")
    return found[key]


def by_keys(connection: Connection, keys: Collection[str], *, lock: bool = False) -> dict[str, Payout]:
    """Read the payouts with these keys, as far as there are such."""
    rows = connection.execute(
        text(f"SELECT {COLUMNS} FROM payout p WHERE p.key = ANY(:keys) ORDER BY p.key {'FOR UPDATE' if lock else ''}"),  # noqa: S608
        {"keys": list(keys)},
    )
    return {row.key: Payout.model_validate(row._asdict()) for row in rows}


def of_claim(connection: Connection, claim_no: str) -> list[Payout]:
    """Read the payouts of a claim in the order of their numbers."""
    rows = connection.execute(
        text(f"SELECT {COLUMNS} FROM payout p WHERE p.claim_no = :claim_no ORDER BY p.number"),  # noqa: S608
        {"claim_no": claim_no},
    )
    return [Payout.model_validate(row._asdict()) for row in rows]


def latest_of(connection: Connection, claim_nos: Collection[str]) -> dict[str, Payout]:
    """Read the payout that was requested last of each claim; one without any is left out."""
    return _one_of_each(connection, claim_nos, order="p.number DESC")


def returned_unheard(connection: Connection, claim_nos: Collection[str]) -> dict[str, Payout]:
    """Read of each claim the first payout that came back and of which it took no notice yet; others are left out."""
    return _one_of_each(connection, claim_nos, order="p.number", which=_UNHEARD)


def _one_of_each(
    connection: Connection, claim_nos: Collection[str], *, order: str, which: str = "true"
) -> dict[str, Payout]:
    rows = connection.execute(
        text(
            f"SELECT DISTINCT ON (p.claim_no) {COLUMNS} FROM payout p WHERE p.claim_no = ANY(:claim_nos) "  # noqa: S608
            f"AND {which} ORDER BY p.claim_no, {order}"
        ),
        {"claim_nos": list(claim_nos)},
    )
    return {row.claim_no: Payout.model_validate(row._asdict()) for row in rows}


def claims_with_news(connection: Connection) -> list[str]:
    """List the claims that do not know yet what became of their last payout, or that one of theirs came back."""
    rows = connection.execute(
        text(
            "SELECT c.case_no FROM claim c JOIN payout p ON p.claim_no = c.case_no AND p.number = c.payouts "  # noqa: S608
            "WHERE c.state = 'PAYING' AND p.state IN ('paid', 'refused', 'withdrawn', 'reversed') "
            "UNION SELECT c.case_no FROM payout p JOIN claim c ON c.case_no = p.claim_no "
            f"WHERE {_UNHEARD} AND c.state IN ('PAID', 'RECOVERING', 'CLOSED') ORDER BY case_no"
        )
    )
    return list(rows.scalars())


def hear_of(connection: Connection, key: str, *, at: datetime) -> None:
    """Write down that a claim took notice of a payout that came back."""
    connection.execute(text("UPDATE payout SET reversal_heard_at = :at WHERE key = :key"), {"key": key, "at": at})


def addressed(connection: Connection, keys: Collection[str]) -> list[Addressed]:
    """Read payouts with their account numbers, in the order of their keys.

    Raises:
        NoSecretKey, WrongSecretKey: there is no key, or it is not the one that sealed them.
    """
    rows = connection.execute(
        text(f"SELECT {COLUMNS}, p.account_sealed FROM payout p WHERE p.key = ANY(:keys) ORDER BY p.key"),  # noqa: S608
        {"keys": list(keys)},
    )
    return [Addressed(Payout.model_validate(row._asdict()), unseal(row.account_sealed)) for row in rows]


class Turn(NamedTuple):
    """What becomes of a payout, with what is to be known of it then."""

    payout: Payout
    state: PayoutState
    reason: str = ""
    provider_reference: str = ""
    batch_no: str = ""
    reversal_reason: str = ""
    reversed_by: str = ""


def move_many(connection: Connection, turns: Sequence[Turn], *, at: datetime) -> None:
    """Write what became of payouts that the caller has read and locked.

    Raises:
        StalePayout: one is no longer as it was read, or cannot become that; nothing must be committed.
    """
    impossible = [turn.payout.key for turn in turns if turn.state not in MAY_BECOME[turn.payout.state]]
    if impossible:
        raise StalePayout(f"{', '.join(impossible)}: that is not possible now")
    done = connection.execute(
        text(
            "UPDATE payout p SET state = n.state, state_since = :at, reason = n.reason, "
            "paid_at = CASE WHEN n.state = 'paid' THEN coalesce(p.paid_at, :at) ELSE p.paid_at END, "
            "batch_no = coalesce(nullif(n.batch_no, ''), p.batch_no), "
            "provider_reference = coalesce(nullif(n.provider_reference, ''), p.provider_reference), "
            "reversal_reason = coalesce(nullif(n.reversal_reason, ''), p.reversal_reason), "
            "reversed_by = coalesce(nullif(n.reversed_by, ''), p.reversed_by) "
            "FROM unnest(CAST(:keys AS text[]), CAST(:froms AS text[]), CAST(:states AS text[]), "
            "CAST(:reasons AS text[]), CAST(:refs AS text[]), CAST(:batches AS text[]), CAST(:whys AS text[]), "
            "CAST(:whos AS text[])) AS n(key, origin, state, reason, provider_reference, batch_no, reversal_reason, "
            "reversed_by) WHERE p.key = n.key AND p.state = n.origin"
        ),
        {
            "keys": [turn.payout.key for turn in turns],
            "froms": [turn.payout.state.value for turn in turns],
            "states": [turn.state.value for turn in turns],
            "reasons": [turn.reason[:500] for turn in turns],
            "refs": [turn.provider_reference for turn in turns],
            "batches": [turn.batch_no for turn in turns],
            "whys": [turn.reversal_reason for turn in turns],
            "whos": [turn.reversed_by for turn in turns],
            "at": at,
        },
    )
    if done.rowcount != len(turns):
        raise StalePayout("a payout was moved by somebody else")


class Answered(NamedTuple):
    """A payout whose order, or whose reversal, the other side has answered for good."""

    payout: Payout
    arrived: bool
    answer: dict[str, Any]
    error: str


def answered(
    connection: Connection,
    *,
    state: PayoutState,
    ending: str = "",
    claim_nos: Sequence[str] | None = None,
    limit: int,
) -> list[Answered]:
    """Read and lock the payouts in a state whose outbox item is settled; `ending` is what its key has at the end.

    Those that somebody else holds are passed over, for he books them; those of claims that are named are waited for.
    """
    rows = connection.execute(
        text(
            f"SELECT {COLUMNS}, o.status = 'done' AS arrived, coalesce(o.answer, '{{}}') AS answer, o.error "  # noqa: S608
            "FROM payout p JOIN outbox o ON o.key = p.key || :ending "
            "WHERE p.state = :state AND p.method = 'provider' AND o.status IN ('done', 'failed') "
            "AND (CAST(:claim_nos AS text[]) IS NULL OR p.claim_no = ANY(:claim_nos)) "
            f"ORDER BY p.key LIMIT :limit FOR UPDATE OF p {'SKIP LOCKED' if claim_nos is None else ''}"
        ),
        {"state": state.value, "ending": ending, "claim_nos": claim_nos, "limit": limit},
    )
    return [Answered(Payout.model_validate(row._asdict()), row.arrived, row.answer, row.error) for row in rows]


def listing(
    connection: Connection,
    *,
    claim_no: str | None = None,
    states: Collection[PayoutState] | None = None,
    uncertain: bool = False,
    limit: int = 100,
) -> list[PayoutLine]:
    """List payouts, newest first, with payee and account masked and how their orders stand."""
    rows = connection.execute(
        text(
            "SELECT p.key, p.claim_no, p.method, p.payee, p.account_tail, p.amount, p.currency, p.state, "
            "coalesce(o.status, '') AS \"order\", coalesce(p.batch_no, '') AS batch_no, p.provider_reference, "
            "coalesce(nullif(p.reason, ''), o.error, '') AS reason, p.state_since "
            "FROM payout p LEFT JOIN outbox o ON o.key = p.key || CASE WHEN p.state IN ('reversing', 'reversed') "
            "THEN CAST(:reversal AS text) ELSE '' END "
            "WHERE (CAST(:claim_no AS text) IS NULL OR p.claim_no = :claim_no) "
            "AND (CAST(:states AS text[]) IS NULL OR p.state = ANY(:states)) "
            "AND (NOT :uncertain OR o.status = 'uncertain') ORDER BY p.requested_at DESC, p.key DESC LIMIT :limit"
        ),
        {
            "reversal": REVERSAL,
            "claim_no": claim_no,
            "states": None if states is None else [state.value for state in states],
            "uncertain": uncertain,
            "limit": limit,
        },
    )
    return [
        PayoutLine.model_validate(
            {**row._asdict(), "payee": mask_name(row.payee), "account": mask_account(row.account_tail)}
        )
        for row in rows
    ]


def paid_in(connection: Connection, period: Period, *, method: PayoutMethod) -> list[str]:
    """List the payouts that the ledger says were paid in a period."""
    rows = connection.execute(
        text(
            "SELECT p.key FROM payout p JOIN booking b ON b.key = p.key || CAST(:paid AS text) "
            "WHERE p.paid_at >= :since AND p.paid_at < :until AND p.method = :method ORDER BY p.key"
        ),
        {"since": period.since, "until": period.until, "method": method.value, "paid": PAID},
    )
    return [row.key for row in rows]


class InPayment(NamedTuple):
    """A claim whose account of money in payment is not what its payouts under way come to."""

    claim_no: str
    currency: str
    booked: Any
    under_way: Any


def in_payment_differs(connection: Connection) -> list[InPayment]:
    """Compare the account of money in payment with the payouts that are under way, claim by claim."""
    rows = connection.execute(
        text(
            "WITH booked AS (SELECT b.claim_no, l.currency, -sum(l.amount) AS amount FROM booking b "
            "JOIN booking_line l USING (booking_id) WHERE l.account = 'in_payment' GROUP BY 1, 2 "
            "HAVING sum(l.amount) <> 0), "
            "under_way AS (SELECT claim_no, currency, sum(amount) AS amount FROM payout "
            "WHERE state IN ('requested', 'batched') GROUP BY 1, 2) "
            "SELECT claim_no, currency, coalesce(booked.amount, 0) AS booked, "
            "coalesce(under_way.amount, 0) AS under_way FROM booked FULL JOIN under_way USING (claim_no, currency) "
            "WHERE coalesce(booked.amount, 0) <> coalesce(under_way.amount, 0) ORDER BY 1, 2"
        )
    )
    return [InPayment(*row) for row in rows]
