"""What must be told of a claim before anybody works on it, and what a later telling adds to it (R78, R86)."""

from decimal import Decimal
from typing import Any

import pytest
from claims import a_form
from hypothesis import given
from hypothesis import strategies as st

from rules.claims.form import completed, missing_fields, wanted_fields
from schemas.assessment import EXTENT_NEEDED, ClaimEvent
from schemas.claims import ClaimForm

lines = st.text(st.characters(categories=("L", "N")), max_size=12)


def lacking(**changes: Any) -> list[str]:
    return [field.at for field in missing_fields(a_form(**changes))]


class TestMissingFields:
    def test_are_none_of_a_form_told_in_full(self):
        assert lacking() == []

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"claimant": {"name": ""}}, "claimant.name"),
            ({"claimant": {"phone": ""}}, "claimant.phone"),
            ({"claimant": {"phone": "call me"}}, "claimant.phone"),
            ({"claimant": {"relation": ""}}, "claimant.relation"),
            ({"waybill": ""}, "waybill"),
            ({"account": ""}, "account"),
            ({"parcels": []}, "parcels"),
            ({"parcels": [{"id": "A"}]}, "parcels"),
        ],
    )
    def test_name_what_was_not_told(self, changes, field):
        assert lacking(**changes) == [field]

    def test_are_in_the_order_in_which_they_are_asked_for(self):
        bare = ClaimForm.model_validate({"channel": "hotline", "event": "damage"})

        assert [field.at for field in missing_fields(bare)] == [
            "claimant.name", "claimant.phone", "claimant.relation", "waybill", "account", "parcels",
        ]  # fmt: skip

    def test_take_an_address_for_a_telephone(self):
        assert lacking(claimant={"phone": "", "email": "zhao@example.test"}) == []

    @pytest.mark.parametrize("event", list(ClaimEvent))
    def test_ask_how_much_is_gone_only_where_it_is_not_all(self, event):
        assert lacking(event=event, parcels=[]) == (["parcels"] if event in EXTENT_NEEDED else [])

    @pytest.mark.parametrize("extent", [{"lost_percent": 0}, {"lost_pieces": 0}, {"lost_value": 0}])
    def test_take_even_nothing_for_an_answer_to_how_much(self, extent):
        assert lacking(parcels=[{"id": "A", **extent}]) == []

    def test_say_in_both_languages_by_which_rule_they_are_asked_for(self):
        [field] = missing_fields(a_form(waybill=""))

        assert (field.rule, field.zh, field.en) == ("R78", "运单号", "the waybill")


class TestWantedFields:
    def test_say_of_names_what_they_are_in_the_order_in_which_they_are_asked_for(self):
        assert [field.at for field in wanted_fields({"parcels", "claimant.name"})] == ["claimant.name", "parcels"]


class TestCompleted:
    def test_adds_what_is_told_now(self):
        later = ClaimForm.model_validate({"channel": "website", "event": "damage", "claimed": 60, "reference": "A-1"})

        merged = completed(a_form(), later)

        assert (merged.claimed, merged.reference, merged.channel) == (Decimal(60), "A-1", "website")

    def test_changes_of_the_claimant_only_what_is_told(self):
        later = ClaimForm.model_validate(
            {"channel": "hotline", "event": "damage", "claimant": {"email": "zhao@example.test"}}
        )

        claimant = completed(a_form(), later).claimant
        assert claimant == a_form().claimant.model_copy(update={"email": "zhao@example.test"})

    def test_adds_to_a_parcel_what_is_told_of_it_now(self):
        later = a_form(parcels=[{"id": "773000000001", "contents": "瓷碗", "weight_kg": 2}])

        [parcel] = completed(a_form(), later).parcels
        assert (parcel.contents, parcel.weight_kg) == ("瓷碗", Decimal(2))
        assert (parcel.value, parcel.proof, parcel.lost_percent) == (Decimal(100), "invoice", Decimal(40))

    def test_takes_how_much_of_a_parcel_is_gone_as_it_was_told_last(self):
        later = a_form(parcels=[{"id": "773000000001", "lost_pieces": 1}])

        [parcel] = completed(a_form(), later).parcels
        assert (parcel.lost_pieces, parcel.lost_percent, parcel.value) == (1, None, Decimal(100))

    def test_takes_the_parcels_that_were_told_of_last_for_all_of_them(self):
        later = a_form(parcels=[{"id": "B", "lost_percent": 10}, {"id": "C"}])

        assert [parcel.id for parcel in completed(a_form(), later).parcels] == ["B", "C"]
        assert completed(a_form(), a_form(parcels=[])).parcels == a_form().parcels

    def test_says_what_a_business_said_of_itself(self):
        later = ClaimForm.model_validate({"channel": "hotline", "event": "damage", "consumer": False})

        assert not completed(a_form(), later).consumer
        assert completed(a_form(), a_form()).consumer

    def test_hands_on_an_account_only_from_the_telling_that_names_it(self):
        assert completed(a_form(payee=None), a_form()).payee == a_form().payee
        assert completed(a_form(), a_form(payee=None)).payee is None

    @given(
        st.builds(
            a_form,
            account=lines,
            reference=lines,
            claimed=st.none() | st.integers(0, 500),
            consumer=st.booleans(),
            claimant=st.fixed_dictionaries({"name": lines, "language": st.sampled_from(["", "zh", "en"])}),
            payee=st.none(),
        )
    )
    def test_keeps_everything_that_was_told_where_the_later_telling_says_nothing(self, earlier):
        silent = ClaimForm(channel=earlier.channel, event=earlier.event)

        assert completed(earlier, silent) == earlier

    @given(st.lists(st.builds(a_form, reference=lines, payee=st.none()), min_size=1, max_size=4))
    def test_is_in_the_end_as_it_was_told_last(self, tellings):
        merged = tellings[0]
        for later in tellings[1:]:
            merged = completed(merged, later)

        assert merged.reference == next((one.reference for one in reversed(tellings) if one.reference), "")
