"""Moving an appeal through a step: ask the transition table, keep its paper, write the move, send what follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from rules.appeals.lifecycle import APPEALS as TABLE
from rules.appeals.lifecycle import AppealFacts
from rules.transitions import Refusal
from schemas.appeals import Appeal, AppealCommand, MissingContent
from schemas.exceptions import Role
from store import outbox
from store.appeal_papers import Paper, PaperKind, add_paper
from store.appeals import APPEALS
from store.case_history import Signature
from store.case_moves import Change
from store.outbox import Letter
from store.unit_of_work import Connection
from tasks.appeals.settings import appeal_clocks
from tasks.appeals.timing import clock_columns, profile_in_force
from tasks.exceptions.by_hand import role_of
from tasks.stepping import NotAllowed


class By(NamedTuple):
    """Who takes a step, and when."""

    who: str
    role: Role
    at: datetime

    @property
    def sign(self) -> Signature:
        """Sign what is written."""
        return Signature(who=self.who, role=self.role.value, at=self.at, policy_version=profile_in_force())


def staff_member(staff_id: str, *, at: datetime) -> By:
    """Let a member of staff act in his highest role.

    Raises:
        NotAllowed: nobody with that id works here.
    """
    return By(staff_id, role_of(staff_id), at)


@dataclass(frozen=True, slots=True)
class Written:
    """A paper that a step puts into the file."""

    kind: PaperKind
    paper: Paper
    place: int
    document: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What a step does with an appeal: the command, what it updates, what is on record, what is filed and sent."""

    command: AppealCommand
    reason: str = ""
    note: str = ""
    missing: tuple[MissingContent, ...] = ()
    updates: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    written: Written | None = None
    letters: Sequence[Letter] = ()


def take_step(connection: Connection, appeal: Appeal, step: Step, *, by: By) -> Appeal:
    """Take a step with an appeal that the caller has locked, and give it as it is then.

    Raises:
        NotAllowed: the table refuses the step; the message is its sentence.
    """
    facts = AppealFacts(appeal, missing=step.missing, why_no_extension=appeal_clocks().why_no_extension(appeal))
    move = TABLE.advance(appeal.state, step.command, role=by.role, facts=facts)
    if isinstance(move, Refusal):
        raise NotAllowed(f"{appeal.case_no}: {move.sentence}")
    change = Change(
        case=appeal,
        move=move,
        reason=step.reason,
        note=step.note,
        role=by.role.value,
        updates=step.updates,
        details={**step.details, **_filed(connection, appeal, step.written, by)},
    )
    clocks = clock_columns(APPEALS.moved(change, at=by.at))
    timed = replace(change, updates={**step.updates, **clocks})
    APPEALS.apply(connection, [timed], sign=by.sign)
    outbox.put(connection, step.letters)
    return APPEALS.moved(timed, at=by.at)


def _filed(connection: Connection, appeal: Appeal, written: Written | None, by: By) -> dict[str, str]:
    """Put the paper into the file, and give its hash for the history."""
    if written is None:
        return {}
    digest = add_paper(
        connection,
        appeal.case_no,
        written.kind,
        written.paper,
        place=written.place,
        sign=by.sign,
        document=written.document,
    )
    return {written.kind.value: digest}
