"""Gates, the answers given at them, and the decisions: append-only except for where a gate stands."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Identity,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    insert,
    select,
    text,
    true,
    tuple_,
    update,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from schemas.approvals import Gate, Given
from schemas.exceptions import Role
from store.metadata import INSTANT, metadata

gate = Table(
    "gate",
    metadata,
    Column("gate_id", BigInteger, Identity(), primary_key=True),
    Column("case_no", Text, nullable=False),
    Column("plan_version", Integer, nullable=False),
    Column("step", Integer, nullable=False, server_default="1"),
    Column("level", Text, nullable=False, server_default=Role.SUPERVISOR.value),
    Column("given", JSONB, nullable=False, server_default="[]"),  # the approvals of the steps before
    Column("attempt", Integer, nullable=False, server_default="1"),
    Column("form_kept", Integer, nullable=False, server_default="1"),  # the attempt whose form is known to be there
    Column("flow_run_id", Text),
    Column("run_no", Integer, nullable=False, server_default="1"),  # how many runs were asked for
    Column("refusal", Text, nullable=False, server_default=""),
    Column("owed_for", Text, nullable=False),
    Column("requested_at", INSTANT, nullable=False),
    Column("decided", Boolean, nullable=False, server_default="false"),
    Index("uq_gate_case_no_plan_version_step", "case_no", "plan_version", "step", unique=True),
    Index("ix_gate_undecided", "case_no", postgresql_where=text("NOT decided")),
)
decision = Table(
    "decision",
    metadata,
    Column("gate_id", BigInteger, primary_key=True),  # one decision for each gate, whoever comes second
    Column("decision", Text, nullable=False),
    Column("final", Boolean, nullable=False, server_default="true"),  # False where somebody else must approve too
    Column("staff_id", Text, nullable=False),
    Column("amount", Numeric(12, 2), nullable=False),
    Column("planned_amount", Numeric(12, 2), nullable=False),
    Column("currency", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("answered_at", INSTANT, nullable=False),
    Column("decided_at", INSTANT, nullable=False),
)
refused_answer = Table(
    "refused_answer",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("gate_id", BigInteger, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("staff_id", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("answered_at", INSTANT, nullable=False),
    Index("ix_refused_answer_gate_id", "gate_id"),
)
used_passcode = Table(
    "used_passcode",
    metadata,
    Column("gate_id", BigInteger, primary_key=True),
    Column("staff_id", Text, primary_key=True),
    Column("counter", BigInteger, primary_key=True),  # the time step of the passcode
)


def open_gates(connection: Connection, wanted: list[tuple[str, int, str]], *, at: datetime) -> None:
    """Open a gate for each (case number, plan version, reason it is owed); one that is open stays as it is."""
    if wanted:
        case_nos, versions, owed_for = (list(column) for column in zip(*wanted, strict=True))
        connection.execute(
            text(
                "INSERT INTO gate (case_no, plan_version, owed_for, requested_at) SELECT asked.*, :at FROM unnest("
                "CAST(:case_nos AS text[]), CAST(:versions AS integer[]), CAST(:owed_for AS text[])) AS asked "
                "ON CONFLICT DO NOTHING"
            ),
            {"case_nos": case_nos, "versions": versions, "owed_for": owed_for, "at": at},
        )


def open_next_step(
    connection: Connection, decided: Gate, *, plan_version: int, level: Role, by: Given, at: datetime
) -> Gate:
    """Open the gate at which the next person must approve what was approved at this one."""
    statement = insert(gate).values(
        case_no=decided.case_no,
        plan_version=plan_version,
        step=decided.step + 1,
        level=level.value,
        given=[one.model_dump(mode="json") for one in (*decided.given, by)],
        owed_for=decided.owed_for,
        requested_at=at,
    )
    return _gate(connection.execute(statement.returning(gate)).one()._mapping)


def current_gate(connection: Connection, case_no: str, *, lock: bool = False) -> Gate | None:
    """Read the newest gate of a case, or None when it never had one."""
    statement = (
        select(gate).where(gate.c.case_no == case_no).order_by(gate.c.plan_version.desc(), gate.c.step.desc()).limit(1)
    )
    row = connection.execute(statement.with_for_update() if lock else statement).one_or_none()
    return _gate(row._mapping) if row else None


def open_gates_of(connection: Connection, case_nos: Collection[str]) -> dict[str, Gate]:
    """Give the gate at which each of these cases waits, by case number."""
    rows = connection.execute(select(gate).where(gate.c.case_no.in_(case_nos), ~gate.c.decided))
    return {row.case_no: _gate(row._mapping) for row in rows}


def _gate(row: Any) -> Gate:
    return Gate(**{name: row[name] for name in Gate.model_fields})


def assign_run(connection: Connection, gate_id: int, flow_run_id: str) -> Gate:
    """Remember which suspended run asks at this gate, and give the gate as it stands by now."""
    statement = update(gate).where(gate.c.gate_id == gate_id).values(flow_run_id=flow_run_id).returning(gate)
    return _gate(connection.execute(statement).one()._mapping)


def need_runs(connection: Connection, gates: Sequence[Gate]) -> list[Gate]:
    """Forget the runs of these gates, because nobody can answer them any more, and give the gates as they stand then.

    The number of a gate's runs counts up where it had one. Left out are those that were decided meanwhile, that have
    another run by now, or that somebody is deciding about.
    """
    rows = connection.execute(
        text(
            "UPDATE gate SET flow_run_id = NULL, run_no = gate.run_no + CASE WHEN lost.run IS NULL THEN 0 ELSE 1 END "
            "FROM (SELECT gate_id, asked.run FROM gate JOIN unnest(CAST(:gate_ids AS bigint[]), CAST(:runs AS text[])) "
            "AS asked(id, run) ON gate_id = asked.id WHERE NOT decided AND flow_run_id IS NOT DISTINCT FROM asked.run "
            "FOR UPDATE OF gate SKIP LOCKED) AS lost WHERE gate.gate_id = lost.gate_id RETURNING gate.*"
        ),
        {"gate_ids": [item.gate_id for item in gates], "runs": [item.flow_run_id for item in gates]},
    )
    return [_gate(row._mapping) for row in rows]


def keep_form(connection: Connection, current: Gate) -> None:
    """Remember that the form of a gate's attempt is there."""
    connection.execute(
        update(gate)
        .where(gate.c.gate_id == current.gate_id, gate.c.attempt == current.attempt)
        .values(form_kept=current.attempt)
    )


