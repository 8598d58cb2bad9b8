"""Supervisor and manager decide a large claim at two levels, and a docket of clear ones, in the browser (R56, R87)."""

from collections.abc import Iterator
from typing import Any

import pytest
from decisions_under_test import DecisionsUnderTest
from engine_under_test import wait_until
from playwright.sync_api import Page, expect
from ui import RunPage

pytestmark = pytest.mark.browser

CLAIMS = 6


@pytest.fixture(autouse=True)
def _by_hand(decisions: DecisionsUnderTest) -> Iterator[None]:
    """Keep the sweeps from going on with the claims that a test is still bringing to their gates."""
    decisions.let_sweep(active=False)
    yield
    decisions.let_sweep(active=True)


def who_decided(record: dict[str, Any]) -> list[tuple[str, str, bool, str]]:
    return [(row["staff_id"], str(row["amount"]), row["final"], row["comment"]) for row in record["decisions"]]


def who_did(record: dict[str, Any], *commands: str) -> list[tuple[str, str, str]]:
    return [(row["command"], row["who"], row["role"]) for row in record["history"] if row["command"] in commands]


class TestALargeClaim:
    def test_is_approved_by_a_supervisor_and_a_manager_each_in_a_run_of_his_own(
        self, page: Page, decisions: DecisionsUnderTest
    ) -> None:
        people = decisions.put_on_file(sup="supervisor", mgr="manager")
        number = decisions.born_claim("12000")
        decisions.sweep("dispatch_outbox")

        run = RunPage.opened(page, decisions.engine.prefect_url, decisions.run_of(number))
        form = run.resume()
        for fact in (
            number, "方案 proposal 1：赔付 pay 12000.00 CNY", "索赔 claimed: 12000.00 CNY", "按保价金额",
            "insured_total@", "网点 outlet 示例城东网点 100%", "重大事故 a major accident",
        ):  # fmt: skip
            expect(form.dialog).to_contain_text(fact)
        expect(form.dialog).not_to_contain_text("赵六")
        form.choose("approve")
        form.write(Staff_id=people["sup"], Passcode=decisions.passcode())
        form.submit()
        run.expect_state("Completed")
        assert decisions.record_of(number)["state"] == "AWAITING_APPROVAL"

        run = RunPage.opened(page, decisions.engine.prefect_url, decisions.run_of(number, step=2))
        form = run.resume()
        form.choose("approve")
        form.write(Staff_id=people["mgr"], Passcode=decisions.passcode())
        form.submit()
        run.expect_state("Completed")
        expect(run.details()).to_contain_text(f"Approved by {people['mgr']}.")
        file = run.artifact("case-cl")
        for fact in ("经过 Timeline", "endorse", "账目 Ledger"):
            expect(file).to_contain_text(fact)

        record = decisions.record_of(number)
        assert who_decided(record) == [(people["sup"], "12000.00", False, ""), (people["mgr"], "12000.00", True, "")]
        assert who_did(record, "endorse", "approve") == [
            ("endorse", people["sup"], "supervisor"), ("approve", people["mgr"], "manager"),
        ]  # fmt: skip
        assert record["state"] in {"PAYING", "PAID", "RECOVERING", "CLOSED"}  # all that was asked for is agreed on
        assert decisions.engine.json("verify-history", number)["wrong"] == []


class TestADocket:
    def test_is_approved_but_for_two_which_then_ask_by_themselves(
        self, page: Page, decisions: DecisionsUnderTest
    ) -> None:
        people = decisions.put_on_file(sup="supervisor")
        docket_no, numbers = decisions.born_docket(CLAIMS)
        decisions.sweep("dispatch_outbox")
        excepted, approved = [numbers[1], numbers[4]], [numbers[place] for place in (0, 2, 3, 5)]

        run = RunPage.opened(page, decisions.engine.prefect_url, decisions.run_of(docket_no))
        form = run.resume()
        expect(form.dialog).to_contain_text(f"快速理赔 {CLAIMS} 件 clear claims · 4800.00 CNY")
        for number in numbers:
            expect(form.dialog.get_by_role("cell", name=number[-3:], exact=True)).to_be_visible()
        form.choose("approve")
        asked = [field.removesuffix("(Optional)").split()[-1] for field in form.fields()]
        assert asked == ["Decision", "for", "Comment", "id", "Passcode"]  # no amount, and the passcode last
        form.write(Except_for=", ".join(number[-3:] for number in excepted), Comment="两件先看监控。")
        form.write(Staff_id=people["sup"], Passcode=decisions.passcode())
        form.submit()
        run.expect_state("Completed")
        expect(run.details()).to_contain_text(f"同意 4/{CLAIMS} 件 approved; 除外 excepted: {', '.join(excepted)}.")

        for number in approved:
            record = decisions.record_of(number)
            assert who_decided(record) == [(people["sup"], "800.00", True, f"docket {docket_no}")]
            assert who_did(record, "approve", "single_out") == [("approve", people["sup"], "supervisor")]
        for number in excepted:
            record = decisions.record_of(number)
            assert (record["state"], record["decisions"]) == ("AWAITING_APPROVAL", [])
            assert who_did(record, "approve", "single_out") == [("single_out", people["sup"], "supervisor")]
        assert who_decided(decisions.record_of(docket_no)) == [(people["sup"], "0.00", True, "两件先看监控。")]
        for number in numbers:
            assert decisions.engine.json("verify-history", number)["wrong"] == []

        run = RunPage.opened(page, decisions.engine.prefect_url, decisions.run_of(excepted[0]))
        form = run.resume()
        form.choose("refuse")
        form.write(Comment="监控显示已签收", Staff_id=people["sup"], Passcode=decisions.passcode())
        form.submit()
        wait_until(
            lambda: decisions.record_of(excepted[0])["state"] == "NEEDS_OPERATOR", what="the refusal to be taken"
        )
