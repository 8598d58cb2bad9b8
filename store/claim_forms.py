"""What was told of claims: a form for each telling, kept as it was told, and whom the money is for.

The sealed history of a case holds the hash of a form and no word of it, so that personal data can be erased and the
history still be verified. The number of an account is sealed; only whoever pays reads it.
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import BigInteger, Column, Connection, Identity, Index, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from rules.history import canonical
from schemas.claims import ClaimForm, PayeeTold
from schemas.complaints import MissingField
from store.keyed import keyed_hash, same_hash, seal, unseal
from store.metadata import INSTANT, created_at, metadata

claim_form = Table(
    "claim_form",
    metadata,
    Column("form_id", BigInteger, Identity(), primary_key=True),
    Column("case_no", Text, nullable=False),
    Column("told_at", INSTANT, nullable=False),
    Column("channel", Text, nullable=False),
    Column("taken_by", Text, nullable=False),
    Column("content", JSONB, nullable=False),  # without the account; {} once its personal data were erased
    Column("missing", ARRAY(Text), nullable=False),
    Column("sha256", LargeBinary, nullable=False),  # of the content as it was told
    Column("erased_at", INSTANT),
    created_at(),
    Index("ix_claim_form_case_no", "case_no", "form_id"),
)
claim_payee = Table(
    "claim_payee",
    metadata,
    Column("payee_id", BigInteger, Identity(), primary_key=True),
    Column("case_no", Text, nullable=False),
    Column("payee", Text, nullable=False),
    Column("account_sealed", Text, nullable=False),
    Column("account_tail", Text, nullable=False),
    Column("account_hash", Text, nullable=False),
    Column("told_by", Text, nullable=False),
    Column("told_at", INSTANT, nullable=False),
    Column("failed_at", INSTANT),  # when a payout to it failed; it is not paid to any more
    created_at(),
    Index("ix_claim_payee_case_no", "case_no", "payee_id"),
    Index("ix_claim_payee_account_hash", "account_hash"),
)


class ToldForm(NamedTuple):
    """One telling: when, by which channel, and what; the content is None once it was erased."""

    form_id: int
    told_at: datetime
    channel: str
    taken_by: str
    content: ClaimForm | None
    missing: tuple[str, ...]
    sha256: str


class Payee(NamedTuple):
    """Whom a claim is paid to, with the account in full: for whoever pays, and nobody else."""

    name: str
    account: str

    def __repr__(self) -> str:
        return "Payee(...)"


def add_forms(
    connection: Connection, told: Sequence[tuple[str, ClaimForm, Sequence[MissingField]]], *, at: datetime
) -> list[str]:
    """Keep what was told of each case, without the account, and give the hash of each, which the history names."""
    contents = [form.model_dump(mode="json", exclude={"payee"}) for _, form, _ in told]
    digests = [sha256(canonical(content).encode()) for content in contents]
    connection.execute(
        text(
            "INSERT INTO claim_form (case_no, told_at, channel, taken_by, content, missing, sha256) "
            "SELECT number, :at, channel, taken_by, CAST(content AS jsonb), string_to_array(missing, ' '), "
            "decode(digest, 'hex') FROM unnest(CAST(:numbers AS text[]), CAST(:channels AS text[]), "
            "CAST(:takers AS text[]), CAST(:contents AS text[]), CAST(:missing AS text[]), CAST(:digests AS text[])) "
            "AS n(number, channel, taken_by, content, missing, digest)"
        ),
        {
            "at": at,
            "numbers": [number for number, _, _ in told],
            "channels": [form.channel.value for _, form, _ in told],
            "takers": [form.taken_by for _, form, _ in told],
            "contents": [json.dumps(content, ensure_ascii=False) for content in contents],
            "missing": [" ".join(field.at for field in missing) for _, _, missing in told],
            "digests": [digest.hexdigest() for digest in digests],
        },
    )
    return [digest.hexdigest() for digest in digests]


def add_payees(connection: Connection, told: Sequence[tuple[str, PayeeTold]], *, by: str, at: datetime) -> None:
    """Keep whom each case is to be paid to; the one told last counts.

    Raises:
        NoSecretKey: there is no key to seal the account with.
    """
    if not told:
        return
    connection.execute(
        claim_payee.insert(),
        [
            {
                "case_no": number,
                "payee": payee.name,
                "account_sealed": seal(payee.account),
                "account_tail": payee.account[-4:],
                "account_hash": keyed_hash("payout account", payee.account),
                "told_by": by,
                "told_at": at,
            }
            for number, payee in told
        ],
    )


def payees_of(connection: Connection, case_nos: Collection[str]) -> dict[str, Payee]:
    """Read whom each case is to be paid to, with the account; a case of which nobody told any is left out.

    Raises:
        NoSecretKey: there is no key.
    """
    rows = connection.execute(
        text(
            "SELECT DISTINCT ON (case_no) case_no, payee, account_sealed FROM claim_payee "
            "WHERE case_no = ANY(:numbers) AND failed_at IS NULL ORDER BY case_no, payee_id DESC"
        ),
        {"numbers": list(case_nos)},
    )
    return {row.case_no: Payee(row.payee, unseal(row.account_sealed)) for row in rows}


def payee_failed(connection: Connection, case_no: str, *, payout: str, at: datetime) -> None:
    """Pay no more to the account of a payout that failed, nor to one it replaced, so that another is asked for.

    All stay on record. One that was told after the payout was ordered is not concerned.
    """
    connection.execute(
        text(
            "UPDATE claim_payee y SET failed_at = :at FROM payout p WHERE p.key = :payout AND y.case_no = :case_no "
            "AND y.failed_at IS NULL AND (y.account_hash = p.account_hash OR y.payee_id <= (SELECT max(u.payee_id) "
            "FROM claim_payee u WHERE u.case_no = y.case_no AND u.account_hash = p.account_hash "
            "AND u.told_at <= p.requested_at))"
        ),
        {"case_no": case_no, "payout": payout, "at": at},
    )


def same_payee(connection: Connection, case_no: str, told: PayeeTold) -> bool:
    """Say whether a claim is to be paid to this payee and account already."""
    row = connection.execute(
        text(
            "SELECT payee, account_hash FROM claim_payee WHERE case_no = :case_no AND failed_at IS NULL "
            "ORDER BY payee_id DESC LIMIT 1"
        ),
        {"case_no": case_no},
    ).one_or_none()
    hashed = keyed_hash("payout account", told.account)
    return row is not None and row.payee == told.name and same_hash(row.account_hash, hashed)


def accounts_shared(connection: Connection, case_nos: Collection[str]) -> dict[str, list[str]]:
    """Give, for each of these claims, the claims of other claimants that are paid to the same account."""
    rows = connection.execute(
        text(
            "SELECT DISTINCT y.case_no, o.case_no AS other FROM claim_payee y JOIN claim c USING (case_no) "
            "JOIN claim_payee o ON o.account_hash = y.account_hash AND o.case_no <> y.case_no "
            "JOIN claim d ON d.case_no = o.case_no AND d.claimant_key <> c.claimant_key "
            "WHERE y.case_no = ANY(:numbers) ORDER BY y.case_no, o.case_no"
        ),
        {"numbers": list(case_nos)},
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.case_no, []).append(row.other)
    return found


def last_forms(connection: Connection, case_nos: Collection[str]) -> dict[str, ClaimForm]:
    """Read what was told last of each case; one whose data were erased is left out."""
    rows = connection.execute(
        text(
            "SELECT DISTINCT ON (case_no) case_no, content FROM claim_form WHERE case_no = ANY(:numbers) "
            "ORDER BY case_no, form_id DESC"
        ),
        {"numbers": list(case_nos)},
    )
    return {row.case_no: ClaimForm.model_validate(row.content) for row in rows if row.content}


def forms_of(connection: Connection, case_no: str) -> list[ToldForm]:
    """Read everything that was told of a claim, oldest first."""
    rows = connection.execute(
        text(
            "SELECT form_id, told_at, channel, taken_by, content, missing, encode(sha256, 'hex') AS sha256 "
            "FROM claim_form WHERE case_no = :case_no ORDER BY form_id"
        ),
        {"case_no": case_no},
    )
    return [
        ToldForm(
            row.form_id,
            row.told_at,
            row.channel,
            row.taken_by,
            ClaimForm.model_validate(row.content) if row.content else None,
            tuple(row.missing),
            row.sha256,
        )
        for row in rows
    ]


def phones_of(connection: Connection, case_no: str) -> list[str]:
    """Read the telephone of everybody who told of a claim, once for each telling; what was erased is empty."""
    rows = connection.execute(
        text(
            "SELECT coalesce(content #>> '{claimant,phone}', '') FROM claim_form WHERE case_no = :case_no "
            "ORDER BY form_id"
        ),
        {"case_no": case_no},
    )
    return list(rows.scalars())
