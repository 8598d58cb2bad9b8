"""Staff who decide: roles, limits, ties, and the secret of their passcodes, which is encrypted at rest."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import Boolean, Column, Connection, Integer, Numeric, Table, Text, insert, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY

from schemas.approvals import Staff
from schemas.exceptions import Role
from store.metadata import INSTANT, created_at, metadata
from store.settings import StoreSettings

staff = Table(
    "staff",
    metadata,
    Column("staff_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("amount_limit", Numeric(12, 2), nullable=False),
    Column("currency", Text, nullable=False, server_default="CNY"),
    Column("ties", ARRAY(Text), nullable=False, server_default="{}"),
    Column("secret", Text, nullable=False),  # encrypted
    Column("active", Boolean, nullable=False, server_default="true"),
    Column("sample", Boolean, nullable=False, server_default="false"),  # made by the demo; its passcode may be shown
    Column("refusals_in_a_row", Integer, nullable=False, server_default="0"),
    Column("locked_until", INSTANT),
    created_at(),
)


class AlreadyOnFile(RuntimeError):
    """There is somebody with that staff id."""


def add(connection: Connection, member: Staff, *, secret: str, sample: bool = False) -> None:
    """Put somebody on file.

    Raises:
        AlreadyOnFile: the staff id is taken.
    """
    if one(connection, member.staff_id) is not None:
        raise AlreadyOnFile(f"staff id {member.staff_id} is taken")
    connection.execute(
        insert(staff).values(
            staff_id=member.staff_id,
            name=member.name,
            roles=sorted(member.roles),
            amount_limit=member.amount_limit,
            currency=member.currency,
            ties=sorted(member.ties),
            secret=_cipher().encrypt(secret.encode()).decode(),
            sample=sample,
        )
    )


def one(connection: Connection, staff_id: str, *, lock: bool = False) -> Staff | None:
    """Read one member of staff, or None."""
    statement = select(staff).where(staff.c.staff_id == staff_id)
    row = connection.execute(statement.with_for_update() if lock else statement).one_or_none()
    return _member(row._mapping) if row else None


def listing(connection: Connection) -> list[Staff]:
    """Read everybody, by staff id."""
    return [_member(row._mapping) for row in connection.execute(select(staff).order_by(staff.c.staff_id))]


def _member(row: Any) -> Staff:
    return Staff(
        staff_id=row["staff_id"],
        name=row["name"],
        roles=frozenset(Role(role) for role in row["roles"]),
        amount_limit=Decimal(row["amount_limit"]),
        currency=row["currency"],
        ties=frozenset(row["ties"]),
        active=row["active"],
        locked_until=row["locked_until"],
    )


def disable(connection: Connection, staff_id: str) -> bool:
    """Take somebody's right to decide away; give whether there was such a person."""
    return bool(connection.execute(update(staff).where(staff.c.staff_id == staff_id).values(active=False)).rowcount)


def secret_of(connection: Connection, staff_id: str, *, sample_only: bool = False) -> str | None:
    """Decrypt the passcode secret, or None when there is no such person."""
    statement = select(staff.c.secret).where(staff.c.staff_id == staff_id)
    if sample_only:
        statement = statement.where(staff.c.sample)
    kept = connection.execute(statement).scalar_one_or_none()
    return _cipher().decrypt(kept.encode()).decode() if kept else None


def note_answer(
    connection: Connection, staff_id: str, *, refused: bool, lock_after: int, locked_until: datetime
) -> bool:
    """Count refused answers in a row and lock the person at the limit; give whether this answer locked them."""
    if not refused:
        connection.execute(update(staff).where(staff.c.staff_id == staff_id).values(refusals_in_a_row=0))
        return False
    row = connection.execute(
        text(
            "UPDATE staff SET refusals_in_a_row = (refusals_in_a_row + 1) % :after, "
            "locked_until = CASE WHEN refusals_in_a_row + 1 >= :after THEN :until ELSE locked_until END "
            "WHERE staff_id = :staff_id RETURNING refusals_in_a_row"
        ),
        {"after": lock_after, "until": locked_until, "staff_id": staff_id},
    ).scalar_one_or_none()
    return row == 0


def _cipher() -> Fernet:
    settings = StoreSettings()
    return Fernet(settings.secret_key.get_secret_value())
