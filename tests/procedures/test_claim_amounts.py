"""理赔: what each kind of loss comes to when it goes through the desk, the same as by the golden cases (R78, R87).

The desk states the facts of a golden case from its papers; what is proposed, approved, agreed and paid is its amount.
How an amount comes about by the rules alone: tests/rules/claims/test_golden_cases.py.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from claim_cases import answers
from claim_facts import a_claim, a_parcel
from claims import PAPERS, claim_of, filed, payouts_of
from claims_desk import BY_PHONE, established, proposed, the_desk_passes, to_the_gate
from complaints import nothing_is_broken, notices_of
from factories import a_registration, an_event, at
from golden_claims import CASES
from payouts import is_balanced
from recovering import charges_of
from standins import register, tell

from adapters.payments.fake import StandInProvider
from rules.claims.approving import approvals_for
from schemas.approvals import Outcome
from schemas.assessment import FoundChoice
from schemas.claims import Claim, Ending, Resolution, State
from schemas.complaints import LiableParty, PartyKind
from schemas.evidence import EvidenceKind
from schemas.exceptions import Role
from schemas.tracking import Event
from tasks.claims.by_hand import TOLD_ELSEWHERE, decide_liability, parcel_found
from tasks.claims.negotiating import accept_offer
from tasks.claims.timing import PROPOSAL, anchors_of, due

pytestmark = pytest.mark.usefixtures("claims_office")

Stand = Callable[[datetime], None]
OUTLET = "示例城东网点"
NOT_STATED = {*TOLD_ELSEWHERE, "jurisdictions", "evidence"}
"""Facts that the desk does not state here: the claim has them itself, or the settings."""
BY_LEVEL = {Role.SUPERVISOR: ["sup-zhang", "sup-li"], Role.MANAGER: ["mgr-li"], Role.DIRECTOR: ["dir-wu"]}
WAYBILL = "773000000001"
ABROAD = {"product": "air-standard", "origin_city": "广州市", "destination_city": "美国洛杉矶"}
LOST_BY_AIR = {"event": "loss", "parcels": [a_parcel(id=WAYBILL, weight_kg=10, value=8000)], "claimed": None}
IN_THIRTY_DAYS = datetime.fromisoformat("2026-12-21T00:00+08:00")
IN_SIXTY_DAYS = datetime.fromisoformat("2027-01-20T00:00+08:00")

PAID_AS_GOLDEN = (
    "insured, all of it lost",
    "insured, a part damaged",
    "delayed by two days",
    "completely delayed between provinces, on the eighth day",
    "two parcels of which one is lost, uninsured",
    "two parcels of which one is lost, insured",
    "uninsured, no terms shown",
    "uninsured clause that binds",
    "uninsured clause that was not explained",
    "Montreal, the day before the new limit",
    "Montreal, the day of the new limit",
    "LTL, uninsured by air",
    "LTL, uninsured by road",
    "LTL, insured, a part lost",
    "LTL, first tier, by photographs",
)
IN_ZHEJIANG = (
    "Zhejiang, a value was declared",
    "Zhejiang, not declared, proven",
    "Zhejiang, not proven, ten times the fee",
    "Zhejiang, not proven, ten times the fee above the limit",
    "Zhejiang, not proven, negotiated",
    "two parcels of which one is lost, Zhejiang, not proven",
)


def golden_facts(name: str) -> dict[str, Any]:
    """Give the facts of a golden case as the desk states them."""
    facts = a_claim(**CASES[name].told).model_dump(mode="json", exclude_unset=True)
    return {field: value for field, value in facts.items() if field not in NOT_STATED}


def filed_as(name: str, *, claimed: object = None, **told: object) -> str:
    """File a claim for what a golden case is about; the desk states its facts, as the papers show them.

    Nobody booked the parcel, so that nothing on file adds to them, and the claim came in the year in which it happened.
    """
    facts = golden_facts(name)
    event = CASES[name].told.get("event", "loss")
    extent = {"id": facts["parcels"][0]["id"], "lost_percent": 100}  # so that the form is whole
    number = filed(waybill="773000000099", event=event, parcels=[extent], claimed=claimed, **told).claim_no
    established(number, **facts, claimed_on=f"{facts['event_on'][:4]}-12-30")
    return number


def approved_by_all(number: str) -> None:
    """Have as many approve as must, each at another moment."""
    plan = proposed(number)
    for place, level in enumerate(approvals_for(claim_of(number), plan.amount)):
        staff_id = BY_LEVEL[level][min(place, len(BY_LEVEL[level]) - 1)]
        ruling = answers(number, at(place / 10), staff_id=staff_id, role=level, comment="单据齐全")
    assert ruling.outcome is Outcome.APPROVED, ruling.sentence


def paid_out(number: str) -> Claim:
    """Have what is proposed approved, offered, accepted and paid."""
    approved_by_all(number)
    the_desk_passes()
    if claim_of(number).state is State.OFFERED:
        accept_offer(number, **BY_PHONE)
        the_desk_passes()
    return claim_of(number)


def assert_comes_to(number: str, golden: str, provider: StandInProvider) -> None:
    to_the_gate(number, *PAPERS, EvidenceKind.PHOTO_CONTENTS)
    plan = proposed(number)
    assert plan.assessment is not None
    assert plan.assessment.amount.amount == Decimal(CASES[golden].amount), CASES[golden].source
    assert plan.amount == Decimal(CASES[golden].amount)
    decided = {line.rule.partition(":")[2].partition("@")[0] for line in plan.assessment.lines}
    assert set(CASES[golden].rules) <= decided

    claim = paid_out(number)

    assert claim.paid_amount == Decimal(CASES[golden].amount)
    assert [payout.amount for payout in payouts_of(number)] == [Decimal(CASES[golden].amount)]
    assert provider.moved == [f"{number}-P1"]
    assert is_balanced()
    assert nothing_is_broken()


@pytest.mark.parametrize("golden", PAID_AS_GOLDEN)
def test_a_claim_is_paid_what_its_golden_case_comes_to(golden: str, provider: StandInProvider) -> None:
    assert_comes_to(filed_as(golden), golden, provider)


@pytest.mark.parametrize("golden", IN_ZHEJIANG)
def test_a_claim_in_zhejiang_is_paid_by_its_measures(
    golden: str, provider: StandInProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """浙江省快递业促进条例: declared, proven, negotiated, else ten times the fee up to 800."""
    monkeypatch.setenv("REDRESS_CLAIM_JURISDICTIONS", "CN-ZJ,CN")

    assert_comes_to(filed_as(golden), golden, provider)


def test_the_same_facts_elsewhere_are_owed_what_is_proven(provider: StandInProvider) -> None:
    """Outside Zhejiang nothing unproven is paid by ten times the fee: the fee itself is what is left."""
    number = filed_as("Zhejiang, not proven, ten times the fee")
    to_the_gate(number)

    assert proposed(number).amount == Decimal("20.00")
    assert provider.moved == []


class TestMixedFault:
    """混合过错 (民法典 592): less for the sender's packaging only because a person says so (R85)."""

    GOLDEN = "mixed fault, the sender's packaging has 30 %"
    PARTIES = (
        LiableParty(kind=PartyKind.SENDER, share=Decimal(30), basis="包装不良"),
        LiableParty(kind=PartyKind.OUTLET, name=OUTLET, share=Decimal(70), basis="末端破损"),
    )

    def test_lowers_what_is_owed_and_charges_the_carriers_part_to_the_outlet(self, provider: StandInProvider) -> None:
        number = filed_as(self.GOLDEN)
        to_the_gate(number)
        before = proposed(number)
        assert before.assessment is not None
        assert before.amount == Decimal(CASES["uninsured, no terms shown"].amount)

        decide_liability(number, parties=self.PARTIES, note="外箱过软，网点亦有抛扔", staff_id="ag-sun")
        the_desk_passes()
        assert claim_of(number).state is State.AWAITING_APPROVAL
        claim = paid_out(number)

        assert claim.paid_amount == Decimal(CASES[self.GOLDEN].amount)
        assert charges_of(number) == [(OUTLET, "720.00", "noticed")]
        assert provider.moved == [f"{number}-P1"]


