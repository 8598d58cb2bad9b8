"""What partners told of claims and insurances of their own: the newest telling of each, and what became of a claim.

A claim waits here until it is taken in, and again once it was told anew. What it said is dropped then: it stands among
what was told of the claim that it became. Only of one that nobody could take in it is kept, for whoever looks into it.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import ValidationError
from sqlalchemy import Column, Connection, Index, Numeric, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from schemas.partners import PartnerClaim, PartnerInsurance
from store.metadata import INSTANT, metadata
from store.storable import storable

partner_claim = Table(
    "partner_claim",
    metadata,
    Column("partner", Text, primary_key=True),
    Column("reference", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("updated_at", INSTANT, nullable=False),
    Column("content", JSONB, nullable=False),  # {} once it was taken in, unless it could not be
    Column("taken_at", INSTANT),
    Column("case_no", Text, nullable=False, server_default=""),  # the claim that it became
    Column("outcome", Text, nullable=False, server_default=""),
    Index("ix_partner_claim_waiting", "updated_at", postgresql_where=text("taken_at IS NULL")),
)
partner_insurance = Table(
    "partner_insurance",
    metadata,
    Column("partner", Text, primary_key=True),
    Column("reference", Text, primary_key=True),
    Column("waybill", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("amount", Numeric(12, 2)),
    Column("currency", Text, nullable=False),
    Column("updated_at", INSTANT, nullable=False),
    Index("ix_partner_insurance_waybill", "waybill"),
)


class WaitingClaim(NamedTuple):
    """A partner's claim that waits to be taken in."""

    partner: str
    reference: str
    updated_at: datetime
    told: PartnerClaim | None  # None where it cannot be read any more
    case_no: str  # the claim that it became before


class TakenClaim(NamedTuple):
    """What became of a partner's claim: the case, and how it came to it."""

    waiting: WaitingClaim
    case_no: str
    outcome: str
    failed: bool = False


def keep_claims(connection: Connection, told: Sequence[PartnerClaim]) -> None:
    """Keep what was told of claims, to be taken in; what is no newer than what is known changes nothing."""
    _put(
        connection,
        "INSERT INTO partner_claim (partner, reference, status, updated_at, content) VALUES (:partner, :reference, "
        ":status, :updated_at, CAST(:content AS jsonb)) ON CONFLICT (partner, reference) DO UPDATE SET "
        "status = excluded.status, updated_at = excluded.updated_at, content = excluded.content, taken_at = NULL "
        "WHERE partner_claim.updated_at < excluded.updated_at",
        [
            {
                **one.model_dump(include={"partner", "reference", "updated_at"}),
                "status": one.status.value,
                "content": json.dumps(one.model_dump(mode="json", exclude={"form": {"payee"}}), ensure_ascii=False),
            }
            for one in told
        ],
    )


def keep_insurances(connection: Connection, told: Sequence[PartnerInsurance]) -> None:
    """Keep what was told of insurances, the newest of each."""
    _put(
        connection,
        "INSERT INTO partner_insurance (partner, reference, waybill, status, amount, currency, updated_at) VALUES "
        "(:partner, :reference, :waybill, :status, :amount, :currency, :updated_at) ON CONFLICT (partner, reference) "
        "DO UPDATE SET waybill = excluded.waybill, status = excluded.status, amount = excluded.amount, "
        "currency = excluded.currency, updated_at = excluded.updated_at "
        "WHERE partner_insurance.updated_at < excluded.updated_at",
        [one.model_dump(exclude={"where"}) for one in told],
    )


def _put(connection: Connection, statement: str, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows in the order of their numbers, so that two transactions wait for each other in no circle."""
    if rows:
        ordered = sorted(rows, key=lambda row: (row["partner"], row["reference"], row["updated_at"]))
        connection.execute(text(statement), [{name: _kept(value) for name, value in row.items()} for row in ordered])


def _kept(value: object) -> object:
    return storable(value) if isinstance(value, str) else value


def waiting_claims(connection: Connection, *, limit: int) -> list[WaitingClaim]:
    """Read claims that wait to be taken in, as they changed."""
    rows = connection.execute(
        text(
            "SELECT partner, reference, updated_at, content, case_no FROM partner_claim WHERE taken_at IS NULL "
            "ORDER BY updated_at, reference LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [WaitingClaim(row.partner, row.reference, row.updated_at, _read(row.content), row.case_no) for row in rows]


def _read(content: object) -> PartnerClaim | None:
    try:
        return PartnerClaim.model_validate(content)
    except ValidationError:
        return None


def settle_claim(connection: Connection, taken: TakenClaim, *, at: datetime) -> None:
    """Write down which case a claim became and how; one that was told anew meanwhile still waits."""
    connection.execute(
        text(
            "UPDATE partner_claim SET case_no = :case_no, outcome = :outcome, "
            "taken_at = CASE WHEN updated_at = :updated_at THEN CAST(:at AS timestamptz) END, "
            "content = CASE WHEN updated_at > :updated_at OR :failed THEN content ELSE '{}' END "
            "WHERE partner = :partner AND reference = :reference AND taken_at IS NULL"
        ),
        {
            "partner": taken.waiting.partner,
            "reference": taken.waiting.reference,
            "updated_at": taken.waiting.updated_at,
            "at": at,
            "case_no": taken.case_no,
            "outcome": taken.outcome,
            "failed": taken.failed,
        },
    )


def insurances_of(connection: Connection, waybill: str) -> list[PartnerInsurance]:
    """Read by whom else a shipment is insured, as partners told; no step does so by itself."""
    rows = connection.execute(
        text("SELECT * FROM partner_insurance WHERE waybill = :waybill ORDER BY partner, reference"),
        {"waybill": waybill},
    )
    return [PartnerInsurance(where="", **row._asdict()) for row in rows]
