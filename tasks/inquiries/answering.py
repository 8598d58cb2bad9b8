"""Taking an answer: its files into the vault, then answer, evidence and the inquiry's move in one transaction.

The first answer answers. A second one, a late one and one that contradicts the first are kept beside it and shown.
"""

from collections.abc import Sequence

from rules.inquiries.lifecycle import INQUIRY_LIFECYCLE
from rules.inquiries.wording import sheet_of, why_refused
from rules.transitions import Refusal
from schemas.evidence import Door, Entered, OfferedPiece
from schemas.inquiries import Acknowledged, GivenAnswer, Inquiry, InquiryCommand, InquiryState, Sheet, Side
from store import evidence as evidence_store
from store import inquiries as inquiry_store
from store import requests
from store.evidence import Kept
from store.requests import NamedRequest
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.evidence.keeping import check_room, keep_pieces, record_pieces
from tasks.inquiries.asking import call_off


class NotTaken(RuntimeError):
    """An answer that is not taken any more, with what the person is told in Chinese and in English."""

    def __init__(self, inquiry: Inquiry) -> None:
        """Find the words."""
        self.chinese, self.english = why_refused(inquiry.state)
        super().__init__(f"{inquiry.inquiry_no}: {self.english}")


class ForeignEvidence(RuntimeError):
    """The answer names evidence that its case does not have."""


def sheet_for(inquiry_no: str) -> Sheet:
    """Read what a department may see of an inquiry.

    Raises:
        NoSuchInquiry: nobody asked one with that number.

    """
    with unit_of_work() as connection:
        return sheet_of(inquiry_store.one(connection, inquiry_no))


def answer_inquiry(
    inquiry_no: str,
    given: GivenAnswer,
    pieces: Sequence[OfferedPiece] = (),
    *,
    entered: Entered,
    request: NamedRequest | None = None,
) -> Acknowledged:
    """Take an answer with the evidence that comes with it; when this returns, it is committed.

    Raises:
        NoSuchInquiry: nobody asked one with that number.
        NotTaken: it was withdrawn, or has as many answers as one may have.
        ForeignEvidence: the answer names evidence that the case does not have.
        TooMuchEvidence: the case has as many pieces as one may have.
        Unacceptable, TooLarge: a file is no evidence as it is; nothing is kept.
        Unavailable, Refused: the vault does not take it.
        OtherContent: the request's name was used for another one.

    """
    with unit_of_work() as connection:
        if (answered := requests.answered_before(connection, request)) is not None:
            return Acknowledged.model_validate(answered)
        inquiry = inquiry_store.one(connection, inquiry_no)
        _target(inquiry, entered)
        check_room(connection, inquiry.case_no, more=len(pieces))
    kept = keep_pieces(pieces)
    now = clock.now()
    with unit_of_work() as connection:
        answer = requests.once(
            connection, request, lambda: _record(connection, inquiry_no, given, kept, entered), at=now
        )
    return Acknowledged.model_validate(answer)


def _record(
    connection: Connection, inquiry_no: str, given: GivenAnswer, kept: Sequence[Kept], entered: Entered
) -> dict[str, object]:
    inquiry = inquiry_store.one(connection, inquiry_no, lock=True)
    state = _target(inquiry, entered)
    known = {piece.evidence_id for piece in evidence_store.of_case(connection, inquiry.case_no)}
    if foreign := sorted(set(given.evidence_ids) - known):
        raise ForeignEvidence(f"{inquiry.case_no} has no evidence {', '.join(map(str, foreign))}")
    recorded = record_pieces(connection, [(inquiry.case_no, piece) for piece in kept], entered=entered)
    ids = tuple(dict.fromkeys([*given.evidence_ids, *(piece.evidence_id for piece in recorded)]))
    answer = inquiry_store.record_answer(
        connection,
        inquiry,
        given.model_copy(update={"evidence_ids": ids}),
        state=state,
        entered=entered,
        at=clock.now(),
    )
    call_off(connection, [inquiry_no])
    return Acknowledged(
        inquiry_no=inquiry_no,
        case_no=inquiry.case_no,
        answer_id=answer.answer_id,
        evidence_ids=ids,
        first=inquiry.state is not InquiryState.ANSWERED,
    ).model_dump(mode="json")


def _target(inquiry: Inquiry, entered: Entered) -> InquiryState:
    """Ask the transition table whether the inquiry takes an answer, and where that leads."""
    side = Side.STAFF if entered.door is Door.COMMAND else Side.ASKED
    move = INQUIRY_LIFECYCLE.advance(inquiry.state, InquiryCommand.ANSWER, role=side, facts=inquiry)
    if isinstance(move, Refusal):
        raise NotTaken(inquiry)
    return move.target
