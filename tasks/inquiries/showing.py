"""What people are shown of inquiries and evidence, with phone numbers masked."""

from collections.abc import Sequence
from typing import Any

from rules.inquiries.answers import weighed
from rules.privacy import mask_record
from schemas.inquiries import Inquiry, WeighedAnswer
from store import evidence as evidence_store
from store import inquiries as inquiry_store
from store.inquiries import Chosen
from store.unit_of_work import Connection

INQUIRIES_SHOWN_MAX = 200


def informed(connection: Connection, case_no: str) -> dict[str, list[dict[str, Any]]]:
    """Give the inquiries with their answers, the evidence and the waivers of a case, as JSON has them."""
    asked = inquiry_store.listing(connection, Chosen(case_no=case_no), limit=INQUIRIES_SHOWN_MAX)
    pieces = evidence_store.of_case(connection, case_no)
    waivers = evidence_store.waivers_of(connection, [case_no]).get(case_no, [])
    return {
        "inquiries": shown_inquiries(connection, asked),
        "evidence": [mask_record(piece.model_dump(mode="json")) for piece in pieces],
        "waivers": [mask_record(waiver.model_dump(mode="json")) for waiver in waivers],
    }


def with_answers(connection: Connection, asked: Sequence[Inquiry]) -> list[tuple[Inquiry, list[WeighedAnswer]]]:
    """Give inquiries with the answers to each, which say whether they came late or contradict the first."""
    answers = inquiry_store.answers_to(connection, [inquiry.inquiry_no for inquiry in asked])
    return [(inquiry, weighed(answers.get(inquiry.inquiry_no, []))) for inquiry in asked]


def shown_inquiries(connection: Connection, asked: list[Inquiry]) -> list[dict[str, Any]]:
    """Give inquiries with the answers to each as JSON has them, with phone numbers masked."""
    return [
        mask_record(
            {
                **inquiry.model_dump(mode="json"),
                "answered": [answer.model_dump(mode="json", exclude={"inquiry_no"}) for answer in answers],
            }
        )
        for inquiry, answers in with_answers(connection, asked)
    ]
