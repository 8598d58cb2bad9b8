"""A supervisor decides in the browser."""

import time
from collections.abc import Callable

import pytest
from decisions_under_test import Decision, DecisionsUnderTest
from engine_under_test import wait_until
from playwright.sync_api import Page, expect
from ui import RunPage

pytestmark = pytest.mark.browser

Record = Callable[[str, object], None]
REFUSAL = "Staff id or passcode is not right."


class TestSupervisor:
    # --junitxml warns that its format has no such thing, and writes it all the same.
    @pytest.mark.filterwarnings("ignore:record_property is incompatible")
    def test_reads_the_case_and_approves_it_after_a_wrong_passcode(
        self, page: Page, decisions: DecisionsUnderTest, decision: Decision, record_property: Record
    ) -> None:
        run = RunPage.opened(page, decisions.engine.prefect_url, decision.flow_run_id)

        form = run.resume()
        waybill = decisions.engine.json("case", decision.case_no)["case"]["waybill"]
        for fact in (
            decision.case_no, "外包装或内件破损", "compensation: 100.00 CNY", waybill, "王* 199****1234",
            "缺少：全景照片（网点提供）", "轨迹快照 tracking_snapshot ×1",
        ):  # fmt: skip
            expect(form.dialog).to_contain_text(fact)
        expect(form.dialog).not_to_contain_text("not accepted")
        form.choose("approve")
        form.write(Staff_id=decision.staff_id, Passcode=decisions.wrong_passcode())
        form.submit()

        wait_until(lambda: decisions.is_asked(decision, attempt=2), what="the run to ask again")
        run.reload()
        form = run.resume()
        expect(form.dialog).to_contain_text(REFUSAL)
        form.choose("approve")
        form.write(Comment="照片已由网点电话核实。", Staff_id=decision.staff_id)
        form.write(Passcode=f"{decisions.passcode()}\n")  # the field takes an Enter
        form.submit()
        submitted = time.monotonic()
        wait_until(lambda: decisions.told_in_order([decision]), what="the customer to be told")
        record_property("seconds from submit to told", round(time.monotonic() - submitted, 2))

        run.expect_state("Completed")
        expect(run.details()).to_contain_text(f"Approved by {decision.staff_id}.")
        file = run.artifact("case-ex")
        for fact in ("compensation: 100.00 CNY", "经过 Timeline", "协查 Inquiries"):
            expect(file).to_contain_text(fact)
        file = decisions.file_of(decision)
        assert [row["who"] for row in file["history"] if row["command"] == "approve"] == [decision.staff_id]
        assert [(row["code"], row["attempt"]) for row in file["refused"]] == [("identity", 1)]

    def test_cannot_leave_out_decision_or_signature(
        self, page: Page, decisions: DecisionsUnderTest, decision: Decision
    ) -> None:
        run = RunPage.opened(page, decisions.engine.prefect_url, decision.flow_run_id)

        form = run.resume()
        form.submit()
        expect(form.complaint.filter(has_text="'decision' is a required property")).to_be_visible()
        form.choose("approve")
        form.submit()
        expect(form.complaint.filter(has_text="'staff_id' is a required property")).to_be_visible()
        form.write(Staff_id=decision.staff_id)
        form.submit()
        expect(form.complaint.filter(has_text="'passcode' is a required property")).to_be_visible()

        expect(form.dialog).to_be_visible()
        assert decisions.is_asked(decision, attempt=1)
        file = decisions.file_of(decision)
        assert file["state"] == "AWAITING_APPROVAL"
        assert file["refused"] == []
