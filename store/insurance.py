"""Insurers' cases: what is asked of whom, what the insurer told of it, and when the desk asked how it stands (R80)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, CheckConstraint, Column, Connection, Identity, Index, Integer, Numeric, Table, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from rules.claims.insurance import MAY_BECOME
from schemas.insurers import InsurerCallback
from schemas.recovery import InsuranceCase, InsuranceContact, InsuranceState
from store.ledger import AMOUNT
from store.metadata import INSTANT, created_at, metadata
from store.storable import storable

OPEN = "state NOT IN ('paid', 'refused', 'given_up')"

insurance_case = Table(
    "insurance_case",
    metadata,
    Column("claim_no", Text, primary_key=True),
    Column("insurer", Text, nullable=False),
    Column("policy_no", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False),
    Column("claimed", AMOUNT, nullable=False),
    Column("currency", Text, nullable=False),
    Column("granted", AMOUNT),
    Column("ratio", Numeric(7, 4)),
    Column("paid", AMOUNT),
    Column("report_no", Text, nullable=False, server_default=""),
    Column("refusal", Text, nullable=False, server_default=""),
    Column("opened_by", Text, nullable=False),
    Column("opened_at", INSTANT, nullable=False),
    Column("state_since", INSTANT, nullable=False),
    Column("submissions", Integer, nullable=False, server_default="0"),
    Column("contact_due_at", INSTANT),
    Column("contacted_at", INSTANT),
    Column("contacts", Integer, nullable=False, server_default="0"),
    created_at(),
    CheckConstraint("claimed > 0", name="asks"),
    Index("ix_insurance_case_open", "contact_due_at", "claim_no", postgresql_where=sql(OPEN)),
    Index("ix_insurance_case_preparing", "claim_no", postgresql_where=sql("state = 'preparing'")),
)
insurance_event = Table(
    "insurance_event",
    metadata,
    Column("event_id", Text, primary_key=True),
    Column("claim_no", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("told_by", Text, nullable=False),
    Column("received_at", INSTANT, nullable=False),
    Index("uq_insurance_event_claim_no_step", "claim_no", "step", unique=True),
)
insurance_contact = Table(
    "insurance_contact",
    metadata,
    Column("contact_id", BigInteger, Identity(), primary_key=True),
    Column("claim_no", Text, nullable=False),
    Column("at", INSTANT, nullable=False),
    Column("by", Text, nullable=False),
    Column("note", Text, nullable=False),
    Index("ix_insurance_contact_claim_no", "claim_no", "contact_id"),
)
_COLUMNS = ", ".join(f"i.{name}" for name in InsuranceCase.model_fields)


class NoSuchInsurance(LookupError):
    """No insurer is asked about that claim."""


class StaleInsurance(RuntimeError):
    """A case was moved by somebody else, or cannot become that; the transaction must not be committed."""


def open_cases(connection: Connection, cases: Sequence[InsuranceCase]) -> None:
    """Write cases that are new."""
    if cases:
        rows = [one.model_dump(mode="python") | {"state": one.state.value} for one in cases]
        connection.execute(insurance_case.insert(), rows)


def one_case(connection: Connection, claim_no: str, *, lock: bool = False) -> InsuranceCase:
    """Read one case; with `lock` nobody else moves it until the transaction ends.

    Raises:
        NoSuchInsurance: there is none of that claim.
    """
    found = _read(connection, "i.claim_no = :no", {"no": claim_no}, lock="FOR UPDATE" if lock else "")
    if not found:
        raise NoSuchInsurance(f"no insurer is asked about {claim_no}")
    return found[0]


def of_claims(connection: Connection, claim_nos: Collection[str]) -> dict[str, InsuranceCase]:
    """Read the cases of these claims; a claim without one is left out."""
    found = _read(connection, "i.claim_no = ANY(:nos)", {"nos": list(claim_nos)})
    return {one.claim_no: one for one in found}


def preparing(connection: Connection, *, after: str = "", limit: int) -> list[InsuranceCase]:
    """Read and lock the cases whose papers are gathered, in the order of their claims."""
    return _read(
        connection,
        "i.state = 'preparing' AND i.claim_no > :after",
        {"after": after, "limit": limit},
        order="i.claim_no LIMIT :limit",
        lock="FOR UPDATE SKIP LOCKED",
    )


def contact_due(connection: Connection, *, now: datetime, limit: int = 500) -> list[InsuranceCase]:
    """List the open cases about which the desk should have asked by now, those due longest first."""
    return _read(
        connection,
        f"i.{OPEN} AND i.contact_due_at <= :now",
        {"now": now, "limit": limit},
        order="i.contact_due_at, i.claim_no LIMIT :limit",
    )


def listing(connection: Connection, *, ended: bool = False, limit: int = 100) -> list[InsuranceCase]:
    """List cases, those first that are due next: the open ones, or with `ended` all."""
    condition = "true" if ended else f"i.{OPEN}"
    return _read(connection, condition, {"limit": limit}, order="i.contact_due_at NULLS LAST, i.claim_no LIMIT :limit")


def _read(
    connection: Connection, condition: str, values: Mapping[str, Any], *, order: str = "i.claim_no", lock: str = ""
) -> list[InsuranceCase]:
    rows = connection.execute(
        sql(f"SELECT {_COLUMNS} FROM insurance_case i WHERE {condition} ORDER BY {order} {lock}"),  # noqa: S608
        dict(values),
    )
    return [InsuranceCase.model_validate(row._asdict()) for row in rows]


_MOVABLE = frozenset(
    {"granted", "ratio", "paid", "report_no", "refusal", "submissions", "contact_due_at", "contacted_at", "contacts"}
)


def move(
    connection: Connection, case: InsuranceCase, state: InsuranceState, columns: Mapping[str, Any], *, at: datetime
) -> None:
    """Write what became of a case that the caller has read and locked; a text that is empty leaves what was known.

    Raises:
        StaleInsurance: it is no longer as it was read, or cannot become that.
    """
    assert set(columns) <= _MOVABLE, columns
    if state not in MAY_BECOME[case.state]:
        raise StaleInsurance(f"the insurer's case of {case.claim_no} is {case.state}: that is not possible now")
    known = {name: storable(value) if isinstance(value, str) else value for name, value in columns.items()}
    known = {name: value for name, value in known.items() if value != ""}
    sets = "".join(f", {name} = :{name}" for name in known)
    done = connection.execute(
        sql(
            "UPDATE insurance_case SET state = :state, "  # noqa: S608
            f"state_since = CASE WHEN state = :state THEN state_since ELSE :at END{sets} "
            "WHERE claim_no = :no AND state = :origin"
        ),
        {**known, "no": case.claim_no, "state": state.value, "origin": case.state.value, "at": at},
    )
    if done.rowcount != 1:
        raise StaleInsurance(f"the insurer's case of {case.claim_no} was moved by somebody else")


_TOLD: TypeAdapter[InsurerCallback] = TypeAdapter(InsurerCallback)


def add_event(connection: Connection, told: InsurerCallback, *, told_by: str, at: datetime) -> None:
    """Keep what an insurer told, or what the desk was told by telephone."""
    connection.execute(
        insurance_event.insert().values(
            event_id=told.event_id,
            claim_no=told.claim_no,
            step=told.step.value,
            content=told.model_dump(mode="json"),
            told_by=told_by,
            received_at=at,
        )
    )


def events_of(connection: Connection, claim_no: str, *, event_id: str = "") -> list[InsurerCallback]:
    """Read what was told of a claim, and what came under an event's name, in the order in which it came."""
    rows = connection.execute(
        sql(
            "SELECT content FROM insurance_event WHERE claim_no = :no OR event_id = :id ORDER BY received_at, event_id"
        ),
        {"no": claim_no, "id": event_id},
    ).scalars()
    return [_TOLD.validate_python(content) for content in rows]


def add_contact(connection: Connection, contact: InsuranceContact) -> None:
    """Keep that the desk asked."""
    connection.execute(insurance_contact.insert().values(**contact.model_dump() | {"note": storable(contact.note)}))


def note_contact(connection: Connection, claim_no: str, *, at: datetime, due_at: datetime) -> None:
    """Count that the desk asked, and write when it asks again."""
    connection.execute(
        sql(
            "UPDATE insurance_case SET contacted_at = :at, contacts = contacts + 1, contact_due_at = :due "
            "WHERE claim_no = :no"
        ),
        {"at": at, "due": due_at, "no": claim_no},
    )


def contacts_of(connection: Connection, claim_no: str) -> list[InsuranceContact]:
    """Read when the desk asked about a claim, the oldest first."""
    rows = connection.execute(
        sql("SELECT claim_no, at, by, note FROM insurance_contact WHERE claim_no = :no ORDER BY contact_id"),
        {"no": claim_no},
    )
    return [InsuranceContact.model_validate(row._asdict()) for row in rows]
