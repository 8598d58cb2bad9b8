"""Claims: opened, and read as the rules see them.

How they move is `store.case_moves`, their sealed history `store.case_history`, what was told of them
`store.claim_forms`, the amounts that were named `store.claim_offers`, and what is gathered `store.dockets`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Column, Connection, Index, Integer, LargeBinary, Numeric, Table, Text, text
from sqlalchemy import Sequence as Numbering
from sqlalchemy.dialects.postgresql import JSONB

from rules.history import FIRST
from rules.transitions import Move
from schemas.claims import Claim, ClaimForm, ClaimPlan, Command, Stage, State
from schemas.complaints import MissingField
from schemas.ledger import Account
from store.case_history import Signature
from store.case_moves import CaseTable, Change
from store.choosing import rows_chosen
from store.claim_forms import add_forms, add_payees
from store.copying import copy_rows
from store.metadata import INSTANT, metadata

claim_number = Numbering("claim_number", metadata=metadata)
claim = Table(
    "claim",
    metadata,
    Column("case_no", Text, primary_key=True),
    Column("event", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("waybill", Text, nullable=False, server_default=""),
    Column("language", Text, nullable=False, server_default="zh"),
    Column("claimant_key", Text, nullable=False, server_default=""),
    Column("relation", Text, nullable=False, server_default="other"),
    Column("origin_case", Text, nullable=False, server_default=""),
    Column("reference", Text, nullable=False, server_default=""),
    Column("claimed", Numeric(12, 2)),
    Column("currency", Text, nullable=False, server_default="CNY"),
    Column("severity", Integer, nullable=False, server_default="2"),
    Column("severity_score", Integer, nullable=False, server_default="0"),
    Column("is_major", Boolean, nullable=False, server_default="false"),
    Column("assigned_to", Text, nullable=False, server_default=""),
    Column("handler", Text, nullable=False, server_default=""),
    Column("liability", JSONB),
    Column("established", JSONB, nullable=False, server_default="{}"),
    Column("route", Text),
    Column("docket_no", Text, nullable=False, server_default=""),
    Column("rounds", Integer, nullable=False, server_default="0"),
    Column("objections", Integer, nullable=False, server_default="0"),
    Column("touched_by", Text, nullable=False, server_default=""),
    Column("proposals_refused", Integer, nullable=False, server_default="0"),
    Column("offered", Numeric(12, 2)),
    Column("offer_due_at", INSTANT),
    Column("evidence_due_at", INSTANT),
    Column("agreed_amount", Numeric(12, 2)),
    Column("payouts", Integer, nullable=False, server_default="0"),
    Column("paid_amount", Numeric(12, 2), nullable=False, server_default="0"),
    Column("escalation_level", Integer, nullable=False, server_default="0"),
    Column("last_escalated_at", INSTANT),
    Column("opened_at", INSTANT, nullable=False),
    Column("state_since", INSTANT, nullable=False),
    Column("customer_told_at", INSTANT),
    Column("next_due_at", INSTANT),
    Column("due_kind", Text, nullable=False, server_default=""),
    Column("clock_profile", Text, nullable=False, server_default=""),
    Column("clock_calendars", Text, nullable=False, server_default=""),
    Column("clock_anchors", JSONB, nullable=False, server_default="{}"),
    Column("tell_due_at", INSTANT),
    Column("closed_at", INSTANT),
    Column("ending", Text, nullable=False, server_default=""),
    Column("history_head", LargeBinary, nullable=False),
    Index("ix_claim_state", "state", "case_no", postgresql_where=text("closed_at IS NULL")),
    Index("ix_claim_waybill", "waybill", postgresql_where=text("waybill <> ''")),
    Index("ix_claim_claimant_key", "claimant_key", "opened_at", postgresql_where=text("claimant_key <> ''")),
    Index("ix_claim_origin_case", "origin_case", postgresql_where=text("origin_case <> ''")),
    Index("ix_claim_reference", "reference", postgresql_where=text("reference <> ''")),
    Index("ix_claim_next_due_at", "next_due_at", "case_no", postgresql_where=text("closed_at IS NULL")),
    Index("ix_claim_tell_due_at", "tell_due_at", postgresql_where=text("closed_at IS NULL")),
    Index("ix_claim_offer_due_at", "offer_due_at", postgresql_where=text("state IN ('OFFERED', 'DENIED')")),
    Index("ix_claim_evidence_due_at", "evidence_due_at", postgresql_where=text("state = 'EVIDENCE'")),
    Index("ix_claim_undocketed", "case_no", postgresql_where=text("route = 'docket' AND docket_no = ''")),
    Index("ix_claim_docket_no", "docket_no", postgresql_where=text("docket_no <> ''")),
    Index("ix_claim_opened_at", "opened_at"),
    Index("ix_claim_closed_at", "closed_at", postgresql_where=text("closed_at IS NOT NULL")),
)
CLAIMS = CaseTable(
    name="claim",
    read_as=Claim,
    opening=Command.FILE,
    updatable={
        "event": "text", "waybill": "text", "language": "text", "claimant_key": "text", "relation": "text",
        "origin_case": "text", "reference": "text", "claimed": "numeric", "currency": "text", "severity": "integer",
        "severity_score": "integer", "is_major": "boolean", "assigned_to": "text", "handler": "text",
        "liability": "jsonb", "established": "jsonb", "route": "text", "docket_no": "text", "rounds": "integer",
        "objections": "integer", "touched_by": "text",
        "proposals_refused": "integer", "offered": "numeric", "offer_due_at": "timestamptz",
        "evidence_due_at": "timestamptz", "agreed_amount": "numeric", "payouts": "integer", "paid_amount": "numeric",
        "escalation_level": "integer", "last_escalated_at": "timestamptz", "customer_told_at": "timestamptz",
        "ending": "text",
    },
    told_first=("channel",),
)  # fmt: skip

_COLUMNS = (
    "c.case_no, c.event, c.channel, c.state, c.version, c.waybill, c.language, c.claimant_key, c.relation, "
    "c.origin_case, c.reference, c.claimed, c.currency, c.severity, c.severity_score, c.is_major, c.assigned_to, "
    "c.handler, c.liability, c.established, c.route, c.docket_no, c.rounds, c.objections, c.touched_by, "
    "c.proposals_refused, c.offered, "
    "c.offer_due_at, c.evidence_due_at, c.agreed_amount, c.payouts, c.paid_amount, c.escalation_level, "
    "c.last_escalated_at, c.opened_at, c.state_since, c.customer_told_at, c.next_due_at, c.due_kind, c.clock_anchors, "
    "c.clock_profile, c.clock_calendars, c.closed_at, c.ending, "
    "coalesce(f.content #>> '{claimant,name}', '') AS claimant_name, "
    "coalesce(f.content #>> '{claimant,phone}', '') AS claimant_phone, "
    "coalesce(f.content #>> '{claimant,email}', '') AS claimant_email, "
    "coalesce(f.content ->> 'account', '') AS account, coalesce(f.missing, '{}') AS missing, "
    "coalesce(y.payee, '') AS payee_name, coalesce(y.account_tail, '') AS payee_tail, "
    "coalesce(nullif(s.destination_outlet, ''), s.last_location, '') AS outlet, "
    "coalesce(s.origin_outlet, '') AS origin_outlet, coalesce(s.carrier, '') AS carrier, "
    "coalesce(s.product, 'standard') AS product, coalesce(s.goods, '') AS goods, s.weight_kg, "
    "s.declared_value, s.insured_amount, s.freight, coalesce(s.currency, 'CNY') AS value_currency, "
    "coalesce(s.perishable, false) AS perishable, coalesce(s.customer_tier, 'standard') AS customer_tier, "
    "coalesce(s.origin_city, '') AS origin_city, coalesce(s.destination_city, '') AS destination_city, "
    "coalesce(s.lane_class, 'unknown') AS lane, "
    "s.picked_up_at, s.promised_at, s.delivered_at, coalesce(s.last_event, '') AS last_event, s.last_event_at, "
    "coalesce(s.last_location, '') AS last_location, p.content::text AS plan"
)
_FROM = (
    "FROM claim c LEFT JOIN shipment s USING (waybill) "
    "LEFT JOIN LATERAL (SELECT content, missing FROM claim_form t WHERE t.case_no = c.case_no "
    "ORDER BY form_id DESC LIMIT 1) f ON true "
    "LEFT JOIN LATERAL (SELECT payee, account_tail FROM claim_payee t WHERE t.case_no = c.case_no "
    "AND t.failed_at IS NULL ORDER BY payee_id DESC LIMIT 1) y ON true "
    "LEFT JOIN LATERAL (SELECT content FROM plan WHERE plan.case_no = c.case_no ORDER BY version DESC LIMIT 1) p "
    "ON true"
)


class NoSuchClaim(LookupError):
    """There is no claim with that number."""


class Chosen(NamedTuple):
    """Which claims are read; what is left open chooses all."""

    case_nos: Collection[str] | None = None
    among: Collection[str] | None = None  # those of these numbers that nobody else holds
    states: Collection[State] | None = None
    waybill: str | None = None
    claimant_key: str | None = None
    origin_case: str | None = None
    reference: str | None = None
    event: str | None = None
    assigned_to: str | None = None
    docket_no: str | None = None
    due_by: datetime | None = None
    tell_due_by: datetime | None = None
    offer_due_by: datetime | None = None
    evidence_due_by: datetime | None = None
    opened_before: datetime | None = None
    state_before: datetime | None = None  # in its state since before
    escalated_before: datetime | None = None
    escalation_level: int | None = None
    other_clock_than: str | None = None  # not due by this clock
    undocketed: bool | None = None  # clear, and not gathered yet
    payee_known: bool | None = None  # True: only those of which an account is known
    settled_on: Collection[Account] | None = None  # nothing stands on these accounts
    unfit_handler: bool | None = None  # those whose agent may have to hand them on, or that have none
    open_only: bool = False


_UNFIT = (
    "(c.handler = '' AND EXISTS (SELECT FROM agent) OR c.handler <> '' AND EXISTS (SELECT FROM agent a WHERE "
    "a.staff_id = c.handler AND (NOT a.on_duty OR coalesce(c.liability, '{}') @> jsonb_build_object('parties', "
    "jsonb_build_array(jsonb_build_object('kind', 'courier', 'name', c.handler))))))"
)
_CONDITIONS = {
    "unfit_handler": _UNFIT,
    "case_nos": "c.case_no = ANY(:case_nos)",
    "among": "c.case_no = ANY(:among)",
    "states": "c.state = ANY(:states)",
    "waybill": "c.waybill = :waybill AND c.waybill <> ''",
    "claimant_key": "c.claimant_key = :claimant_key AND c.claimant_key <> ''",
    "origin_case": "c.origin_case = :origin_case AND c.origin_case <> ''",
    "reference": "c.reference = :reference AND c.reference <> ''",
    "event": "c.event = :event",
    "assigned_to": "c.assigned_to = :assigned_to",
    "docket_no": "c.docket_no = :docket_no AND c.docket_no <> ''",
    "due_by": "c.next_due_at <= :due_by AND c.closed_at IS NULL",
    "tell_due_by": "c.tell_due_at <= :tell_due_by AND c.closed_at IS NULL",
    "offer_due_by": "c.offer_due_at <= :offer_due_by AND c.state IN ('OFFERED', 'DENIED')",
    "evidence_due_by": "c.evidence_due_at <= :evidence_due_by AND c.state = 'EVIDENCE'",
    "opened_before": "c.opened_at < :opened_before",
    "state_before": "c.state_since < :state_before",
    "escalated_before": "(c.last_escalated_at IS NULL OR c.last_escalated_at < :escalated_before)",
    "escalation_level": "c.escalation_level = :escalation_level",
    "other_clock_than": "c.due_kind NOT IN (:other_clock_than, 'escalated_' || :other_clock_than)",
    "undocketed": ":undocketed = (c.route = 'docket' AND c.docket_no = '')",
    "payee_known": ":payee_known = EXISTS (SELECT FROM claim_payee q WHERE q.case_no = c.case_no "
    "AND q.failed_at IS NULL)",
    "settled_on": "NOT EXISTS (SELECT FROM booking b JOIN booking_line l USING (booking_id) "
    "WHERE b.claim_no = c.case_no AND l.account = ANY(:settled_on) "
    "GROUP BY l.account, l.party, l.currency HAVING sum(l.amount) <> 0)",
}


def select_claims(
    connection: Connection, chosen: Chosen, *, after: str = "", limit: int = 500, lock: bool = False
) -> list[Claim]:
    """Read claims with what was told last, their parcel and their newest proposal, in the order of their numbers.

    With `lock` the rows stay locked until the transaction ends. One that is asked for by its number is waited for; in a
    wider choice those that somebody else holds are passed over, their holder moves them on.
    """
    open_only = chosen.open_only or (chosen.states is not None and State.CLOSED not in chosen.states)
    waits = "" if chosen.case_nos is not None else " SKIP LOCKED"
    rows = rows_chosen(
        connection,
        f"SELECT {_COLUMNS} {_FROM}",  # values are bound
        chosen,
        _CONDITIONS,
        open_only=open_only,
        after=after,
        limit=limit,
        locking=f"FOR UPDATE OF c{waits}" if lock else "",
    )
    return [Claim.model_validate({**row._mapping, "plan": _plan_in(row.plan)}) for row in rows]


@lru_cache(maxsize=512)
def _plan_in(written: str | None) -> ClaimPlan | None:
    """Read a proposal, most of which is how its amount comes about: long, never edited, and read at every step."""
    return None if written is None else ClaimPlan.model_validate_json(written)


def lock(connection: Connection, case_nos: Collection[str]) -> list[str]:
    """Lock claims until the transaction ends, in the order of their numbers, and give the waybills of their parcels."""
    rows = connection.execute(
        text("SELECT waybill FROM claim WHERE case_no = ANY(:numbers) ORDER BY case_no FOR UPDATE"),
        {"numbers": list(case_nos)},
    )
    return list(rows.scalars())


def one_claim(connection: Connection, case_no: str, *, lock: bool = False) -> Claim:
    """Read one claim.

    Raises:
        NoSuchClaim: nobody filed one with that number.
    """
    found = select_claims(connection, Chosen(case_nos=[case_no]), lock=lock)
    if not found:
        raise NoSuchClaim(f"there is no claim {case_no}")
    return found[0]


class Opening(NamedTuple):
    """A claim on its way to becoming a case."""

    form: ClaimForm
    missing: tuple[MissingField, ...]
    columns: Callable[[Claim, dict[str, Any]], Mapping[str, Any]]  # what of it the case's own row holds
    details: dict[str, Any]  # what its first entry says; `columns` may add to it


def open_claims(connection: Connection, openings: Sequence[Opening], *, day: str, sign: Signature) -> list[Claim]:
    """Open a case for each, whose numbers bear the day (as 20261130), and give them as they are then, in order."""
    if not openings:
        return []
    numbers = list(
        connection.execute(
            text(
                "SELECT CAST(:prefix AS text) || to_char(nextval('claim_number'), 'FM999999999000000') "
                "FROM generate_series(1, :count)"
            ),
            {"prefix": f"CL-{day}-", "count": len(openings)},
        ).scalars()
    )
    rows = []
    for number, opening in zip(numbers, openings, strict=True):
        state = State.DRAFT if opening.missing else State.FILED
        rows.append(
            (
                number, opening.form.event.value, opening.form.channel.value, state.value, 0, opening.form.waybill,
                sign.at.isoformat(), sign.at.isoformat(), f"\\x{FIRST.hex()}",
            )
        )  # fmt: skip
    columns = (
        "case_no", "event", "channel", "state", "version", "waybill", "opened_at", "state_since", "history_head",
    )  # fmt: skip
    copy_rows(connection, claim, columns, rows)
    told = [(number, opening.form, opening.missing) for number, opening in zip(numbers, openings, strict=True)]
    kept = add_forms(connection, told, at=sign.at)
    opened = {one.case_no: one for one in select_claims(connection, Chosen(case_nos=numbers), limit=len(numbers))}
    changes = []
    for number, opening, digest in zip(numbers, openings, kept, strict=True):
        case = opened[number]
        updates = opening.columns(case, opening.details)
        details = {**opening.details, "form": digest, "missing": [field.at for field in opening.missing]}
        move: Move[State, Command, Stage] = Move(case.state, Command.FILE, case.state, Stage.INTAKE)
        changes.append(
            Change(case=case, move=move, reason=case.event.value, role=sign.role, updates=updates, details=details)
        )
    CLAIMS.apply(connection, changes, sign=sign)
    payees = [(number, opening.form.payee) for number, opening in zip(numbers, openings, strict=True)]
    add_payees(connection, [(number, payee) for number, payee in payees if payee is not None], by=sign.who, at=sign.at)
    found = {one.case_no: one for one in select_claims(connection, Chosen(case_nos=numbers), limit=len(numbers))}
    return [found[number] for number in numbers]


def plans_of(connection: Connection, case_no: str) -> list[ClaimPlan]:
    """Read every proposal of a claim, the oldest first."""
    rows = connection.execute(
        text("SELECT content FROM plan WHERE case_no = :case_no ORDER BY version"), {"case_no": case_no}
    ).scalars()
    return [ClaimPlan.model_validate(content) for content in rows]


class Matter(NamedTuple):
    """What makes two tellings one claim: the parcel, who claims, and what happened to it."""

    waybill: str
    claimant_key: str
    event: str


def open_matters(connection: Connection, matters: Collection[Matter]) -> dict[Matter, str]:
    """Give the number of the open claim that each of these matters has; one without any is left out."""
    rows = connection.execute(
        text(
            "SELECT case_no, waybill, claimant_key, event FROM claim WHERE closed_at IS NULL AND waybill <> '' "
            "AND claimant_key <> '' AND (waybill, claimant_key, event) IN (SELECT * FROM unnest("
            "CAST(:waybills AS text[]), CAST(:keys AS text[]), CAST(:events AS text[]))) ORDER BY case_no"
        ),
        {
            "waybills": [matter.waybill for matter in matters],
            "keys": [matter.claimant_key for matter in matters],
            "events": [matter.event for matter in matters],
        },
    )
    return {Matter(row.waybill, row.claimant_key, row.event): row.case_no for row in rows}


def lock_matters(connection: Connection, waybills: Collection[str]) -> None:
    """Let only one transaction at a time open claims about these parcels, so that no matter gets two cases."""
    for waybill in sorted({*waybills} - {""}):
        connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:matter, 0))"), {"matter": f"claim {waybill}"}
        )


def earlier_claims(connection: Connection, claimant_keys: Collection[str], *, since: datetime) -> dict[str, int]:
    """Count the claims that each claimant filed since then."""
    rows = connection.execute(
        text(
            "SELECT claimant_key, count(*) AS claims FROM claim WHERE claimant_key = ANY(:keys) "
            "AND claimant_key <> '' AND opened_at >= :since GROUP BY claimant_key"
        ),
        {"keys": list(claimant_keys), "since": since},
    )
    return {row.claimant_key: row.claims for row in rows}


def standing(connection: Connection) -> dict[str, int]:
    """Count claims by state."""
    rows = connection.execute(text("SELECT state, count(*) FROM claim GROUP BY state"))
    return {row[0]: row[1] for row in rows}


def with_old_clocks(
    connection: Connection, *, profiles: Collection[str], calendars: str, after: str = "", limit: int = 500
) -> list[Claim]:
    """Read open claims whose due time was computed under figures that are no longer those of the book."""
    stale = CLAIMS.under_old_figures(connection, profiles=profiles, calendars=calendars, after=after, limit=limit)
    return select_claims(connection, Chosen(case_nos=stale), limit=limit, lock=True) if stale else []
