"""Which answers of one place cannot both be true, and how they are set beside each other."""

from itertools import combinations

import pytest
from factories import at

from rules.inquiries.answers import CLAIM, contradict, weighed
from schemas.evidence import Door
from schemas.inquiries import Answer, AnswerCode

HERE = {AnswerCode.DAMAGED_HERE, AnswerCode.CAME_DAMAGED, AnswerCode.PACKAGING_POOR, AnswerCode.CONTENTS_SHORT}
WAS_HERE = HERE | {AnswerCode.HAVE_IT, AnswerCode.SENT_ON, AnswerCode.HANDED_OVER}
CONTRADICTING = {
    *(frozenset({AnswerCode.NOT_HERE, code}) for code in WAS_HERE),
    frozenset({AnswerCode.HAVE_IT, AnswerCode.SENT_ON}),
    frozenset({AnswerCode.HAVE_IT, AnswerCode.HANDED_OVER}),
    frozenset({AnswerCode.DAMAGED_HERE, AnswerCode.CAME_DAMAGED}),
    frozenset({AnswerCode.DAMAGED_HERE, AnswerCode.PACKAGING_POOR}),
    frozenset({AnswerCode.CAME_DAMAGED, AnswerCode.PACKAGING_POOR}),
}


def an_answer(answer_id: int, code: AnswerCode) -> Answer:
    return Answer(
        answer_id=answer_id, inquiry_no="IQ-1", code=code, text="", evidence_ids=(), answered_by="x", door=Door.LINK,
        answered_at=at(answer_id), late=False,
    )  # fmt: skip


class TestContradict:
    @pytest.mark.parametrize(("one", "other"), list(combinations(AnswerCode, 2)))
    def test_holds_for_those_that_cannot_both_be_true(self, one: AnswerCode, other: AnswerCode) -> None:
        assert contradict(one, other) == contradict(other, one) == (frozenset({one, other}) in CONTRADICTING)

    @pytest.mark.parametrize("code", AnswerCode)
    def test_never_holds_for_an_answer_and_itself(self, code: AnswerCode) -> None:
        assert not contradict(code, code)

    def test_is_declared_for_every_answer(self) -> None:
        assert set(CLAIM) == set(AnswerCode)


class TestWeighed:
    def test_takes_the_first_for_the_answer_and_marks_what_contradicts_it(self) -> None:
        told = weighed(
            [
                an_answer(3, AnswerCode.OTHER),
                an_answer(2, AnswerCode.NOT_HERE),
                an_answer(1, AnswerCode.HAVE_IT),
                an_answer(4, AnswerCode.CAME_DAMAGED),
            ]
        )

        assert [(one.answer_id, one.first, one.contradicts) for one in told] == [
            (1, True, False), (2, False, True), (3, False, False), (4, False, False),
        ]  # fmt: skip

    def test_has_nothing_to_weigh_without_an_answer(self) -> None:
        assert weighed([]) == []
