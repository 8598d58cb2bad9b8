"""A scheduler starts a deployment by hand in the browser."""

import re

import pytest
from decisions_under_test import Decision, DecisionsUnderTest
from playwright.sync_api import Page, expect
from ui import start_by_hand

pytestmark = pytest.mark.browser
NO_RUN = re.compile("No runs found|No flow runs match your filters")
MANAGER = "客服中心经理"  # a decision that waits is the approvers' delay


class TestScheduler:
    def test_escalates_ahead_of_time_and_sees_what_was_escalated(
        self, page: Page, decisions: DecisionsUnderTest, decision: Decision
    ) -> None:
        run = start_by_hand(page, decisions.engine.prefect_url, "escalate_overdue", look_ahead_hours="24")
        run.expect_state("Completed")

        table = run.artifact("escalations")
        table.get_by_role("textbox", name="Search").fill(decision.case_no)
        row = table.get_by_role("row", name=decision.case_no)
        expect(row.get_by_role("cell").nth(1)).to_have_text(MANAGER)
        [escalated] = [row for row in decisions.file_of(decision)["history"] if row["command"] == "escalate"]
        assert escalated["details"]["level"] == MANAGER


class TestViews:
    def test_show_what_waits_and_what_is_overdue(
        self, page: Page, decisions: DecisionsUnderTest, decision: Decision
    ) -> None:
        views = {line["name"]: line["value"] for line in decisions.engine.json("status")["lines"]}
        escalation = start_by_hand(page, decisions.engine.prefect_url, "escalate_overdue", look_ahead_hours="24")
        escalation.expect_state("Completed")
        decisions.sweep("dispatch_outbox")  # which carries the tag to the run

        for name in ("waiting for a supervisor", "overdue decisions"):
            page.goto(views[name])
            expect(page.get_by_role("link", name=decision.case_no).first).to_be_visible()
        page.goto(views["waiting for a manager"])
        expect(page.get_by_text(NO_RUN)).to_be_visible()
