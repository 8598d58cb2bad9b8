"""The transition table of inquiries. The first answer answers; later ones are kept beside it."""

from rules.transitions import Transition, TransitionTable
from schemas.exceptions import Stage
from schemas.inquiries import Inquiry, InquiryCommand, InquiryState, Side

ANSWERS_MAX = 20
"""Answers to one inquiry: what comes after is a matter for the telephone."""

WAITING_STATES = frozenset({InquiryState.OPEN, InquiryState.REMINDED})


def has_room_for_an_answer(inquiry: Inquiry) -> str | None:
    """Bound the answers to one inquiry."""
    return None if inquiry.answers < ANSWERS_MAX else f"it has {ANSWERS_MAX} answers already."


_THEIRS = frozenset({Side.ASKED, Side.STAFF})
_OURS = frozenset({Side.SYSTEM, Side.STAFF})

INQUIRY_LIFECYCLE: TransitionTable[InquiryState, InquiryCommand, Stage, Side, Inquiry] = TransitionTable(
    "inquiry",
    (
        Transition(WAITING_STATES, InquiryCommand.ANSWER, InquiryState.ANSWERED, Stage.INVESTIGATE, _THEIRS),
        Transition(
            frozenset({InquiryState.ANSWERED}),
            InquiryCommand.ANSWER,
            None,
            Stage.INVESTIGATE,
            _THEIRS,
            has_room_for_an_answer,
        ),
        Transition(
            WAITING_STATES,
            InquiryCommand.REMIND,
            InquiryState.REMINDED,
            Stage.INVESTIGATE,
            frozenset({Side.SYSTEM}),
        ),
        Transition(WAITING_STATES, InquiryCommand.WITHDRAW, InquiryState.WITHDRAWN, Stage.INVESTIGATE, _OURS),
    ),
)
