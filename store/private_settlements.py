"""Matters that somebody of the carrier settled with the customer himself (R83): counted each month by who did."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, Column, Connection, Date, Identity, Index, Numeric, Table, Text, text

from schemas.claims import PrivateParty, PrivateSettlement
from store.metadata import INSTANT, created_at, metadata

private_settlement = Table(
    "private_settlement",
    metadata,
    Column("settlement_id", BigInteger, Identity(), primary_key=True),
    Column("claim_no", Text, nullable=False, server_default=""),
    Column("waybill", Text, nullable=False, server_default=""),
    Column("party", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("amount", Numeric(12, 2), nullable=False),
    Column("currency", Text, nullable=False),
    Column("settled_on", Date, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("told_by", Text, nullable=False),
    Column("told_at", INSTANT, nullable=False),
    created_at(),
    Index("ix_private_settlement_settled_on", "settled_on"),
    Index("ix_private_settlement_waybill", "waybill", postgresql_where=text("waybill <> ''")),
)


def add(
    connection: Connection,
    *,
    party: PrivateParty,
    name: str,
    amount: Decimal,
    currency: str,
    settled_on: date,
    told_by: str,
    at: datetime,
    claim_no: str = "",
    waybill: str = "",
    note: str = "",
) -> PrivateSettlement:
    """Take one down."""
    number = connection.execute(
        private_settlement.insert()
        .values(
            claim_no=claim_no, waybill=waybill, party=party.value, name=name, amount=amount, currency=currency,
            settled_on=settled_on, note=note, told_by=told_by, told_at=at,
        )
        .returning(private_settlement.c.settlement_id)
    ).scalar_one()  # fmt: skip
    row = connection.execute(text("SELECT * FROM private_settlement WHERE settlement_id = :id"), {"id": number}).one()
    return PrivateSettlement.model_validate(row._asdict())


def waybills_settled(connection: Connection, waybills: Collection[str]) -> set[str]:
    """Give those of these parcels about which somebody settled privately."""
    rows = connection.execute(
        text("SELECT DISTINCT waybill FROM private_settlement WHERE waybill = ANY(:waybills) AND waybill <> ''"),
        {"waybills": list(waybills)},
    )
    return set(rows.scalars())


def listing(connection: Connection, *, since: date, until: date) -> list[PrivateSettlement]:
    """Read those of the days from `since` until before `until`, the oldest first."""
    rows = connection.execute(
        text(
            "SELECT * FROM private_settlement WHERE settled_on >= :since AND settled_on < :until "
            "ORDER BY settled_on, settlement_id"
        ),
        {"since": since, "until": until},
    )
    return [PrivateSettlement.model_validate(row._asdict()) for row in rows]


def is_on_file(connection: Connection, claim_no: str) -> bool:
    """Say whether somebody settled the matter of this claim."""
    found: bool = connection.execute(
        text("SELECT EXISTS (SELECT FROM private_settlement WHERE claim_no = :claim_no)"), {"claim_no": claim_no}
    ).scalar_one()
    return found
