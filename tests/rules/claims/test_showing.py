"""Claims as the desk is shown them: nobody can be reached, and nobody paid, by what is shown (R65)."""

from decimal import Decimal

import pytest
from claim_factories import a_claim, a_liability
from claims import ACCOUNT, a_form
from factories import NOON

from rules.claims.showing import people_of, shown_claim, shown_form, shown_payout, without_names
from schemas.complaints import PartyKind
from schemas.payments import Payout, PayoutMethod, PayoutState


class TestShownClaim:
    def test_masks_who_claims_and_who_is_paid(self):
        shown = shown_claim(a_claim(claimant_email="zhao@example.com", account="请致电 13800138000"))

        assert (shown["claimant_name"], shown["claimant_phone"]) == ("赵*", "199****5678")
        assert (shown["claimant_email"], shown["account"]) == ("z***@example.com", "请致电 138****8000")
        assert (shown["payee_name"], shown["payee_tail"]) == ("赵*", "****3445")

    def test_shows_no_account_where_none_is_known(self):
        assert shown_claim(a_claim(payee_tail=""))["payee_tail"] == ""

    def test_leaves_the_numbers_of_the_case_and_the_parcel(self):
        shown = shown_claim(a_claim(waybill="13800138000"))

        assert (shown["case_no"], shown["waybill"]) == ("CL-20261120-000001", "13800138000")

    def test_masks_the_claimant_wherever_he_is_named(self):
        liability = a_liability(PartyKind.SENDER)
        sender = liability.parties[0].model_copy(update={"name": "赵六"})
        shown = shown_claim(
            a_claim(
                liability=liability.model_copy(update={"parties": (sender,)}),
                established={"claimant_name": "孙八", "terms": {"contract": "express-terms"}},
            )
        )

        assert shown["liability"]["parties"][0]["name"] == "赵*"
        assert shown["established"] == {"claimant_name": "孙*", "terms": {"contract": "express-terms"}}

    @pytest.mark.parametrize("column", ["claimant_key", "clock_anchors", "paid_elsewhere", "plan"])
    def test_leaves_out(self, column):
        assert column not in shown_claim(a_claim())


class TestShownForm:
    def test_masks_the_claimant_and_holds_no_account(self):
        shown = shown_form(a_form(waybill="13800138000", account="请致电 13700137000"))

        assert shown["claimant"]["name"][1:] == "*"
        assert "****" in shown["claimant"]["phone"]
        assert (shown["waybill"], shown["account"]) == ("13800138000", "请致电 137****7000")
        assert ACCOUNT not in str(shown)
        assert "payee" not in shown


class TestShownPayout:
    def test_masks_payee_and_account(self):
        payout = Payout(
            key="CL-20261120-000001:payout-1", claim_no="CL-20261120-000001", method=PayoutMethod.PROVIDER,
            payee="赵六", account_tail="3445", amount=Decimal(40), currency="CNY", reference="CL-20261120-000001",
            state=PayoutState.PAID, state_since=NOON, requested_by="redress", requested_at=NOON,
        )  # fmt: skip

        shown = shown_payout(payout)

        assert (shown["payee"], shown["account"], shown["amount"]) == ("赵*", "****3445", "40")
        assert "account_tail" not in shown


class TestWithoutNames:
    def test_masks_these_people_however_deep_they_stand(self):
        told = {"given_by": "赵六", "notes": ["赵六", "网点"], "who": {"claimant_name": "孙八", "age": 7}, "at": None}

        assert without_names(told, people_of(a_claim())) == {
            "given_by": "赵*", "notes": ["赵*", "网点"], "who": {"claimant_name": "孙*", "age": 7}, "at": None,
        }  # fmt: skip

    def test_knows_nobody_where_nobody_is_named(self):
        assert people_of(a_claim(claimant_name="", payee_name="")) == frozenset()
