"""What parties are charged for claims, and the settlement of each party by month, which is read from the ledger."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CheckConstraint, Column, Connection, Index, Integer, Numeric, Table, Text, text

from rules.claims.recovery import MAY_BECOME
from schemas.ledger import Account, BookingEvent, Period
from schemas.recovery import Charge, ChargeState, Settlement, SettlementItem
from store.ledger import AMOUNT
from store.metadata import INSTANT, created_at, metadata
from store.storable import storable

charge = Table(
    "charge",
    metadata,
    Column("key", Text, primary_key=True),
    Column("claim_no", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("party", Text, nullable=False),
    Column("share", Numeric(7, 4), nullable=False),
    Column("amount", AMOUNT, nullable=False),
    Column("currency", Text, nullable=False),
    Column("basis", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False),
    Column("noticed_at", INSTANT, nullable=False),
    Column("object_until", INSTANT, nullable=False),
    Column("objected_by", Text, nullable=False, server_default=""),
    Column("objection", Text, nullable=False, server_default=""),
    Column("objected_at", INSTANT),
    Column("ruled_by", Text, nullable=False, server_default=""),
    Column("ruling", Text, nullable=False, server_default=""),
    Column("ruled_at", INSTANT),
    Column("charged_at", INSTANT),
    Column("recovered", AMOUNT, nullable=False, server_default="0"),
    Column("settled_at", INSTANT),
    created_at(),
    CheckConstraint("amount > 0 AND recovered BETWEEN 0 AND amount", name="owes"),
    Index("uq_charge_claim_no_number", "claim_no", "number", unique=True),
    Index("ix_charge_noticed", "object_until", "key", postgresql_where=text("state = 'noticed'")),
    Index("ix_charge_waiting", "noticed_at", "key", postgresql_where=text("state IN ('objected', 'unapproved')")),
    Index("ix_charge_owed", "party", "key", postgresql_where=text("state = 'charged'")),
)
_COLUMNS = ", ".join(f"c.{name}" for name in Charge.model_fields)


class NoSuchCharge(LookupError):
    """There is no charge with that number."""


class StaleCharge(RuntimeError):
    """A charge was moved by somebody else, or cannot become that; the transaction must not be committed."""


def add(connection: Connection, charges: Sequence[Charge]) -> None:
    """Write charges that are new."""
    if charges:
        connection.execute(charge.insert(), [one.model_dump(mode="python") | _words(one) for one in charges])


def _words(one: Charge) -> dict[str, str]:
    return {"kind": one.kind.value, "state": one.state.value, "basis": storable(one.basis)}


def one_charge(connection: Connection, key: str, *, lock: bool = False) -> Charge:
    """Read one charge; with `lock` nobody else moves it until the transaction ends.

    Raises:
        NoSuchCharge: there is none with that number.
    """
    found = _read(connection, "c.key = :key", {"key": key}, order="c.key", lock="FOR UPDATE" if lock else "")
    if not found:
        raise NoSuchCharge(f"there is no charge {key}")
    return found[0]


def of_claims(connection: Connection, claim_nos: Collection[str], *, lock: bool = False) -> dict[str, list[Charge]]:
    """Read the charges of each of these claims in the order of their numbers; one without any is left out.

    With `lock` nobody else moves them until the transaction ends.
    """
    rows = _read(
        connection,
        "c.claim_no = ANY(:claim_nos)",
        {"claim_nos": list(claim_nos)},
        order="c.claim_no, c.number",
        lock="FOR UPDATE" if lock else "",
    )
    found: dict[str, list[Charge]] = {}
    for one in rows:
        found.setdefault(one.claim_no, []).append(one)
    return found


def unobjected(connection: Connection, *, now: datetime, limit: int) -> list[Charge]:
    """Read and lock the charges of claims in recovery to which nobody objected in time, those longest over first."""
    return _read(
        connection,
        "c.state = 'noticed' AND c.object_until < :now AND EXISTS "
        "(SELECT FROM claim WHERE claim.case_no = c.claim_no AND claim.state = 'RECOVERING')",
        {"now": now, "limit": limit},
        order="c.object_until, c.key LIMIT :limit",
        lock="FOR UPDATE OF c SKIP LOCKED",
    )


def listing(
    connection: Connection,
    *,
    claim_no: str | None = None,
    party: str | None = None,
    states: Collection[ChargeState] | None = None,
    limit: int = 100,
) -> list[Charge]:
    """List charges, the newest first."""
    chosen: dict[str, Any] = {"limit": limit}
    conditions = ["true"]
    if claim_no is not None:
        conditions.append("c.claim_no = :claim_no")
        chosen["claim_no"] = claim_no
    if party is not None:
        conditions.append("c.party = :party")
        chosen["party"] = party
    if states is not None:
        conditions.append("c.state = ANY(:states)")
        chosen["states"] = [state.value for state in states]
    return _read(connection, " AND ".join(conditions), chosen, order="c.noticed_at DESC, c.key DESC LIMIT :limit")


def _read(
    connection: Connection, condition: str, values: Mapping[str, Any], *, order: str, lock: str = ""
) -> list[Charge]:
    rows = connection.execute(
        text(f"SELECT {_COLUMNS} FROM charge c WHERE {condition} ORDER BY {order} {lock}"),  # noqa: S608
        dict(values),
    )
    return [Charge.model_validate(row._asdict()) for row in rows]


class Moved(NamedTuple):
    """What becomes of a charge, with the columns that say more of it."""

    charge: Charge
    state: ChargeState
    columns: Mapping[str, Any]


_MOVABLE = frozenset(
    {"objected_by", "objection", "objected_at", "ruled_by", "ruling", "ruled_at", "charged_at", "recovered",
     "settled_at"}
)  # fmt: skip


def move(connection: Connection, moved: Moved) -> None:
    """Write what became of a charge that the caller has read and locked.

    Raises:
        StaleCharge: it is no longer as it was read, or cannot become that.
    """
    assert set(moved.columns) <= _MOVABLE, moved.columns
    sets = "".join(f", {name} = :{name}" for name in moved.columns)
    told = {name: storable(value) if isinstance(value, str) else value for name, value in moved.columns.items()}
    _check([moved])
    done = connection.execute(
        text(f"UPDATE charge SET state = :state{sets} WHERE key = :key AND state = :origin"),  # noqa: S608
        {**told, "key": moved.charge.key, "state": moved.state.value, "origin": moved.charge.state.value},
    )
    if done.rowcount != 1:
        raise StaleCharge(f"{moved.charge.key} was moved by somebody else")


def make_final(connection: Connection, charges: Sequence[Charge], *, at: datetime) -> None:
    """Write that nobody objected to these charges in time.

    Raises:
        StaleCharge: one is no longer as it was read.
    """
    _check(Moved(one, ChargeState.CHARGED, {}) for one in charges)
    done = connection.execute(
        text("UPDATE charge SET state = 'charged', charged_at = :at WHERE key = ANY(:keys) AND state = 'noticed'"),
        {"at": at, "keys": [one.key for one in charges]},
    )
    if done.rowcount != len(charges):
        raise StaleCharge("a charge was moved by somebody else")


def _check(moves: Iterable[Moved]) -> None:
    impossible = [one.charge.key for one in moves if one.state not in MAY_BECOME[one.charge.state]]
    if impossible:
        raise StaleCharge(f"{', '.join(impossible)}: that is not possible now")


_OF_PARTIES = (
    "FROM booking_line l JOIN booking b USING (booking_id) LEFT JOIN booking o ON o.booking_id = b.reverses "
    "WHERE l.account = :account AND l.party <> '' AND b.at < :until "
    "AND (CAST(:party AS text) IS NULL OR l.party = :party) "
)
"""What was booked on the receivables of parties; what reverses a booking counts with the event that it takes back."""


def settlements(connection: Connection, period: Period, *, month: str, party: str | None = None) -> list[Settlement]:
    """Read from the ledger what each party owed before a month, what the month brought, and for which claims."""
    items: dict[tuple[str, str], list[SettlementItem]] = {}
    for item in _items(connection, period, party=party):
        items.setdefault((item.party, item.currency), []).append(item)
    moved = "b.at >= :since AND coalesce(o.event, b.event)"
    rows = connection.execute(
        text(
            "SELECT * FROM (SELECT l.party, l.currency, "  # noqa: S608  # the fragments are the module's own
            "coalesce(sum(l.amount) FILTER (WHERE b.at < :since), 0) AS opening, "
            f"coalesce(sum(l.amount) FILTER (WHERE {moved} = :charged), 0) AS charged, "
            f"coalesce(-sum(l.amount) FILTER (WHERE {moved} = :recovered), 0) AS recovered, "
            f"coalesce(-sum(l.amount) FILTER (WHERE {moved} = :lost), 0) AS written_off "
            f"{_OF_PARTIES} GROUP BY l.party, l.currency) AS s "
            "WHERE opening <> 0 OR charged <> 0 OR recovered <> 0 OR written_off <> 0 ORDER BY party, currency"
        ),
        {
            **_chosen(period, party),
            "charged": BookingEvent.CHARGED_TO_PARTY.value,
            "recovered": BookingEvent.RECOVERED.value,
            "lost": BookingEvent.WRITTEN_OFF.value,
        },
    )
    return [
        Settlement(month=month, **row._asdict(), items=tuple(items.get((row.party, row.currency), ()))) for row in rows
    ]


def _items(connection: Connection, period: Period, *, party: str | None) -> list[SettlementItem]:
    rows = connection.execute(
        text(
            f"SELECT l.party, b.claim_no, l.currency, sum(l.amount) AS charged {_OF_PARTIES} "
            "AND b.at >= :since AND coalesce(o.event, b.event) = :charged "
            "GROUP BY l.party, b.claim_no, l.currency HAVING sum(l.amount) <> 0 ORDER BY l.party, b.claim_no"
        ),
        {**_chosen(period, party), "charged": BookingEvent.CHARGED_TO_PARTY.value},
    )
    return [SettlementItem.model_validate(row._asdict()) for row in rows]


def _chosen(period: Period, party: str | None) -> dict[str, Any]:
    account = Account.RECEIVABLE_FROM_PARTY.value
    return {"account": account, "since": period.since, "until": period.until, "party": party}