def use_passcode(connection: Connection, *, gate_id: int, staff_id: str, counter: int) -> bool:
    """Mark a passcode as used by this person at this gate; False when it was used before."""
    statement = upsert(used_passcode).values(gate_id=gate_id, staff_id=staff_id, counter=counter)
    return bool(connection.execute(statement.on_conflict_do_nothing()).rowcount)


def ask_again(
    connection: Connection, current: Gate, *, staff_id: str, code: str, sentence: str, via: str, answered_at: datetime
) -> int:
    """Record an answer that does not count and give the number of the next attempt.

    An answer by command leaves the form of the suspended run as it is, so it does not count as an attempt of the form.
    """
    connection.execute(
        insert(refused_answer).values(
            gate_id=current.gate_id,
            attempt=current.attempt,
            staff_id=staff_id,
            code=code,
            via=via,
            answered_at=answered_at,
        )
    )
    if via != "run":
        return current.attempt
    following = current.attempt + 1
    connection.execute(
        update(gate).where(gate.c.gate_id == current.gate_id).values(attempt=following, refusal=sentence)
    )
    return following


def decide(
    connection: Connection, current: Gate, *, decided: str, final: bool, staff_id: str, amount: Decimal,
    planned_amount: Decimal, currency: str, comment: str, via: str, answered_at: datetime, decided_at: datetime,
) -> None:  # fmt: skip
    """Record the decision of a gate and close it; it is not final where somebody else must approve too."""
    connection.execute(
        insert(decision).values(
            gate_id=current.gate_id,
            decision=decided,
            final=final,
            staff_id=staff_id,
            amount=amount,
            planned_amount=planned_amount,
            currency=currency,
            comment=comment,
            via=via,
            answered_at=answered_at,
            decided_at=decided_at,
        )
    )
    connection.execute(update(gate).where(gate.c.gate_id == current.gate_id).values(decided=True))


class Alike(NamedTuple):
    """A gate that is decided by the answer that was given at another."""

    case_no: str
    plan_version: int
    amount: Decimal
    comment: str


