"""What an appeal must fulfil: met, not met, or unknown, one by one."""

from typing import Any

import pytest
from clock_history import local

from rules.appeals.clocks import AppealClocks
from rules.appeals.preconditions import Admissible, preconditions, worst_of
from schemas.appeals import PreconditionKind, Standing

K = PreconditionKind
MET, NOT_MET, UNKNOWN = Standing.MET, Standing.NOT_MET, Standing.UNKNOWN
KNOWN: dict[str, Any] = {
    "jurisdiction": "CN",
    "appealed_at": local("2026-11-18 10:00"),
    "complaint_no": "CP-20261105-000001",
    "complained_at": local("2026-11-05 10:00"),
    "looked_for": True,
    "posted_at": local("2026-10-30 10:00"),
    "waybill": "773000000001",
    "name": "钱七",
    "phone": "19900007777",
    "relation": "consignee",
    "before_court": False,
}
NEVER = {"complaint_no": "", "complained_at": None}


def found(**changes):
    return preconditions(Admissible(**{**KNOWN, **changes}), clocks=AppealClocks())


def standing(kind, **changes):
    [condition] = [condition for condition in found(**changes) if condition.kind is kind]
    return condition.standing


class TestPreconditions:
    def test_are_all_met_by_an_appeal_after_an_unanswered_complaint(self):
        assert [condition.kind for condition in found()] == list(K)
        assert worst_of(found()) is MET

    def test_each_name_a_source(self):
        assert all(condition.source and condition.rule and condition.verified for condition in found())


class TestComplainedFirst:
    @pytest.mark.parametrize(
        ("known", "expected"),
        [
            ({}, MET),
            ({**NEVER, "channel_blocked": True}, MET),
            ({"complaint_no": ""}, UNKNOWN),
            (NEVER, NOT_MET),
            ({**NEVER, "looked_for": False}, UNKNOWN),
        ],
        ids=["on file", "nobody took it", "only the user says so", "none was found", "nothing to look for it by"],
    )
    def test_goes_by_the_file_first(self, known, expected):
        assert standing(K.COMPLAINED_FIRST, **known) is expected


class TestUnansweredOrDissatisfied:
    """申诉处理办法: 向企业投诉后7日未得到答复，或对处理和答复不满意，或投诉渠道不畅通."""

    @pytest.mark.parametrize(
        ("known", "expected"),
        [
            ({}, MET),
            ({"appealed_at": local("2026-11-12 23:00")}, NOT_MET),
            ({"appealed_at": local("2026-11-13 00:00")}, MET),
            ({"answered_at": local("2026-11-13 08:00"), "dissatisfied": False}, MET),
            ({"answered_at": local("2026-11-19 08:00"), "dissatisfied": False}, MET),
            ({"answered_at": local("2026-11-10 08:00"), "dissatisfied": True}, MET),
            ({"answered_at": local("2026-11-10 08:00"), "dissatisfied": False}, NOT_MET),
            ({"answered_at": local("2026-11-10 08:00")}, UNKNOWN),
            ({**NEVER, "channel_blocked": True}, MET),
            (NEVER, NOT_MET),
            ({**NEVER, "looked_for": False}, UNKNOWN),
            ({"complained_at": local("2010-11-05 10:00")}, UNKNOWN),
        ],
        ids=[
            "not answered in 7 days", "the 7 days are not over", "the 7 days have just ended", "answered too late",
            "answered after the appeal", "not content", "content", "nobody knows whether", "nobody took it",
            "never complained", "nothing to look for it by", "no rule held",
        ],
    )  # fmt: skip
    def test_goes_by_the_answer_and_its_time(self, known, expected):
        assert standing(K.UNANSWERED_OR_DISSATISFIED, **known) is expected


class TestWithinPeriod:
    @pytest.mark.parametrize(
        ("known", "expected"),
        [
            ({"posted_at": local("2025-11-18 10:00")}, MET),
            ({"posted_at": local("2025-11-16 10:00")}, NOT_MET),
            ({"posted_at": local("2025-11-16 10:00"), "disputed_at": local("2025-12-01 10:00")}, MET),
            ({"posted_at": None}, UNKNOWN),
            ({"posted_at": local("2009-11-18 10:00")}, UNKNOWN),
            ({"jurisdiction": "CN-ZJ", "posted_at": local("2026-05-19 10:00")}, MET),
            ({"jurisdiction": "CN-ZJ", "posted_at": local("2026-05-15 10:00")}, NOT_MET),
            (
                {
                    "jurisdiction": "CN-ZJ",
                    "posted_at": local("2026-05-15 10:00"),
                    "disputed_at": local("2026-06-01 10:00"),
                },
                NOT_MET,
            ),
        ],
        ids=[
            "within a year", "a year and a day", "a year from the dispute", "nobody knows when", "no rule held",
            "Zhejiang within 6 months", "Zhejiang after 6 months and a Sunday", "Zhejiang counts from posting alone",
        ],
    )  # fmt: skip
    def test_goes_by_the_jurisdiction(self, known, expected):
        assert standing(K.WITHIN_PERIOD, **known) is expected


class TestOthers:
    @pytest.mark.parametrize("missing", ["waybill", "name", "phone"])
    def test_facts_are_given_only_when_none_is_missing(self, missing):
        assert standing(K.FACTS_GIVEN, **{missing: ""}) is NOT_MET

    @pytest.mark.parametrize(("relation", "expected"), [("sender", MET), ("other", NOT_MET), ("", UNKNOWN)])
    def test_a_stake_is_that_of_sender_or_consignee(self, relation, expected):
        assert standing(K.DIRECT_STAKE, relation=relation) is expected

    @pytest.mark.parametrize(("told", "expected"), [(False, MET), (True, NOT_MET), (None, UNKNOWN)])
    def test_a_court_keeps_the_regulator_out(self, told, expected):
        assert standing(K.NOT_BEFORE_COURT, before_court=told) is expected


class TestWorstOf:
    def test_lets_what_is_not_met_outweigh_what_is_unknown(self):
        assert worst_of(found(relation="other", before_court=None)) is NOT_MET
        assert worst_of(found(before_court=None)) is UNKNOWN
