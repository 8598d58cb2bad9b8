"""Moving a change request through a step: ask the transition table, write under the version, give what it is then."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rules.change_requests.lifecycle import CHANGES, ChangeFacts
from rules.transitions import Refusal
from schemas.change_requests import ChangeCommand, ChangeRequest
from schemas.exceptions import Role
from store.change_requests import ChangeMove, apply
from store.unit_of_work import Connection

SYSTEM = "redress"


class NotPossible(RuntimeError):
    """The transition table refuses a step; the message is its sentence."""


@dataclass(frozen=True, slots=True)
class By:
    """Who takes a step."""

    who: str
    actor: Role


ENGINE = By(SYSTEM, Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class Noted:
    """What a step updates and what the history says of it."""

    reason: str = ""
    note: str = ""
    updates: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)


def move(
    connection: Connection,
    request: ChangeRequest,
    command: ChangeCommand,
    *,
    by: By,
    now: datetime,
    noted: Noted | None = None,
) -> ChangeRequest:
    """Take one step with a request that the caller has locked, and give it as it is then.

    Raises:
        NotPossible: the table refuses the step.
    """
    noted = noted or Noted()
    allowed = CHANGES.advance(request.state, command, role=by.actor, facts=ChangeFacts(request, now))
    if isinstance(allowed, Refusal):
        raise NotPossible(f"{request.number}: {allowed.sentence}")
    return apply(
        connection,
        ChangeMove(
            request=request,
            move=allowed,
            who=by.who,
            role=by.actor.value,
            at=now,
            reason=noted.reason,
            note=noted.note,
            updates=noted.updates,
            details=noted.details,
        ),
    )
