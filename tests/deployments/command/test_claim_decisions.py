"""`redress claim`: what people decide about a claim and what its claimant says, as they type it."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from claims import claim_of, filed, offers_of, proposals_of, the_money_leaves, the_parcel_was_damaged, to_the_gate
from claims import to_the_offer as offer_to
from commands import Redress
from complaint_factories import an_agent
from complaints import nothing_is_broken, staff_called, supervisor_answers, the_desk_has
from factories import NOON

from deployments.command import claim_decisions
from schemas.claims import Liability, OfferState, Resolution, State
from schemas.complaints import PartyKind
from schemas.exceptions import Role
from tasks.claims.by_hand import propose_by_hand
from tasks.claims.offering import offer_claims
from tasks.claims.triaging import triage_claims
from tasks.publishing import DECISION_TAKEN

STAFF = ("--staff", "ag-sun")


@pytest.fixture(autouse=True)
def parcel(redress: Redress, stand_at: Callable[[datetime], None]) -> None:
    del redress
    stand_at(NOON)
    the_parcel_was_damaged()
    staff_called("ag-sun")


@pytest.fixture
def offered() -> str:
    """Give a claim for 60 CNY to which 40 are offered."""
    number = filed(claimed=60).claim_no
    assert offer_to(number, NOON).state is State.OFFERED
    return number


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps({"agreed_amount": 35.5, "consumer": False}), encoding="utf-8")
    return path


def liability_of(number: str) -> Liability:
    liability = claim_of(number).liability
    assert liability is not None
    return liability


class TestFacts:
    def test_are_stated_over_what_was_told(self, redress: Redress, facts: Path, announced: list[str]) -> None:
        number = to_the_gate(filed().claim_no).case_no

        printed = redress("claim", "facts", number, str(facts), "--why", "双方电话确认", *STAFF)

        assert (printed.exit_code, printed.out) == (0, f"{number}: LIABILITY.\n"), printed.err
        assert claim_of(number).established == {"agreed_amount": "35.5", "consumer": False}
        assert announced == [DECISION_TAKEN]
        assert nothing_is_broken()

    @pytest.mark.parametrize(
        ("told", "exit_code", "sentence"),
        [
            ('{"colour": "red"}', 1, "there is no fact colour"),
            ('{"event_on": "1800-01-01"}', 1, "event_on"),
            ("[]", 2, "it is no JSON object"),
            ("{", 2, "cannot be read as JSON"),
            ('{"consumer": true, "consumer": false}', 2, "consumer stands twice"),
        ],
    )
    def test_that_make_no_sense_are_refused(
        self, redress: Redress, facts: Path, told: str, exit_code: int, sentence: str
    ) -> None:
        number = filed().claim_no
        facts.write_text(told, encoding="utf-8")

        printed = redress("claim", "facts", number, str(facts), "--why", "双方电话确认", *STAFF)

        assert (printed.exit_code, sentence in printed.err) == (exit_code, True), printed.err


class TestLiability:
    def test_names_every_kind_of_party_in_its_help(self) -> None:
        [named] = re.findall(r"The kinds: (.*?)\.\n", claim_decisions.liability.__doc__ or "", flags=re.DOTALL)

        assert re.split(r",\s+|\s+and\s+", named) == list(PartyKind)

    def test_is_decided_contested_and_decided_anew(self, redress: Redress) -> None:
        number = to_the_gate(filed().claim_no).case_no
        shares = ("--party", "outlet:示例城东网点=70", "--party", "sender=30")

        decided = redress("claim", "liability", number, *shares, "--note", "包装不足", *STAFF)
        contested = redress("claim", "contest", number, "--party", "示例城东网点", "--why", "交接时已破损", *STAFF)

        liability = liability_of(number)
        assert (decided.exit_code, contested.exit_code) == (0, 0), decided.err + contested.err
        assert [(one.kind.value, one.share) for one in liability.parties] == [
            ("outlet", Decimal(70)), ("sender", Decimal(30)),
        ]  # fmt: skip
        assert (liability.contested_by, liability.is_decided) == ("示例城东网点", False)
        assert "answers: outlet 示例城东网点 70 %, sender 30 % (proposed, contested by" in (
            redress("claim", "show", number).out
        )

    @pytest.mark.parametrize(
        ("shares", "sentence"),
        [
            (("--party", "outlet=70"), "70 % together, not 100 %"),
            (("--party", "weather=100"), "say KIND:NAME=SHARE"),
            (("--party", "outlet=0"), "a number above 0 and up to 100"),
        ],
    )
    def test_needs_whole_shares_of_known_parties(
        self, redress: Redress, shares: tuple[str, ...], sentence: str
    ) -> None:
        number = filed().claim_no

        printed = redress("claim", "liability", number, *shares, "--note", "包装不足", *STAFF)

        assert (printed.exit_code, sentence in printed.err) == (1, True), printed.err

    def test_is_confirmed_by_somebody_else(self, redress: Redress) -> None:
        staff_called("sup-li", Role.SUPERVISOR)
        number = to_the_gate(filed().claim_no).case_no
        redress("claim", "liability", number, "--party", "outlet:示例城东网点=100", "--note", "监控可见", *STAFF)

        by_the_same = redress("claim", "confirm-liability", number, *STAFF)
        by_another = redress("claim", "confirm-liability", number, "--staff", "sup-li", "--note", "已复核监控")

        assert (by_the_same.exit_code, "somebody else" in by_the_same.err, by_another.exit_code) == (1, True, 0)
        assert liability_of(number).confirmed_by == "sup-li"


class TestPropose:
    def test_drafts_another_amount_with_the_reasons_that_the_claimant_reads(self, redress: Redress) -> None:
        number = to_the_gate(filed().claim_no).case_no

        told = ("--amount", "80.50", "--reasons", "酌情补偿", "--reasons-en", "as a goodwill")
        printed = redress("claim", "propose", number, "pay", *told, *STAFF)

        plan = proposals_of(number)[-1]
        assert (printed.exit_code, printed.out) == (0, f"{number}: ASSESSED.\n"), printed.err
        assert (plan.resolution, plan.amount, plan.drafted_by) == (Resolution.PAY, Decimal("80.50"), "ag-sun")
        assert "Proposed by: ag-sun\nBecause: as a goodwill\nProposal 2: pay 80.50 CNY\n" in (
            redress("claim", "derivation", number, "--lang", "en").out
        )

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            (("pay", "--reasons", "酌情补偿"), "a payment has an amount"),
            (("deny", "--amount", "5", "--reasons", "酌情补偿"), "nothing else has"),
            (("pay", "--amount", "much", "--reasons", "酌情补偿"), "--amount much is no amount"),
            (("pay", "--amount", "NaN", "--reasons", "酌情补偿"), "--amount NaN is no amount"),
            (("deny", "--reasons", " "), "say why, as the claimant reads it"),
        ],
    )
    def test_refuses(self, redress: Redress, arguments: tuple[str, ...], sentence: str) -> None:
        number = to_the_gate(filed().claim_no).case_no

        printed = redress("claim", "propose", number, *arguments, *STAFF)

        assert (printed.exit_code, sentence in printed.err) == (1, True), printed.err


class TestNegotiation:
    def test_goes_from_a_counter_offer_over_another_offer_to_an_agreement(self, redress: Redress, offered: str) -> None:
        countered = redress("claim", "counter", offered, "--amount", "50", "--reasons", "鉴定费", *STAFF)
        again = redress("claim", "offer", offered, "--amount", "38", "--note", "含鉴定费", *STAFF)
        accepted = redress("claim", "accept", offered, "--channel", "wechat", *STAFF)

        assert countered.out.startswith(f"{offered}: NEGOTIATION")
        assert again.out == f"{offered}: OFFERED, offered 38.00 CNY.\n"
        assert accepted.out == f"{offered}: AGREED, agreed on 38.00 CNY.\n"
        assert [one.state for one in offers_of(offered)] == [
            OfferState.COUNTERED, OfferState.COUNTERED, OfferState.ACCEPTED,
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            (("counter", "--amount", "much", "--reasons", "鉴定费"), "--amount much is no amount"),
            (("counter", "--amount", "50.005", "--reasons", "鉴定费"), "no more than two decimals"),
            (("offer", "--amount", "38"), "not possible in state OFFERED"),
            (("object", "--reasons", "不同意"), "not possible in state OFFERED"),
        ],
    )
    def test_refuses(self, redress: Redress, offered: str, arguments: tuple[str, ...], sentence: str) -> None:
        command, *told = arguments

        printed = redress("claim", command, offered, *told, *STAFF)

        assert (printed.exit_code, sentence in printed.err) == (1, True), printed.err

    def test_of_a_denial_is_an_objection(self, redress: Redress) -> None:
        number = to_the_gate(filed().claim_no).case_no
        propose_by_hand(number, resolution=Resolution.DENY, reasons="签收时外包装完好", staff_id="ag-sun")
        triage_claims.fn()
        supervisor_answers(number, NOON)
        offer_claims.fn()

        printed = redress("claim", "object", number, "--reasons", "有开箱视频", *STAFF)

        assert (printed.exit_code, printed.out) == (0, f"{number}: LIABILITY.\n"), printed.err

    def test_ends_with_a_withdrawal(self, redress: Redress, offered: str, announced: list[str]) -> None:
        announced.clear()

        printed = redress("claim", "withdraw", offered, "--why", "快件已找到", *STAFF)

        assert printed.out == f"{offered}: CLOSED, ending withdrawn.\n"
        assert announced == []


class TestByHand:
    def test_takes_up_what_waits_for_a_person(self, redress: Redress) -> None:
        number = to_the_gate(filed().claim_no).case_no
        supervisor_answers(number, NOON, decision="refuse", comment="请补充鉴定")

        printed = redress("claim", "take-up", number, "--comment", "已补充鉴定", *STAFF)

        assert (printed.exit_code, printed.out) == (0, f"{number}: LIABILITY.\n"), printed.err
        assert claim_of(number).handler == "ag-sun"

    def test_gives_a_claim_to_an_agent_of_another_department(self, redress: Redress) -> None:
        the_desk_has(an_agent("ag-zhou"))
        number = filed().claim_no

        printed = redress("claim", "assign", number, "--to", "ag-zhou", "--department", "示例城西网点", *STAFF)

        assert printed.out == f"{number} is handled by ag-zhou of 示例城西网点.\n"

    def test_gives_it_to_nobody_who_is_not_on_file(self, redress: Redress) -> None:
        printed = redress("claim", "assign", filed().claim_no, "--to", "ag-zhou", *STAFF)

        assert (printed.exit_code, "ag-zhou is no agent on duty" in printed.err) == (1, True)

    def test_refuses_whom_nobody_knows(self, redress: Redress) -> None:
        printed = redress("claim", "take-up", filed().claim_no, "--comment", "已补充鉴定", "--staff", "nobody")

        assert (printed.exit_code, "nobody" in printed.err) == (1, True)


class TestFound:
    @pytest.fixture
    def closed(self, redress: Redress) -> str:
        number = filed(claimed=60).claim_no
        offer_to(number, NOON)
        redress("claim", "withdraw", number, *STAFF)
        return number

    def test_opens_a_closed_claim_again(self, redress: Redress, closed: str) -> None:
        told = ("--on", "2026-11-20", "--choice", "parcel", "--still-lost-percent", "40")
        printed = redress("claim", "found", closed, *told, *STAFF)

        [parcel] = claim_of(closed).established["parcels"]
        assert (printed.exit_code, printed.out) == (0, f"{closed}: LIABILITY.\n"), printed.err
        assert parcel["found"] == {"on": "2026-11-20", "choice": "parcel", "still_lost_percent": "40"}

    @pytest.mark.parametrize(
        ("arguments", "exit_code", "sentence"),
        [
            (("--on", "today"), 2, "--on today is no day"),
            (("--on", "2026-11-20", "--parcel", "B-2"), 1, "has no parcel B-2; it has 773000000001"),
        ],
    )
    def test_refuses(
        self, redress: Redress, closed: str, arguments: tuple[str, ...], exit_code: int, sentence: str
    ) -> None:
        printed = redress("claim", "found", closed, *arguments, "--choice", "money", *STAFF)

        assert (printed.exit_code, sentence in printed.err) == (exit_code, True), printed.err


class TestMoneyThatLeft:
    def test_stands_masked_in_the_file(self, redress: Redress) -> None:
        number = to_the_gate(filed().claim_no).case_no
        supervisor_answers(number, NOON)
        the_money_leaves()

        found = redress("claim", "show", number, "--json").json

        [payout] = found["payouts"]
        assert (payout["account"], payout["amount"]) == ("****3445", "40.00")
        assert found["bookings"][0]["event"] == "claim_agreed"
        assert payout["key"] in redress("claim", "show", number).out
