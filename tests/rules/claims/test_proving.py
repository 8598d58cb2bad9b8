"""The code that comes to a claimant's telephone: good for one claim as it stands, and for a while (R79)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from factories import NOON

from rules.change_requests.wording import CODE_STANDS_HERE
from rules.claims.proving import code_in, code_notice, code_subject, good_until, period_of
from schemas.claims import Claim, ClaimChannel, State

CLAIM = Claim(
    case_no="CL-20261120-000001", event="damage", channel=ClaimChannel.WEBSITE, state=State.OFFERED, version=7,
    opened_at=NOON, state_since=NOON,
)  # fmt: skip


class TestCode:
    def test_is_six_digits_with_their_zeros(self) -> None:
        assert code_in("0f") == "000015"
        assert len({code_in(f"{number:032x}") for number in range(1000)}) == 1000

    def test_is_of_one_claim_in_one_period(self) -> None:
        assert code_subject(CLAIM, 1) != code_subject(CLAIM.model_copy(update={"case_no": "CL-20261120-000002"}), 1)
        assert code_subject(CLAIM, 1) != code_subject(CLAIM, 2)

    @pytest.mark.parametrize(
        "changes",
        [
            {"offered": Decimal(40)}, {"agreed_amount": Decimal(40)}, {"rounds": 1}, {"payee_tail": "3445"},
            {"ending": "withdrawn"},
        ],
        ids=str,
    )  # fmt: skip
    def test_is_of_what_was_said_of_the_claim(self, changes: dict[str, Any]) -> None:
        assert code_subject(CLAIM, 1) != code_subject(CLAIM.model_copy(update=changes), 1)

    def test_is_no_other_for_what_the_desk_does(self) -> None:
        moved = CLAIM.model_copy(update={"version": 8, "state": State.NEEDS_OPERATOR, "escalation_level": 1})

        assert code_subject(CLAIM, 1) == code_subject(moved, 1)

    def test_is_good_for_at_least_ten_minutes(self) -> None:
        asked = NOON + timedelta(minutes=9, seconds=59)

        assert good_until(period_of(asked)) - asked == timedelta(minutes=10, seconds=1)
        assert good_until(period_of(NOON)) - NOON == timedelta(minutes=20)


class TestNotice:
    def test_says_what_the_code_is_for_in_the_claimant_s_language(self) -> None:
        for language, warned in (("zh", "请勿告知任何人"), ("en", "tell it to nobody")):
            body = code_notice(CLAIM, language).body

            assert body.count(CODE_STANDS_HERE) == 1
            assert CLAIM.case_no in body
            assert warned in body