def approve_alike(connection: Connection, answered: Gate, alike: Sequence[Alike]) -> int:
    """Record that these gates were approved, each with its own amount, by the answer given at another; count them."""
    return connection.execute(
        text(
            "WITH approved AS (UPDATE gate SET decided = true FROM unnest(CAST(:case_nos AS text[]), "
            "CAST(:versions AS int[]), CAST(:amounts AS numeric[]), CAST(:comments AS text[])) "
            "AS n(case_no, plan_version, amount, comment) WHERE gate.case_no = n.case_no "
            "AND gate.plan_version = n.plan_version AND NOT gate.decided RETURNING gate.gate_id, n.amount, n.comment) "
            "INSERT INTO decision (gate_id, decision, staff_id, amount, planned_amount, currency, comment, via, "
            "answered_at, decided_at) SELECT a.gate_id, 'approve', d.staff_id, a.amount, a.amount, d.currency, "
            "a.comment, d.via, d.answered_at, d.decided_at FROM approved a CROSS JOIN decision d "
            "WHERE d.gate_id = :answered"
        ),
        {
            "case_nos": [one.case_no for one in alike],
            "versions": [one.plan_version for one in alike],
            "amounts": [one.amount for one in alike],
            "comments": [one.comment for one in alike],
            "answered": answered.gate_id,
        },
    ).rowcount


def close_gates(connection: Connection, case_nos: list[str]) -> list[Gate]:
    """Close the open gates of cases that moved on without a decision and give them."""
    rows = connection.execute(
        update(gate).where(gate.c.case_no.in_(case_nos), ~gate.c.decided).values(decided=True).returning(gate)
    )
    return [_gate(row._mapping) for row in rows]


def decisions_of(connection: Connection, case_no: str) -> list[dict[str, Any]]:
    """Read the decisions about a case with the plan version they were about, oldest first."""
    rows = connection.execute(
        select(gate.c.plan_version, gate.c.step, gate.c.owed_for, decision)
        .join(decision, decision.c.gate_id == gate.c.gate_id)
        .where(gate.c.case_no == case_no)
        .order_by(gate.c.gate_id)
    )
    return [dict(row._mapping) for row in rows]


def approvers_of(connection: Connection, case_nos: Collection[str]) -> dict[str, str]:
    """Say who gave the last approval of the newest plan of each case that was approved for good."""
    rows = connection.execute(
        text(
            "SELECT DISTINCT ON (g.case_no) g.case_no, d.staff_id FROM gate g JOIN decision d USING (gate_id) "
            "WHERE g.case_no = ANY(:case_nos) AND d.final AND d.decision = 'approve' "
            "ORDER BY g.case_no, g.plan_version DESC, g.step DESC"
        ),
        {"case_nos": list(case_nos)},
    )
    return {row.case_no: row.staff_id for row in rows}


def undecided(connection: Connection, *, limit: int = 1000) -> list[Gate]:
    """List gates that wait for somebody, longest waiting first."""
    rows = connection.execute(select(gate).where(~gate.c.decided).order_by(gate.c.requested_at).limit(limit))
    return [_gate(row._mapping) for row in rows]


def undecided_after(connection: Connection, last: Gate | None, *, limit: int) -> list[Gate]:
    """Read the gates that a run asks at, in the order of their cases, from the one after `last` on.

    The claims of a docket have none of their own: the docket's gate asks for all of them.
    """
    after = tuple_(gate.c.case_no, gate.c.gate_id) > (last.case_no, last.gate_id) if last else true()
    by_itself = text("NOT EXISTS (SELECT FROM claim WHERE claim.case_no = gate.case_no AND claim.route = 'docket')")
    rows = connection.execute(
        select(gate).where(~gate.c.decided, after, by_itself).order_by(gate.c.case_no, gate.c.gate_id).limit(limit)
    )
    return [_gate(row._mapping) for row in rows]


def runs_at_gates(connection: Connection, flow_run_ids: Collection[str]) -> set[str]:
    """Tell which of these runs ask, or asked, at a gate: those in which a decision is taken and carried out."""
    rows = connection.execute(select(gate.c.flow_run_id).where(gate.c.flow_run_id.in_(flow_run_ids)))
    return set(rows.scalars())
