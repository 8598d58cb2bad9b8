"""What can be asked of an inquiry in which state, and whose move it is."""

from itertools import product

import pytest
from factories import NOON, a_question

from rules.inquiries.lifecycle import ANSWERS_MAX, INQUIRY_LIFECYCLE, WAITING_STATES
from rules.transitions import Move, Refusal
from schemas.inquiries import Inquiry, InquiryCommand, InquiryState, Side

WAITS = {
    InquiryCommand.ANSWER: InquiryState.ANSWERED,
    InquiryCommand.REMIND: InquiryState.REMINDED,
    InquiryCommand.WITHDRAW: InquiryState.WITHDRAWN,
}
ALLOWED: dict[InquiryState, dict[InquiryCommand, InquiryState]] = {
    InquiryState.OPEN: WAITS,
    InquiryState.REMINDED: WAITS,
    InquiryState.ANSWERED: {InquiryCommand.ANSWER: InquiryState.ANSWERED},
    InquiryState.WITHDRAWN: {},
}
WHO_MAY = {
    InquiryCommand.ANSWER: {Side.ASKED, Side.STAFF},
    InquiryCommand.REMIND: {Side.SYSTEM},
    InquiryCommand.WITHDRAW: {Side.SYSTEM, Side.STAFF},
}


def an_inquiry(**changes: object) -> Inquiry:
    question = a_question().model_dump()
    asked = {"inquiry_no": "IQ-20261120-000001", "asked_by": "redress", "asked_at": NOON, "state": InquiryState.OPEN}
    return Inquiry(**{**question, **asked, "contact": "x", **changes})  # type: ignore[arg-type]


class TestInquiryLifecycle:
    @pytest.mark.parametrize(("state", "command", "side"), list(product(InquiryState, InquiryCommand, Side)))
    def test_allows_what_is_listed_and_nothing_else(
        self, state: InquiryState, command: InquiryCommand, side: Side
    ) -> None:
        move = INQUIRY_LIFECYCLE.advance(state, command, role=side, facts=an_inquiry())

        target = ALLOWED[state].get(command) if side in WHO_MAY[command] else None
        assert (move.target if isinstance(move, Move) else None) == target

    @pytest.mark.parametrize("answers", [1, ANSWERS_MAX - 1, ANSWERS_MAX])
    def test_takes_further_answers_up_to_a_bound(self, answers: int) -> None:
        move = INQUIRY_LIFECYCLE.advance(
            InquiryState.ANSWERED, InquiryCommand.ANSWER, role=Side.ASKED, facts=an_inquiry(answers=answers)
        )

        assert isinstance(move, Refusal) == (answers == ANSWERS_MAX)

    def test_waits_where_it_can_be_reminded_of(self) -> None:
        assert INQUIRY_LIFECYCLE.origins_of(InquiryCommand.REMIND) == WAITING_STATES
