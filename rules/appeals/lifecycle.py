"""The transition table of appeals. What the regulator does is entered by whoever of the staff hears of it."""

from dataclasses import dataclass

from rules.exceptions.lifecycle import STAFF, SYSTEM
from rules.transitions import Rows, TransitionTable
from schemas.appeals import Appeal, AppealCommand, AppealStage, AppealState, MissingContent
from schemas.exceptions import Role

OPEN_STATES = frozenset(AppealState) - {AppealState.CLOSED}
UNANSWERED = frozenset({AppealState.REGISTERED, AppealState.INVESTIGATING})
"""States in which the carrier owes its answer."""
HEARD = OPEN_STATES - UNANSWERED


@dataclass(frozen=True, slots=True)
class AppealFacts:
    """What the guards read: the appeal, what its answer lacks, and why its time cannot be prolonged."""

    appeal: Appeal
    missing: tuple[MissingContent, ...] = ()
    why_no_extension: str = ""


def answer_is_complete(facts: AppealFacts) -> str | None:
    """Answer only with everything that the regulator's rules ask for."""
    if not facts.missing:
        return None
    return f"the answer lacks {'; '.join(f'{content.zh} ({content.at})' for content in facts.missing)}."


def may_be_extended(facts: AppealFacts) -> str | None:
    """Prolong the regulator's time once, and only where a text knows of it (浙江 art. 37)."""
    if facts.appeal.extended_at is not None:
        return "its time was prolonged before."
    return facts.why_no_extension or None


def opinion_is_open(facts: AppealFacts) -> str | None:
    """Respond to an opinion once."""
    return "the carrier has responded." if facts.appeal.response else None


def opinion_is_responded_to(facts: AppealFacts) -> str | None:
    """End no appeal over an opinion to which the carrier owes its response."""
    appeal = facts.appeal
    if appeal.state is AppealState.OPINION_GIVEN and not appeal.response:
        return "the carrier has not responded to the regulator's opinion."
    return None


_S, _C, _G = AppealState, AppealCommand, AppealStage

_row = Rows[AppealState, AppealCommand, AppealStage, Role, AppealFacts](STAFF)


APPEALS = TransitionTable(
    "appeal",
    (
        # 受理 REGISTER
        _row(OPEN_STATES, _C.LINK, None, _G.REGISTER, who=STAFF | SYSTEM),
        _row(OPEN_STATES, _C.EXTEND, None, _G.REGISTER, guard=may_be_extended),
        # 调查 INVESTIGATE
        _row(UNANSWERED, _C.TAKE_UP, _S.INVESTIGATING, _G.INVESTIGATE),
        _row(_S.INVESTIGATING, _C.REPORT_PROGRESS, None, _G.INVESTIGATE),
        # 答复 ANSWER
        _row(_S.INVESTIGATING, _C.ANSWER, _S.ANSWERED, _G.ANSWER, guard=answer_is_complete),
        _row(frozenset({_S.ANSWERED, _S.MEDIATING}), _C.RETURN_ANSWER, _S.INVESTIGATING, _G.ANSWER),
        # 调解 MEDIATE
        _row(_S.INVESTIGATING, _C.MEDIATE, None, _G.MEDIATE),
        _row(frozenset({_S.ANSWERED, _S.MEDIATING}), _C.MEDIATE, _S.MEDIATING, _G.MEDIATE),
        _row(frozenset({_S.ANSWERED, _S.MEDIATING}), _C.GIVE_OPINION, _S.OPINION_GIVEN, _G.MEDIATE),
        _row(_S.OPINION_GIVEN, _C.RESPOND, None, _G.MEDIATE, guard=opinion_is_open),
        # 归档 FILE
        _row(HEARD, _C.ACCEPT, _S.CLOSED, _G.FILE),
        _row(HEARD, _C.CONCLUDE, _S.CLOSED, _G.FILE, guard=opinion_is_responded_to),
        _row(UNANSWERED, _C.DISMISS, _S.CLOSED, _G.FILE),
        _row(OPEN_STATES, _C.WITHDRAW, _S.CLOSED, _G.FILE),
    ),
)
