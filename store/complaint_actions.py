"""Tasks of complaints' plans with their owners (R43); one that nobody needs any more is called off, never removed."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Column, Connection, Identity, Index, Integer, Table, Text, text

from schemas.complaints import (
    Action,
    ActionState,
    ActionTask,
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
_TASK = ", ".join(ActionTask.model_fields)


class NoSuchTask(LookupError):
    """There is no task with that number."""


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
