"""Whom the claims desk asks what happened, and of which claims it asks nobody (R39, R78, R87)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from claim_factories import a_claim
from complaint_factories import a_presumption
from factories import NOON
from networks import HEAD, HUB, OUTLET, PROVINCE

from rules.claims.asking import needs_asking, questions_about
from rules.claims.wording import EVENT
from rules.supervision.network import Network
from schemas.assessment import ClaimEvent
from schemas.claims import Relation
from schemas.custody import ResponsibleParty
from schemas.inquiries import Node, Question

ON_FILE = Network((HEAD, PROVINCE, OUTLET, HUB))


def asked(*, network: Network = ON_FILE, place: str = "杭州转运中心", **changes: Any) -> list[Question]:
    presumed = a_presumption(place=place)
    return list(questions_about(a_claim(**changes), presumed=presumed, network=network, now=NOON))


class TestNeedsAsking:
    @pytest.mark.parametrize(
        ("changes", "asks"),
        [
            ({"claimed": Decimal(1000)}, False),
            ({"claimed": Decimal("1000.01")}, True),
            ({"claimed": Decimal(10), "is_major": True}, True),
            ({"claimed": Decimal(10), "relation": Relation.EMPLOYEE}, True),
        ],
        ids=["up to where papers suffice", "above it", "of a major accident", "of an employee"],
    )
    def test_depends_on_what_is_at_stake(self, changes, asks):
        assert needs_asking(a_claim(**changes)) is asks


class TestQuestionsAbout:
    def test_go_to_both_ends_and_to_whoever_is_presumed_to_answer(self):
        questions = asked(outlet="城东", origin_outlet="示例城西网点")

        assert [(one.node, one.department) for one in questions] == [
            (Node.OUTLET, "示例城东网点"), (Node.OUTLET, "示例城西网点"), (Node.SORTING_CENTRE, "杭州转运中心"),
        ]  # fmt: skip

    def test_go_to_each_once(self):
        assert [one.department for one in asked(outlet="城东", origin_outlet="示例城东网点", place="o-1")] == [
            "示例城东网点"
        ]

    def test_go_to_nobody_where_nothing_is_known(self):
        unknown = a_presumption(ResponsibleParty.UNKNOWN, by=None)
        claim = a_claim(outlet="", origin_outlet="")

        assert list(questions_about(claim, presumed=unknown, network=Network(()), now=NOON)) == []

    @pytest.mark.parametrize("event", list(ClaimEvent))
    def test_say_in_both_languages_what_is_claimed_for_and_which_evidence_is_wanted(self, event):
        question = asked(event=event)[0]

        assert EVENT[event].zh in question.question
        assert EVENT[event].en in question.question
        assert question.wanted

    def test_name_the_claim_its_parcel_and_until_when(self):
        question = asked()[0]

        assert (question.case_no, question.waybill) == ("CL-20261120-000001", "773100000001")
        assert question.due_at == NOON + timedelta(hours=48)

    def test_come_anew_with_every_round_of_the_claim(self):
        assert asked(version=3)[0].round != asked(version=4)[0].round
