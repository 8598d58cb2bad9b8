"""`redress claims` and `redress claim show`: claims are listed and shown whole, with their people masked."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from claims import (
    ACCOUNT,
    CLAIMANT,
    claim_of,
    filed,
    papers_come,
    the_desk_works,
    the_parcel_was_damaged,
    to_the_offer,
)
from commands import Redress
from complaints import staff_called
from factories import NOON
from samples import JPEG

from rules.privacy import mask_name, mask_phone
from tasks.claims.offering import offer_claims

NAME, PHONE = CLAIMANT["name"], CLAIMANT["phone"]
MASKED_NAME, MASKED_PHONE = mask_name(NAME), mask_phone(PHONE)
SECRETS = (NAME, PHONE, ACCOUNT)


@pytest.fixture(autouse=True)
def parcel(redress: Redress, stand_at: Callable[[datetime], None]) -> None:
    del redress
    stand_at(NOON)
    the_parcel_was_damaged()
    staff_called("ag-sun")


class TestClaims:
    def test_lists_the_open_ones_and_counts_all(self, redress: Redress) -> None:
        number = filed().claim_no
        other = filed(keep_draft=True, account="", claimant={"phone": "19900004321"}).claim_no

        printed = redress("claims")

        assert number in printed.out
        assert other in printed.out
        assert printed.out.splitlines()[-1] == "1 ACKNOWLEDGED, 1 DRAFT"

    def test_fits_a_terminal(self, redress: Redress) -> None:
        filed()

        assert max(len(line.rstrip()) for line in redress("claims").out.splitlines()) <= 100

    @pytest.mark.parametrize(
        "arguments",
        [
            ("--state", "ACKNOWLEDGED"), ("--event", "damage"), ("--waybill", "773000000001"),
            ("--due", "2026-12-31"), ("--all",), (),
        ],
    )  # fmt: skip
    def test_chooses_by(self, redress: Redress, arguments: tuple[str, ...]) -> None:
        number = filed().claim_no

        assert [one["case_no"] for one in redress("claims", *arguments, "--json").json] == [number]

    @pytest.mark.parametrize(
        "arguments",
        [
            ("--state", "DRAFT"), ("--event", "loss"), ("--waybill", "773000000002"), ("--due", "2026-11-20"),
            ("--branch", "示例城西网点"), ("--overdue",),
        ],
    )  # fmt: skip
    def test_leaves_out_by(self, redress: Redress, arguments: tuple[str, ...]) -> None:
        filed()

        assert redress("claims", *arguments, "--json").json == []

    def test_masks_people(self, redress: Redress) -> None:
        filed()

        [told] = redress("claim", "list", "--json").json

        assert (told["claimant_name"], told["claimant_phone"], told["payee_tail"]) == (
            mask_name(NAME),
            mask_phone(PHONE),
            "****3445",
        )

    def test_knows_the_states(self, redress: Redress) -> None:
        printed = redress("claims", "--state", "LOST")

        assert (printed.exit_code, "there is no state LOST; there are DRAFT" in printed.err) == (2, True)


class TestShow:
    @pytest.fixture
    def number(self) -> str:
        number = filed().claim_no
        papers_come(number)
        to_the_offer(number, NOON)
        return number

    @pytest.mark.parametrize("as_json", [(), ("--json",)], ids=["as tables", "as JSON"])
    def test_shows_nobody(self, redress: Redress, number: str, as_json: tuple[str, ...]) -> None:
        printed = redress("claim", "show", number, *as_json)

        assert printed.exit_code == 0, printed.err
        assert [secret for secret in SECRETS if secret in printed.out] == []

    def test_shows_everything_about_a_claim(self, redress: Redress, number: str) -> None:
        found = redress("claim", "show", number, "--json").json

        assert set(found) == {
            "claim", "forms", "proposals", "offers", "clocks", "missing", "payouts", "bookings", "balances", "history",
            "decisions", "outbox", "inquiries", "evidence", "waivers",
        }  # fmt: skip
        assert [row["command"] for row in found["history"]][:2] == ["file", "acknowledge"]
        assert [row["decision"] for row in found["decisions"]] == ["approve"]
        assert found["proposals"][-1]["assessment"]["lines"]

    def test_prints_what_a_person_asks_first(self, redress: Redress, number: str) -> None:
        out = redress("claim", "show", number).out

        for told in (
            number,
            "damage",
            f"{MASKED_NAME} {MASKED_PHONE}",
            "asks for 40.00 CNY",
            "answers: ",
            "proposal 1: pay",
        ):
            assert told in out
        for title in (
            "Forms",
            "Negotiation",
            "Payouts",
            "Ledger",
            "Clocks",
            "Evidence",
            "Inquiries",
            "History",
            "Sent",
        ):
            assert title in out

    def test_says_of_a_claim_that_there_is_not_that_there_is_none(self, redress: Redress) -> None:
        printed = redress("claim", "show", "CL-20261120-000099")

        assert (printed.exit_code, printed.err) == (1, "redress: there is no claim CL-20261120-000099\n")


class TestClocks:
    def test_explains_each_due_time(self, redress: Redress) -> None:
        number = filed().claim_no

        out = redress("claim", "clocks", number).out

        for told in ("compensation_proposal", "resolution", "starts", "Next due: "):
            assert told in out

    def test_says_of_a_claim_that_there_is_not_that_there_is_none(self, redress: Redress) -> None:
        assert redress("claim", "clocks", "CL-20261120-000099").exit_code == 1


class TestDerivation:
    @pytest.fixture
    def number(self) -> str:
        number = filed().claim_no
        papers_come(number)
        the_desk_works()
        offer_claims.fn()
        return number

    def test_says_line_by_line_by_which_rule_and_source(self, redress: Redress, number: str) -> None:
        plan = claim_of(number).plan
        assert plan is not None
        assert plan.assessment is not None

        out = redress("claim", "derivation", number).out

        for line in plan.assessment.lines:
            assert line.zh in out
            assert f"{line.rule} ({line.source})" in out
        assert out.splitlines()[-1] == f"方案 1: 赔付 {plan.amount} CNY"

    def test_speaks_english(self, redress: Redress, number: str) -> None:
        plan = claim_of(number).plan
        assert plan is not None
        assert plan.assessment is not None

        out = redress("claim", "derivation", number, "--lang", "en").out

        assert all(line.en in out for line in plan.assessment.lines)
        assert out.splitlines()[-1] == f"Proposal 1: pay {plan.amount} CNY"

    def test_is_the_whole_assessment_as_json(self, redress: Redress, number: str) -> None:
        assert redress("claim", "derivation", number, "--json").json["assessment"]["due"]["currency"] == "CNY"

    def test_says_that_nothing_is_proposed(self, redress: Redress) -> None:
        number = filed().claim_no

        printed = redress("claim", "derivation", number)

        assert (printed.exit_code, printed.err) == (1, f"redress: {number}: nothing is proposed yet\n")


class TestByItsNumber:
    """What is asked of any case by its number is asked of a claim in the same way."""

    def test_its_clocks_are_paused_and_released(self, redress: Redress) -> None:
        number = filed().claim_no

        paused = redress("pause", number, "--reason", "waiting_third_party", "--staff", "ag-sun")
        released = redress("release", number, "--staff", "ag-sun")

        assert paused.out == f"{number} is paused; `redress claim clocks {number}` shows what still runs.\n"
        assert released.out == f"{number} is no longer paused.\n"

    def test_its_evidence_is_added_waived_and_listed(self, redress: Redress, tmp_path: Path) -> None:
        number = filed().claim_no
        photo = tmp_path / "全景.jpg"
        photo.write_bytes(JPEG)

        redress("evidence", "add", number, str(photo), "--kind", "photo_whole", "--by", "ag-sun")
        redress("evidence", "waive", number, "--kind", "photo_label", "--staff", "ag-sun", "--why", "面单已脱落")

        listed = redress("evidence", "list", number, "--json").json
        assert [piece["kind"] for piece in listed["evidence"]] == ["photo_whole"]
        assert [waiver["kind"] for waiver in listed["waivers"]] == ["photo_label"]
        assert [one["kind"] for one in redress("claim", "show", number, "--json").json["missing"]] == ["photo_detail"]

    def test_its_history_is_verified(self, redress: Redress) -> None:
        assert redress("verify-history", filed().claim_no).out == "1 histories are whole.\n"
