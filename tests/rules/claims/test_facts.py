"""The facts that a claim is assessed by: told, on file, paid, and established by the desk over everything else."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from claim_factories import a_claim, a_liability
from claims import a_form
from factories import NOON, a_payment, at
from hypothesis import given
from hypothesis import strategies as st

from rules.claims.assessing import assess
from rules.claims.facts import RULE, Known, facts_of, lane_of, merged, mode_of
from rules.claims.lifecycle import REDUCING
from rules.claims.money import CannotAssess
from schemas.assessment import ClaimEvent, ClaimFacts, ClaimMode, ProofKind
from schemas.claims import Claim, ClaimForm, Relation
from schemas.complaints import PartyKind
from schemas.evidence import EvidenceKind
from schemas.money import Money
from schemas.promises import LaneClass

ZONE = ZoneInfo("Asia/Shanghai")
PROVEN = Known(kinds=(EvidenceKind.VALUE_PROOF,))
ABROAD = {"lane": LaneClass.INTERNATIONAL, "origin_city": "广州", "destination_city": "美国洛杉矶"}


def facts(
    claim: Claim | None = None, form: ClaimForm | None = None, known: Known = PROVEN, **changes: Any
) -> ClaimFacts:
    return facts_of(claim or a_claim(**changes), form, known, now=NOON, zone=ZONE)


def cny(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="CNY")


class TestWhatIsOnFile:
    def test_is_taken_from_the_booking_and_the_log(self):
        found = facts(
            product="ltl-standard",
            declared_value=Decimal(900),
            freight=Decimal(12),
            value_currency="HKD",
            picked_up_at=at(-72),
            promised_at=at(-24),
            delivered_at=at(13),
        )

        assert (found.mode, found.product) == (ClaimMode.LTL, "ltl-standard")
        assert (found.declared_value, found.freight) == (
            Money(amount=Decimal(900), currency="HKD"), Money(amount=Decimal(12), currency="HKD"),
        )  # fmt: skip
        assert (found.accepted_on, found.promised_on) == (date(2026, 11, 17), date(2026, 11, 19))
        assert found.delivered_on == date(2026, 11, 21)  # an hour past midnight in Shanghai

    def test_says_nothing_where_nothing_is_on_file(self):
        found = facts(insured_amount=None)

        assert (found.insured_amount, found.accepted_on, found.delivered_on) == (None, None, None)

    @pytest.mark.parametrize(
        ("product", "mode"),
        [
            ("standard", ClaimMode.EXPRESS), ("LTL", ClaimMode.LTL), ("air-next-day", ClaimMode.AIR),
            ("postal_parcel", ClaimMode.POSTAL), ("", ClaimMode.EXPRESS), ("airy", ClaimMode.EXPRESS),
        ],
    )  # fmt: skip
    def test_says_by_the_product_under_which_contract_it_travels(self, product, mode):
        assert mode_of(product) is mode


class TestHowFarTheParcelGoes:
    @pytest.mark.parametrize("lane", list(LaneClass))
    def test_is_told_by_the_booking(self, lane):
        claim = a_claim(**{**ABROAD, "lane": lane})

        assert (facts(claim).lane, lane_of(claim)) == (lane, lane)
        assert facts(claim).international is (lane is LaneClass.INTERNATIONAL)

    @pytest.mark.parametrize("beyond_customs", ["香港", "澳门", "台湾台北"])
    def test_is_left_to_the_desk_beyond_customs_within_the_country(self, beyond_customs):
        claim = a_claim(**{**ABROAD, "destination_city": beyond_customs})

        assert (facts(claim).lane, facts(claim).international) == (LaneClass.UNKNOWN, False)
        assert lane_of(claim) is LaneClass.UNKNOWN

    @pytest.mark.parametrize(
        ("booked", "established", "assessed_by", "timed_by"),
        [
            (ABROAD, {"international": False}, ("unknown", False), "unknown"),
            (ABROAD, {"international": True}, ("international", True), "international"),
            (ABROAD, {"lane": "inter_province"}, ("inter_province", False), "inter_province"),
            (ABROAD, {"lane": "same_city", "international": True}, ("same_city", True), "international"),
            ({"lane": "same_city"}, {"international": True}, ("unknown", True), "international"),
            ({"lane": "same_city"}, {"international": False}, ("same_city", False), "same_city"),
            ({"lane": "same_city"}, {"lane": "international"}, ("international", False), "international"),
            ({"lane": "same_city"}, {"consumer": False}, ("same_city", False), "same_city"),
            ({}, {"international": "yes"}, ("unknown", True), "international"),
            ({}, {"international": "no"}, ("unknown", False), "unknown"),
        ],
    )
    def test_is_what_the_desk_established_before_what_the_booking_tells(
        self, booked, established, assessed_by, timed_by
    ):
        claim = a_claim(**booked, established=established)

        assert (facts(claim).lane, facts(claim).international) == assessed_by
        assert lane_of(claim) == timed_by


class TestWhatWasTold:
    def test_is_what_happened_to_which_parcel(self):
        found = facts(a_claim(event=ClaimEvent.DAMAGE), a_form(happened_on="2026-11-18", consumer=False))

        [parcel] = found.parcels
        assert (found.event, found.event_on, found.consumer) == (ClaimEvent.DAMAGE, date(2026, 11, 18), False)
        assert (parcel.lost_percent, parcel.value, parcel.proof) == (Decimal(40), cny("100"), ProofKind.INVOICE)

    def test_of_a_value_counts_as_proven_only_once_the_proof_is_there(self):
        [parcel] = facts(a_claim(event=ClaimEvent.DAMAGE), a_form(), Known()).parcels

        assert (parcel.value, parcel.proof) == (cny("100"), ProofKind.NONE)

    def test_gives_way_to_what_is_on_file_where_it_names_no_value(self):
        form = a_form(parcels=[{"id": "A", "lost_percent": 40}])
        [parcel] = facts(a_claim(declared_value=Decimal(900), weight_kg=Decimal("2.5")), form).parcels

        assert (parcel.value, parcel.weight_kg, parcel.proof) == (cny("900"), Decimal("2.5"), ProofKind.NONE)

    def test_of_several_parcels_takes_none_of_them_for_the_shipment(self):
        form = a_form(parcels=[{"id": "A", "lost_percent": 40}, {"id": "B"}])
        found = facts(a_claim(declared_value=Decimal(900), weight_kg=Decimal("2.5")), form)

        assert [(parcel.value, parcel.weight_kg) for parcel in found.parcels] == [(None, None), (None, None)]

    def test_keeps_a_weight_that_was_told(self):
        form = a_form(parcels=[{"id": "A", "lost_percent": 40, "weight_kg": 3}])

        assert facts(a_claim(weight_kg=Decimal("2.5")), form).parcels[0].weight_kg == Decimal(3)

    def test_where_nothing_was_is_the_parcel_on_file(self):
        [parcel] = facts(declared_value=Decimal(900)).parcels
        [bare] = facts(declared_value=None).parcels

        assert (parcel.id, parcel.value) == ("773100000001", cny("900"))
        assert bare.value is None

    @pytest.mark.parametrize(
        ("told", "day"),
        [
            ({"delivered_at": at(-48), "last_event_at": at(-24)}, date(2026, 11, 18)),
            ({"last_event_at": at(-24)}, date(2026, 11, 19)),
            ({}, date(2026, 11, 20)),
        ],
        ids=["of its delivery", "of its last scan", "of the claim"],
    )
    def test_where_no_day_was_told_happened_on_the_day(self, told, day):
        assert facts(**told).event_on == day

    @pytest.mark.parametrize("relation", list(Relation))
    def test_of_the_claimant_is_what_the_law_tells_apart(self, relation):
        known = {Relation.SENDER: "sender", Relation.CONSIGNEE: "consignee"}

        assert facts(relation=relation).claimant == known.get(relation, "other")


class TestWhatWasPaid:
    def test_is_told_with_the_case_that_paid_it(self):
        found = facts(paid_amount=Decimal(30), paid_elsewhere=(a_payment("50"),))

        assert [(one.reference, one.paid_amount) for one in found.payments] == [
            ("CL-20261120-000001", cny("30")), ("CP-20261120-000009", cny("50")),
        ]  # fmt: skip

    @given(st.integers(0, 2000), st.integers(0, 2000))
    def test_is_never_owed_again(self, before, elsewhere):
        claim = a_claim(paid_amount=Decimal(before), paid_elsewhere=(a_payment(str(elsewhere)),) if elsewhere else ())

        assessed = assess(facts(claim))

        assert assessed.due.amount == max(assessed.amount.amount - before - elsewhere, Decimal(0))


class TestWhoAnswers:
    @pytest.mark.parametrize("kind", list(PartyKind))
    def test_counts_as_proposed_where_the_claimant_would_be_paid_less_for_it(self, kind):
        [fault] = facts(liability=a_liability(kind)).faults

        assert fault.decided_by == ("" if kind in REDUCING else RULE)

    def test_counts_once_a_person_decided_it(self):
        [fault] = facts(liability=a_liability(PartyKind.SENDER, decided_by="ag-sun")).faults

        assert (fault.kind, fault.share, fault.decided_by) == (PartyKind.SENDER, Decimal(100), "ag-sun")

    def test_is_nobody_before_anybody_proposed_it(self):
        assert facts(liability=None).faults == ()


class TestWhatSpeaksAgainstIt:
    @pytest.mark.parametrize(
        ("known", "reused"),
        [
            (Known(earlier_claims=4), False),
            (Known(earlier_claims=4, shared_account=True), True),
            (Known(earlier_claims=4, reused_evidence=True), True),
        ],
        ids=["nothing", "an account of another claimant", "a picture of another claim"],
    )
    def test_is_told_as_a_signal(self, known, reused):
        signals = facts(known=known).signals

        assert (signals.earlier_claims, signals.reused_evidence) == (4, reused)


class TestWhatTheDeskEstablished:
    def test_stands_over_what_was_told_and_what_is_on_file(self):
        claim = a_claim(established={"event_on": "2026-11-01", "mode": "air", "terms": {"explained": True}})
        found = facts(claim, a_form(happened_on="2026-11-18"))

        assert (found.event_on, found.mode) == (date(2026, 11, 1), ClaimMode.AIR)
        assert found.terms is not None
        assert found.terms.explained

    @pytest.mark.parametrize(
        ("established", "sentence"),
        [
            ({"event_on": "yesterday"}, "event_on: "),
            ({"lane": "far"}, "lane: "),
            ({"international": "perhaps"}, "international: "),
            ({"terms": {"explained": "perhaps"}}, "terms.explained: "),
            ({"event": "damage"}, "parcels: of a damage one must say how much of it is lost"),
        ],
    )
    def test_that_makes_no_sense_is_named(self, established, sentence):
        with pytest.raises(CannotAssess) as refused:
            facts(established=established)

        assert str(refused.value).startswith(sentence)

    def test_changes_of_a_part_only_what_it_names(self):
        assert merged({"a": {"b": 1, "c": 2}, "d": [1]}, {"a": {"b": 3}, "d": [2]}) == {"a": {"b": 3, "c": 2}, "d": [2]}

    @given(*(st.recursive(st.integers(), lambda inner: st.dictionaries(st.sampled_from("abc"), inner)),) * 2)
    def test_holds_wherever_it_says_something(self, told, over):
        laid = merged({"facts": told}, {"facts": over})

        assert merged(laid, {"facts": over}) == laid
        assert merged({"facts": told}, {}) == {"facts": told}


class TestWholeFacts:
    @given(st.integers(0, 10_000), st.integers(1, 10_000), st.integers(0, 60))
    def test_never_come_to_more_than_was_asked_for_where_no_floor_holds(self, claimed, declared, days):
        """Where the parcel is insured for what it is declared, the law asks for no more than the claim."""
        claim = a_claim(
            claimed=Decimal(claimed), declared_value=Decimal(declared), insured_amount=Decimal(declared),
            last_event_at=NOON - timedelta(days=days),
        )  # fmt: skip

        assessed = assess(facts(claim))

        assert assessed.due.amount <= max(Decimal(claimed), Decimal(0))
        assert assessed.claim == claim.case_no
