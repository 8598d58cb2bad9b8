"""What is asked, answered, given and waived about a claim goes the way of any case."""

from collections.abc import Callable
from datetime import datetime

import pytest
from claims import PAPERS, claim_of, filed, papers_come, the_parcel_was_damaged
from complaints import nodes_answer, notices_of, staff_called, the_network_is_on_file

from schemas.evidence import EvidenceKind
from schemas.exceptions import Role
from store import inquiries
from store.unit_of_work import unit_of_work
from tasks.claims.evidence import complete_evidence, gather_evidence
from tasks.evidence.completeness import waive_evidence
from tasks.inquiries.reminding import remind_unanswered
from tasks.inquiries.showing import informed

Stand = Callable[[datetime], None]


@pytest.fixture
def asked(stand_at: Stand) -> str:
    """Give a claim about which a department was asked."""
    del stand_at
    the_network_is_on_file()
    the_parcel_was_damaged(declared_value=5000, insured_amount=5000)
    number = filed(claimed=5000).claim_no
    gather_evidence.fn()
    return number


class TestAnInquiryAboutAClaim:
    def test_that_nobody_answers_is_told_to_the_levels_above(self, asked: str, stand_at: Stand) -> None:
        told: list[str] = []
        for _ in range(4):
            with unit_of_work() as connection:
                waiting = inquiries.of_cases(connection, [asked])[asked]
            stand_at(max(one.next_reminder_at for one in waiting if one.next_reminder_at is not None))
            told += [str(line["told"]) for line in remind_unanswered.fn() if line["case"] == asked]

        assert told[-1] == "headquarters"
        assert "province" in told
        assert {one["to"] for one in notices_of(asked, "department")} >= {"province", "headquarters"}

    def test_is_listed_with_the_claim(self, asked: str) -> None:
        with unit_of_work() as connection:
            assert {one["case_no"] for one in informed(connection, asked)["inquiries"]} == {asked}


class TestEvidenceOfAClaim:
    def test_that_is_waived_by_somebody_who_works_here_is_not_waited_for(self, stand_at: Stand) -> None:
        the_parcel_was_damaged()
        staff_called("ag-sun", Role.AGENT)
        number = filed().claim_no
        gather_evidence.fn()
        papers_come(number, *(kind for kind in PAPERS if kind is not EvidenceKind.PHOTO_WHOLE))
        nodes_answer(number)
        complete_evidence.fn()
        waiting = claim_of(number).state

        waive_evidence(number, EvidenceKind.PHOTO_WHOLE, staff_id="ag-sun", why="网点已当面看过包装")

        assert complete_evidence.fn() == [number]
        assert waiting == "EVIDENCE"
        with unit_of_work() as connection:
            [waiver] = informed(connection, number)["waivers"]
        assert waiver["who"] == "ag-sun"
