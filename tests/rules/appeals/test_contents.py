"""What an answer to the regulator must hold."""

import pytest
from appeals import an_appeal_answer
from factories import NOON

from rules.appeals.contents import MANDATORY, missing_contents
from schemas.appeals import AppealAnswer


def lacks(**changes):
    return [content.at for content in missing_contents(an_appeal_answer(**changes))]


class TestMissingContents:
    def test_are_none_of_a_whole_answer(self):
        assert lacks() == []

    def test_are_all_but_when_it_is_paid_of_an_empty_one(self):
        missing = [content.at for content in missing_contents(AppealAnswer())]

        assert missing == [content.at for content in MANDATORY if content.at != "paid_at"]

    @pytest.mark.parametrize(
        "at", ["happened", "verification", "liability", "basis", "handling", "desk_phone", "contact"]
    )
    def test_name_each_text_that_is_missing(self, at):
        assert lacks(**{at: " "}) == [at]

    @pytest.mark.parametrize("at", ["agreed", "satisfaction"])
    def test_name_what_nobody_said(self, at):
        assert lacks(**{at: None}) == [at]

    def test_ask_when_money_is_paid(self):
        assert lacks(pay_by=None) == ["paid_at"]
        assert lacks(pay_by=None, paid_at=NOON) == []

    def test_ask_for_an_apology_where_nothing_is_paid(self):
        assert lacks(amount="0", pay_by=None) == ["apology"]
        assert lacks(amount="0", pay_by=None, apology="已致歉并解释") == []
        assert lacks(amount=None, apology="已致歉") == ["amount"]

    def test_ask_when_the_user_was_spoken_to(self):
        assert lacks(contacted_at=None) == ["contact"]

    @pytest.mark.parametrize("evidence", [[], [" "]])
    def test_ask_for_a_list_of_evidence(self, evidence):
        assert lacks(evidence=evidence) == ["evidence"]

    def test_say_who_asks_for_them(self):
        assert all(content.source and content.zh and content.en for content in MANDATORY)