class TestTheWayOfTheParcel:
    """How far a parcel goes is told by its booking; nobody who files a claim or works on it says it again."""

    def is_on_its_way(self, **booked: Any) -> None:
        """Book a parcel that was to arrive four days ago; it was picked up, and did not arrive."""
        values = {"declared_value": None, "promised_at": at(-24 * 4), **booked}
        register(a_registration(waybill=WAYBILL, **values), at=at(-24 * 6))
        tell(an_event(Event.PICKED_UP, -24 * 6), waybill=WAYBILL)

    def late(self) -> str:
        """Have the customer file that it is late, with the invoice of what is in it."""
        parcel = a_parcel(id=WAYBILL)
        number = filed(event="delay", happened_on=at().date(), parcels=[parcel], claimed=None).claim_no
        to_the_gate(number, *PAPERS)
        return number

    @pytest.mark.parametrize(
        ("destination", "golden"),
        [
            ("广东省广州市天河区", "completely delayed within one city, on the fourth day"),
            ("深圳市", "delayed by two days"),  # beyond one city four days are a delay as well
            ("", "delayed by two days"),
        ],
        ids=["within one city", "beyond it", "unknown"],
    )
    def test_tells_whether_a_late_one_counts_as_lost(self, destination: str, golden: str) -> None:
        self.is_on_its_way(freight=Decimal(20), origin_city="广州市", destination_city=destination)

        assert proposed(self.late()).amount == Decimal(CASES[golden].amount), CASES[golden].source

    def test_beyond_a_border_by_air_brings_the_treaty_and_sixty_days(self) -> None:
        """Montreal art. 22(3) for what was insured, GB/T 27917.3 for the time; the desk types nothing."""
        self.is_on_its_way(**ABROAD, insured_amount=Decimal(2000))
        number = filed(**LOST_BY_AIR).claim_no
        assert due(PROPOSAL, anchors_of(claim_of(number))) == IN_SIXTY_DAYS

        to_the_gate(number, *PAPERS)

        assert claim_of(number).established == {}
        assert "montreal" in self.packs_holding(number)
        assert proposed(number).amount == Decimal("2000.00")  # as in the golden case: up to what was declared

    def test_beyond_a_border_by_air_asks_the_desk_for_the_rate_of_the_limit_and_nothing_else(self) -> None:
        self.is_on_its_way(**ABROAD)
        number = filed(**LOST_BY_AIR).claim_no
        assert to_the_gate(number, *PAPERS).state is State.NEEDS_OPERATOR

        established(number, rates=[{"base": "SDR", "quote": "CNY", "rate": "9.5", "on": "2026-11-19"}])
        the_desk_passes()

        golden = CASES["Montreal, the day of the new limit"]
        assert proposed(number).amount == Decimal(golden.amount), golden.source

    def test_gives_way_to_what_the_desk_established(self) -> None:
        """The booking says Los Angeles, the papers that it was to be flown to Shanghai: no treaty, and thirty days."""
        self.is_on_its_way(**ABROAD)
        number = filed(**LOST_BY_AIR).claim_no

        established(number, international=False)
        assert due(PROPOSAL, anchors_of(claim_of(number))) == IN_THIRTY_DAYS
        to_the_gate(number, *PAPERS)

        golden = CASES["air cargo within the country"]
        assert proposed(number).amount == Decimal(golden.amount), golden.source
        assert "montreal" not in self.packs_holding(number)

    def test_to_hong_kong_is_no_carriage_from_one_country_to_another(self) -> None:
        self.is_on_its_way(**ABROAD | {"destination_city": "香港"})
        number = filed(**LOST_BY_AIR).claim_no
        to_the_gate(number, *PAPERS)

        assert due(PROPOSAL, anchors_of(claim_of(number))) == IN_THIRTY_DAYS
        assert proposed(number).amount == Decimal(CASES["air cargo within the country"].amount)

    def packs_holding(self, number: str) -> set[str]:
        assessment = proposed(number).assessment
        assert assessment is not None
        return {choice.pack.partition("/")[0] for choice in assessment.packs if choice.holds}


