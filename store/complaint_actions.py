"""Tasks of complaints' plans with their owners (R43), and the penalties and rewards that follow from a case (R89).

A task is never removed: one that nobody needs any more is called off. A penalty counts only after its party could clear
itself and a person ruled about it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Column, Connection, Identity, Index, Integer, Numeric, Table, Text, text

from schemas.complaints import (
    Action,
    ActionState,
    ActionTask,
    Consequence,
    ConsequenceState,
    PlannedAction,
)  # fmt: skip
from store.metadata import INSTANT, created_at, metadata

complaint_action = Table(
    "complaint_action",
    metadata,
    Column("action_id", BigInteger, Identity(), primary_key=True),
    Column("case_no", Text, nullable=False),
    Column("plan_version", Integer, nullable=False),
    Column("action", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("due_at", INSTANT, nullable=False),
    Column("state", Text, nullable=False, server_default=ActionState.OPEN.value),
    Column("done_by", Text, nullable=False, server_default=""),
    Column("done_at", INSTANT),
    Column("note", Text, nullable=False, server_default=""),
    Column("verified_by", Text, nullable=False, server_default=""),
    Column("verified_at", INSTANT),
    Column("reminded_at", INSTANT),
    created_at(),
    Index("uq_complaint_action_case_no_plan_version_action", "case_no", "plan_version", "action", unique=True),
    Index("ix_complaint_action_due_at", "due_at", postgresql_where=text("state = 'open'")),
    Index("ix_complaint_action_unverified", "case_no", postgresql_where=text("state = 'done' AND action = 'RECTIFY'")),
)
consequence = Table(
    "consequence",
    metadata,
    Column("consequence_id", BigInteger, Identity(), primary_key=True),
    Column("case_no", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("party", Text, nullable=False),
    Column("amount", Numeric(12, 2), nullable=False),
    Column("currency", Text, nullable=False, server_default="CNY"),
    Column("rule", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False),
    Column("proposed_at", INSTANT, nullable=False),
    Column("contest_until", INSTANT, nullable=False),
    Column("contested_by", Text, nullable=False, server_default=""),
    Column("contest", Text, nullable=False, server_default=""),
    Column("ruled_by", Text, nullable=False, server_default=""),
    Column("ruled_at", INSTANT),
    Column("ruling", Text, nullable=False, server_default=""),
    Column("reminded_at", INSTANT),  # when the desk was told that somebody must rule about it
    created_at(),
    Index("uq_consequence_case_no_kind_party", "case_no", "kind", "party", unique=True),
    Index("ix_consequence_unruled", "contest_until", postgresql_where=text("state IN ('proposed', 'contested')")),
)
_TASK = ", ".join(ActionTask.model_fields)
_CONSEQUENCE = ", ".join(Consequence.model_fields)


class NoSuchTask(LookupError):
    """There is no task with that number."""


class NoSuchConsequence(LookupError):
    """There is no penalty or reward with that number."""


def order(connection: Connection, case_no: str, plan_version: int, actions: Sequence[PlannedAction]) -> None:
    """Make a task of each action of a plan; one that is there already stays as it is."""
    connection.execute(
        text(
            "INSERT INTO complaint_action (case_no, plan_version, action, owner, due_at) SELECT :case_no, :version, "
            "a.action, a.owner, a.due_at FROM unnest(CAST(:actions AS text[]), CAST(:owners AS text[]), "
            "CAST(:due_at AS timestamptz[])) AS a(action, owner, due_at) "
            "ON CONFLICT (case_no, plan_version, action) DO NOTHING"
        ),
        {
            "case_no": case_no,
            "version": plan_version,
            "actions": [planned.action.value for planned in actions],
            "owners": [planned.owner for planned in actions],
            "due_at": [planned.due_at for planned in actions],
        },
    )


def tasks_of(connection: Connection, case_nos: Collection[str]) -> dict[str, list[ActionTask]]:
    """Read the tasks of these cases, oldest first."""
    rows = connection.execute(
        text(f"SELECT {_TASK} FROM complaint_action WHERE case_no = ANY(:case_nos) ORDER BY action_id"),  # noqa: S608
        {"case_nos": list(case_nos)},
    )
    found: dict[str, list[ActionTask]] = {}
    for row in rows:
        task = ActionTask.model_validate(row._asdict())
        found.setdefault(task.case_no, []).append(task)
    return found


def one_task(connection: Connection, action_id: int) -> ActionTask:
    """Read and lock one task.

    Raises:
        NoSuchTask: there is none with that number.
    """
    row = connection.execute(
        text(f"SELECT {_TASK} FROM complaint_action WHERE action_id = :action_id FOR UPDATE"),  # noqa: S608
        {"action_id": action_id},
    ).one_or_none()
    if row is None:
        raise NoSuchTask(f"there is no task {action_id}")
    return ActionTask.model_validate(row._asdict())


def settle(
    connection: Connection, action_ids: Collection[int], *, state: ActionState, by: str, note: str, at: datetime
) -> int:
    """Note what became of tasks that are open; give how many were."""
    done = connection.execute(
        text(
            "UPDATE complaint_action SET state = :state, done_by = :by, done_at = :at, note = :note "
            "WHERE action_id = ANY(:action_ids) AND state = 'open'"
        ),
        {"action_ids": list(action_ids), "state": state.value, "by": by, "note": note, "at": at},
    )
    return done.rowcount


def verify(connection: Connection, action_id: int, *, by: str, note: str, at: datetime) -> int:
    """Note that somebody looked at what was done and found it so (R77)."""
    done = connection.execute(
        text(
            "UPDATE complaint_action SET state = 'verified', verified_by = :by, verified_at = :at, "
            "note = CASE WHEN :note = '' THEN note ELSE :note END WHERE action_id = :action_id AND state = 'done'"
        ),
        {"action_id": action_id, "by": by, "note": note, "at": at},
    )
    return done.rowcount


def listing(
    connection: Connection, *, states: Collection[ActionState], action: Action | None = None,
    due_by: datetime | None = None, limit: int = 500,
) -> list[ActionTask]:  # fmt: skip
    """Read tasks in these states, those due longest first; only those of one kind, or due by a moment, where asked."""
    conditions = {"due_by": (due_by, "due_at <= :due_by"), "action": (action, "action = :action")}
    asked = {name: value for name, (value, _) in conditions.items() if value is not None}
    where = " AND ".join(["state = ANY(:states)", *(conditions[name][1] for name in asked)])
    rows = connection.execute(
        text(f"SELECT {_TASK} FROM complaint_action WHERE {where} ORDER BY due_at LIMIT :limit"),  # noqa: S608
        {"states": [state.value for state in states], "limit": limit, **asked},
    )
    return [ActionTask.model_validate(row._asdict()) for row in rows]


def remind(connection: Connection, *, now: datetime, limit: int = 500) -> list[ActionTask]:
    """Give the open tasks that are late and of which nobody was told yet, and note that somebody is told now."""
    rows = connection.execute(
        text(
            "UPDATE complaint_action SET reminded_at = :now WHERE action_id IN (SELECT action_id FROM complaint_action "  # noqa: S608
            "WHERE state = 'open' AND due_at <= :now AND reminded_at IS NULL ORDER BY due_at LIMIT :limit "
            f"FOR UPDATE SKIP LOCKED) RETURNING {_TASK}"
        ),
        {"now": now, "limit": limit},
    )
    return [ActionTask.model_validate(row._asdict()) for row in rows]


def remind_unverified(
    connection: Connection, *, done_by: datetime, now: datetime, limit: int = 500
) -> list[ActionTask]:
    """Give the rectifications done by then at which nobody looked, untold since, and note that it is told now."""
    rows = connection.execute(
        text(
            "UPDATE complaint_action SET reminded_at = :now WHERE action_id IN (SELECT action_id FROM complaint_action "  # noqa: S608
            "WHERE state = 'done' AND action = 'RECTIFY' AND done_at <= :done_by AND (reminded_at IS NULL OR "
            f"reminded_at <= done_at) ORDER BY done_at LIMIT :limit FOR UPDATE SKIP LOCKED) RETURNING {_TASK}"
        ),
        {"now": now, "done_by": done_by, "limit": limit},
    )
    return [ActionTask.model_validate(row._asdict()) for row in rows]


def remind_unruled(connection: Connection, *, now: datetime, limit: int = 500) -> list[Consequence]:
    """Give the penalties that somebody may rule about and nobody did, untold, and note that it is told now."""
    rows = connection.execute(
        text(
            "UPDATE consequence SET reminded_at = :now WHERE consequence_id IN (SELECT consequence_id FROM consequence "  # noqa: S608
            "WHERE kind = 'penalty' AND (state = 'contested' OR state = 'proposed' AND contest_until < :now) "
            "AND reminded_at IS NULL ORDER BY contest_until LIMIT :limit FOR UPDATE SKIP LOCKED) "
            f"RETURNING {_CONSEQUENCE}"
        ),
        {"now": now, "limit": limit},
    )
    return [Consequence.model_validate(row._asdict()) for row in rows]


def propose(connection: Connection, consequences: Sequence[Consequence]) -> list[Consequence]:
    """Propose penalties and rewards; one that the case has for the party already is not proposed again."""
    proposed = []
    for one in consequences:
        row = connection.execute(
            text(
                "INSERT INTO consequence (case_no, kind, party, amount, currency, rule, state, proposed_at, "  # noqa: S608
                "contest_until) VALUES (:case_no, :kind, :party, :amount, :currency, :rule, :state, :proposed_at, "
                f":contest_until) ON CONFLICT (case_no, kind, party) DO NOTHING RETURNING {_CONSEQUENCE}"
            ),
            one.model_dump(include=set(Consequence.model_fields) - {"consequence_id"})
            | {
                "kind": one.kind.value,
                "state": one.state.value,
            },
        ).one_or_none()
        if row is not None:
            proposed.append(Consequence.model_validate(row._asdict()))
    return proposed


def consequences_of(connection: Connection, case_no: str) -> list[Consequence]:
    """Read the penalties and rewards of a case."""
    rows = connection.execute(
        text(f"SELECT {_CONSEQUENCE} FROM consequence WHERE case_no = :case_no ORDER BY consequence_id"),  # noqa: S608
        {"case_no": case_no},
    )
    return [Consequence.model_validate(row._asdict()) for row in rows]


def unruled(connection: Connection, *, limit: int = 100) -> list[Consequence]:
    """Read the penalties and rewards about which nobody has ruled, those whose time to contest ends first."""
    rows = connection.execute(
        text(
            f"SELECT {_CONSEQUENCE} FROM consequence WHERE state IN ('proposed', 'contested') "  # noqa: S608
            "ORDER BY contest_until LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [Consequence.model_validate(row._asdict()) for row in rows]


def consequences_of_many(connection: Connection, case_nos: Collection[str]) -> dict[str, list[Consequence]]:
    """Read the penalties and rewards of each of these cases; one without any is left out."""
    rows = connection.execute(
        text(
            f"SELECT {_CONSEQUENCE} FROM consequence WHERE case_no = ANY(:case_nos) "  # noqa: S608
            "ORDER BY consequence_id"
        ),
        {"case_nos": list(case_nos)},
    )
    found: dict[str, list[Consequence]] = {}
    for row in rows:
        one = Consequence.model_validate(row._asdict())
        found.setdefault(one.case_no, []).append(one)
    return found


def one_consequence(connection: Connection, consequence_id: int) -> Consequence:
    """Read and lock one penalty or reward.

    Raises:
        NoSuchConsequence: there is none with that number.
    """
    row = connection.execute(
        text(f"SELECT {_CONSEQUENCE} FROM consequence WHERE consequence_id = :id FOR UPDATE"),  # noqa: S608
        {"id": consequence_id},
    ).one_or_none()
    if row is None:
        raise NoSuchConsequence(f"there is no penalty or reward {consequence_id}")
    return Consequence.model_validate(row._asdict())


def contest(connection: Connection, consequence_id: int, *, by: str, words: str) -> None:
    """Note that the party clears itself."""
    connection.execute(
        text(
            "UPDATE consequence SET state = 'contested', contested_by = :by, contest = :words "
            "WHERE consequence_id = :id"
        ),
        {"id": consequence_id, "by": by, "words": words},
    )


def rule(
    connection: Connection, consequence_id: int, *, state: ConsequenceState, by: str, ruling: str, at: datetime
) -> None:
    """Note what a person ruled about a penalty or reward; what was ruled before stands."""
    connection.execute(
        text(
            "UPDATE consequence SET state = :state, ruled_by = :by, ruled_at = :at, ruling = :ruling "
            "WHERE consequence_id = :id AND state IN ('proposed', 'contested')"
        ),
        {"id": consequence_id, "state": state.value, "by": by, "ruling": ruling, "at": at},
    )
