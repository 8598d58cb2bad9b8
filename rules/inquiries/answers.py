"""What an answer claims, and which answers cannot both be true."""

from collections.abc import Sequence
from typing import NamedTuple

from schemas.inquiries import Answer, AnswerCode, WeighedAnswer


class Claim(NamedTuple):
    """What an answer says of the parcel; None where it says nothing."""

    was_here: bool | None = None
    is_here: bool | None = None
    damaged: str | None = None  # before it came, here, or by its packaging


CLAIM: dict[AnswerCode, Claim] = {
    AnswerCode.HAVE_IT: Claim(was_here=True, is_here=True),
    AnswerCode.NOT_HERE: Claim(was_here=False, is_here=False),
    AnswerCode.SENT_ON: Claim(was_here=True, is_here=False),
    AnswerCode.HANDED_OVER: Claim(was_here=True, is_here=False),
    AnswerCode.DAMAGED_HERE: Claim(was_here=True, damaged="here"),
    AnswerCode.CAME_DAMAGED: Claim(was_here=True, damaged="before"),
    AnswerCode.PACKAGING_POOR: Claim(was_here=True, damaged="packaging"),
    AnswerCode.CONTENTS_SHORT: Claim(was_here=True),
    AnswerCode.CANNOT_SAY: Claim(),
    AnswerCode.OTHER: Claim(),
}
if _claimless := set(AnswerCode) - set(CLAIM):
    raise ValueError(f"no claim is declared for {sorted(map(str, _claimless))}")


def contradict(one: AnswerCode, other: AnswerCode) -> bool:
    """Say whether two answers of one place cannot both be true."""
    return any(
        said is not None and denied is not None and said != denied
        for said, denied in zip(CLAIM[one], CLAIM[other], strict=True)
    )


def weighed(answers: Sequence[Answer]) -> list[WeighedAnswer]:
    """Set the answers to one question beside each other, in the order in which they came: the first one answers it."""
    in_order = sorted(answers, key=lambda answer: answer.answer_id)
    return [
        WeighedAnswer(
            **answer.model_dump(),
            first=place == 0,
            contradicts=contradict(in_order[0].code, answer.code),
        )
        for place, answer in enumerate(in_order)
    ]