class TestLossPaidAndTheParcelFoundLater:
    """已赔后找到: nobody has both the parcel and the money."""

    @pytest.fixture
    def paid(self) -> str:
        """Give a claim for an insured parcel that was paid as lost, and closed."""
        number = filed_as("insured, all of it lost")
        to_the_gate(number)
        assert paid_out(number).state is State.CLOSED
        return number

    def found(self, number: str, choice: FoundChoice, **still: Decimal) -> Claim:
        parcel_found(
            number, parcel="A", found_on=at().date(), choice=choice,
            still_lost_percent=still.get("still_lost_percent", Decimal(0)), staff_id="ag-sun",
        )  # fmt: skip
        the_desk_passes()
        return claim_of(number)

    def test_is_assessed_anew_and_what_was_paid_too_much_is_for_a_person(
        self, paid: str, provider: StandInProvider, stand_at: Stand
    ) -> None:
        claim = self.found(paid, FoundChoice.PARCEL)
        assert claim.plan is not None
        assert claim.plan.assessment is not None
        assert claim.plan.resolution is Resolution.NOTHING_MORE
        assert str(claim.plan.assessment.amount.amount) == CASES["found later, the claimant wants the parcel"].amount
        assert claim.plan.assessment.to_reclaim.amount == Decimal("800.00")

        stand_at(at(1))
        answers(paid, at(1), staff_id="sup-li", comment="已核实")
        the_desk_passes()

        assert (claim_of(paid).state, claim_of(paid).ending) == (State.CLOSED, Ending.SETTLED)
        assert "多付 800.00 CNY" in notices_of(paid, "department")[-1]["subject"]
        assert provider.moved == [f"{paid}-P1"]

    def test_pays_nothing_more_where_the_money_is_kept(self, paid: str, provider: StandInProvider) -> None:
        claim = self.found(paid, FoundChoice.MONEY)

        assert claim.plan is not None
        assert claim.plan.assessment is not None
        assert str(claim.plan.assessment.amount.amount) == CASES["found later, the claimant keeps the money"].amount
        assert (claim.plan.assessment.due.amount, claim.plan.assessment.to_reclaim.amount) == (0, 0)
        assert provider.moved == [f"{paid}-P1"]
