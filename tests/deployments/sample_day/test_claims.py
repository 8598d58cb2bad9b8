"""What the day's customers claim: every plot, through every door of the gateway, each answered as it should be."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from adapters.vault.media import media_type_of
from deployments.gateway.claim_bodies import claim_in
from deployments.gateway.claims import CHANNELS
from deployments.gateway.uploads import Upload
from deployments.sample_day import Post, SampleDay, sample_day
from deployments.sample_day.claim_plots import CONSIGNMENTS, Plot
from deployments.sample_day.claims import BOOKED, CLAIMED, CLAIMED_LATER, DRAFT_PATH, PATH, claim_posts
from deployments.sample_day.network import network_csv
from rules.claims.approving import LEVELS
from rules.claims.form import missing_fields
from rules.claims.pack import CLAIM_PACK
from schemas.assessment import ClaimEvent
from schemas.claims import ClaimForm, Relation
from schemas.evidence import EvidenceKind, MediaType, OfferedPiece
from schemas.shipments import ShipmentRegistration

NOW = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
Told = tuple[Post, ClaimForm, list[OfferedPiece]]


@pytest.fixture(scope="module")
def told(day: SampleDay) -> list[Told]:
    """Read every claim as its door reads it."""
    claims = [post for post in day.claims if post.path.startswith(PATH)]
    return [(post, *claim_in(Upload(post.body, {}, []))) for post in claims]


@pytest.fixture(scope="module")
def bookings(day: SampleDay) -> list[ShipmentRegistration]:
    [post] = [post for post in day.claims if post.wave == BOOKED]
    return [ShipmentRegistration.model_validate(row) for row in json.loads(post.body)]


def of(told: list[Told], day: SampleDay, plot: Plot) -> list[Told]:
    return [one for one in told if day.plots[one[1].reference] is plot]


class TestClaims:
    def test_are_forty_to_sixty_of_every_plot(self, day: SampleDay) -> None:
        assert 40 <= len(day.plots) <= 60
        assert set(day.plots.values()) == set(Plot)

    def test_come_through_every_channel_that_comes_over_http(self, told: list[Told]) -> None:
        assert {form.channel for _, form, _ in told} == CHANNELS

    def test_are_of_every_event_that_a_story_tells(self, told: list[Told]) -> None:
        untold = {ClaimEvent.PARTIAL_LOSS, ClaimEvent.CONTENT_MISMATCH}

        assert {form.event for _, form, _ in told} == set(ClaimEvent) - untold

    def test_are_about_parcels_in_trouble_or_consignments_that_were_booked(
        self, day: SampleDay, told: list[Told], bookings: list[ShipmentRegistration]
    ) -> None:
        troubled = {telling.parcel.waybill for telling in day.tellings if telling.story.complaint}
        on_file = troubled | {one.waybill for one in bookings}

        unknown = [form for _, form, _ in told if form.waybill not in on_file]

        assert [day.plots[form.reference] for form in unknown] == [Plot.TOO_LATE]

    def test_are_told_twice_sent_twice_and_left_incomplete_now_and_then(self, day: SampleDay) -> None:
        keys = Counter(post.headers["Idempotency-Key"] for post in day.claims)

        assert set(keys.values()) == {1, 2}
        assert [key for key in keys if key.endswith("-again")]
        assert {post.path for post in day.claims if post.wave != BOOKED} == {PATH, DRAFT_PATH}
        assert {post.wave for post in day.claims} == {BOOKED, CLAIMED, CLAIMED_LATER}

    def test_say_how_they_must_be_answered(self, told: list[Told]) -> None:
        for post, form, _ in told:
            lacks = bool(missing_fields(form))
            again = post.headers["Idempotency-Key"].endswith("-again")
            assert post.answer == (200 if again else 201 if not lacks else 202 if post.path == DRAFT_PATH else 422)
            assert bool(post.refusal) is (post.answer == 422)

    def test_show_pictures_of_damage_each_another_one(self, told: list[Told]) -> None:
        first = [pieces for post, _, pieces in told if post.answer == 201]
        contents = [piece.content for pieces in first for piece in pieces]
        seen = [pieces for post, form, pieces in told if form.event is ClaimEvent.DAMAGE and post.answer == 201]

        assert {media_type_of(content, file_name="a.jpg") for content in contents} == {MediaType.JPEG}
        assert all(EvidenceKind.PHOTO_WHOLE in {piece.kind for piece in pieces} for pieces in seen)
        sent_twice = len(told) - len({post.headers["Idempotency-Key"] for post, _, _ in told})
        assert len(contents) - len(set(contents)) <= sent_twice * 6

    def test_name_nobody_and_no_account_that_there_is(self, told: list[Told]) -> None:
        assert all(form.claimant.phone.startswith("199000") for _, form, _ in told)
        assert all(form.payee.account.startswith("00000000") for _, form, _ in told if form.payee)

    def test_are_the_same_for_the_same_day(self, day: SampleDay) -> None:
        made = [claim_posts(day.tellings, now=NOW, rng=Random("a day")) for _ in range(2)]

        assert made[0] == made[1]

    def test_are_fewer_of_a_small_day_and_of_every_plot_that_its_parcels_allow(self) -> None:
        small = sample_day(seed=7, parcels=60, now=NOW, salt="pepper")

        assert set(small.plots.values()) >= {one.plot for one in CONSIGNMENTS} | {Plot.TOO_LATE}
        assert len(small.plots) < 25


class TestPlots:
    def test_of_consignments_reach_every_band_of_the_approvals(self, day: SampleDay, told: list[Told]) -> None:
        bands = {Plot.FOUR_EYES: "four_eyes", Plot.TWO_LEVELS: "two_levels", Plot.THREE_LEVELS: "three_levels"}
        names = [*LEVELS]
        for plot, band in bands.items():
            [(_, form, _)] = of(told, day, plot)
            assert form.claimed is not None
            assert form.claimed >= CLAIM_PACK.pick("approval_from", scope=band, on=NOW.date()).value
            above = names[names.index(band) + 1] if band != names[-1] else ""
            assert not above or form.claimed < CLAIM_PACK.pick("approval_from", scope=above, on=NOW.date()).value

    def test_of_goods_insured_in_part_claim_more_than_is_covered(
        self, day: SampleDay, told: list[Told], bookings: list[ShipmentRegistration]
    ) -> None:
        booked = {one.waybill: one for one in bookings}

        for _, form, _ in of(told, day, Plot.PARTLY_INSURED):
            one = booked[form.waybill]
            assert one.insured_amount is not None
            assert one.declared_value is not None
            assert one.insured_amount < one.declared_value

    def test_of_consignments_go_between_outlets_of_the_network(self, bookings: list[ShipmentRegistration]) -> None:
        named = network_csv()

        assert all(one.origin_outlet in named and one.destination_outlet in named for one in bookings)

    def test_of_clear_claims_ask_for_no_more_than_a_docket_takes(self, day: SampleDay, told: list[Told]) -> None:
        limit = CLAIM_PACK.pick("fast_track_up_to", on=NOW.date()).value

        assert all(form.claimed <= limit for _, form, _ in of(told, day, Plot.CLEAR) if form.claimed is not None)

    def test_of_one_who_comes_too_late_lies_beyond_every_period(self, day: SampleDay, told: list[Told]) -> None:
        [(_, form, _)] = of(told, day, Plot.TOO_LATE)

        assert form.happened_on is not None
        assert form.happened_on < NOW.date() - timedelta(days=3 * 365)

    def test_name_an_employee_somebody_who_reads_english_and_consignees_with_an_assignment(
        self, day: SampleDay, told: list[Told]
    ) -> None:
        assert {form.claimant.relation for _, form, _ in of(told, day, Plot.EMPLOYEE)} == {Relation.EMPLOYEE}
        assert {form.claimant.language for _, form, _ in of(told, day, Plot.IN_ENGLISH)} == {"en"}
        whole = [one for plot in (Plot.CLEAR, Plot.IN_ENGLISH) for one in of(told, day, plot) if one[0].answer == 201]
        assigned = [pieces for _, form, pieces in whole if form.claimant.relation is Relation.CONSIGNEE]
        assert assigned
        assert all(EvidenceKind.ASSIGNMENT_OF_CLAIM in {piece.kind for piece in pieces} for pieces in assigned)

    def test_without_an_account_name_none(self, day: SampleDay, told: list[Told]) -> None:
        assert {form.payee for _, form, _ in of(told, day, Plot.NO_ACCOUNT)} == {None}
