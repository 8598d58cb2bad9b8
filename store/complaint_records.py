"""What was told of complaints: one row for each telling, kept as it was told.

The sealed history of a case holds the hash of a telling and no word of it, so that personal data can be erased and the
history still be verified.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import BigInteger, Boolean, Column, Connection, Identity, Index, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from rules.history import canonical
from schemas.complaints import ComplaintRecord, MissingField
from store.metadata import INSTANT, created_at, metadata

complaint_record = Table(
    "complaint_record",
    metadata,
    Column("record_id", BigInteger, Identity(), primary_key=True),
    Column("case_no", Text, nullable=False),
    Column("told_at", INSTANT, nullable=False),
    Column("channel", Text, nullable=False),
    Column("taken_by", Text, nullable=False),
    Column("content", JSONB, nullable=False),  # the record; {} once its personal data were erased
    Column("missing", ARRAY(Text), nullable=False),
    Column("by_customer", Boolean, nullable=False, server_default="true"),  # by whoever's complaint it is
    Column("sha256", LargeBinary, nullable=False),  # of the content as it was told
    Column("erased_at", INSTANT),
    created_at(),
    Index("ix_complaint_record_case_no", "case_no", "record_id"),
)


class ToldRecord(NamedTuple):
    """One telling: when, by which channel, and what; the content is None once it was erased."""

    record_id: int
    told_at: datetime
    channel: str
    taken_by: str
    content: ComplaintRecord | None
    missing: tuple[str, ...]
    sha256: str


def last_of_customer(connection: Connection, case_no: str) -> ComplaintRecord | None:
    """Read what whoever's complaint it is told last; None once it was erased."""
    content = connection.execute(
        text(
            "SELECT content FROM complaint_record WHERE case_no = :case_no AND by_customer "
            "ORDER BY record_id DESC LIMIT 1"
        ),
        {"case_no": case_no},
    ).scalar_one_or_none()
    return ComplaintRecord.model_validate(content) if content else None


def records_of(connection: Connection, case_no: str) -> list[ToldRecord]:
    """Read everything that was told of a complaint, oldest first."""
    rows = connection.execute(
        text(
            "SELECT record_id, told_at, channel, taken_by, content, missing, encode(sha256, 'hex') AS sha256 "
            "FROM complaint_record WHERE case_no = :case_no ORDER BY record_id"
        ),
        {"case_no": case_no},
    )
    return [
        ToldRecord(
            row.record_id,
            row.told_at,
            row.channel,
            row.taken_by,
            ComplaintRecord.model_validate(row.content) if row.content else None,
            tuple(row.missing),
            row.sha256,
        )
        for row in rows
    ]


def phones_of(connection: Connection, case_no: str) -> list[str]:
    """Read the telephone of everybody who told of a complaint, once for each telling; what was erased is empty."""
    rows = connection.execute(
        text(
            "SELECT coalesce(content #>> '{customer,phone}', '') FROM complaint_record WHERE case_no = :case_no "
            "ORDER BY record_id"
        ),
        {"case_no": case_no},
    )
    return list(rows.scalars())


def add_record(
    connection: Connection,
    case_no: str,
    record: ComplaintRecord,
    *,
    missing: Sequence[MissingField],
    at: datetime,
    by_customer: bool = True,
) -> str:
    """Keep what was told, and give its hash, which the history names.

    What somebody else tells of a matter (`by_customer` False) is kept beside it and does not speak for the case.
    """
    content = record.model_dump(mode="json")
    digest = sha256(canonical(content).encode())
    connection.execute(
        text(
            "INSERT INTO complaint_record (case_no, told_at, channel, taken_by, content, missing, by_customer, sha256) "
            "VALUES (:case_no, :at, :channel, :taken_by, CAST(:content AS jsonb), :missing, :by_customer, :sha256)"
        ),
        {
            "case_no": case_no,
            "at": at,
            "channel": record.channel.value,
            "taken_by": record.taken_by,
            "content": json.dumps(content, ensure_ascii=False),
            "missing": [field.at for field in missing],
            "by_customer": by_customer,
            "sha256": digest.digest(),
        },
    )
    return digest.hexdigest()
