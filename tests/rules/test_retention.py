"""How long personal data of complaints and claims is kept, by which row, and that every figure has its source."""

from datetime import UTC, datetime, timedelta

import pytest
from claim_factories import a_claim
from factories import NOON

from rules.retention import (
    HELD,
    RETENTION_PACK,
    claims_kept,
    drafts_kept,
    payouts_kept,
    retention_of,
    retention_of_claim,
    retention_of_payout,
)
from schemas.archives import HoldReason
from schemas.claims import Ending as ClaimEnding
from schemas.complaints import Channel, Complaint, ComplaintType, Ending, State


def a_complaint(**changes: object) -> Complaint:
    return Complaint.model_validate({
        "case_no": "CP-20261120-000001", "type": ComplaintType.DELAY, "channel": Channel.HOTLINE,
        "state": State.CONCLUDED, "version": 1, "opened_at": NOON, "state_since": NOON, "ending": Ending.ACCEPTED,
        **changes,
    })  # fmt: skip


class TestRetentionOf:
    @pytest.mark.parametrize(
        ("ending", "days"),
        [
            (Ending.AT_ONCE, 1096),
            (Ending.ACCEPTED, 1096),
            (Ending.UNOBJECTED, 1096),
            (Ending.EXPLAINED, 1096),
            (Ending.BY_HAND, 1096),
            (Ending.WITHDRAWN, 366),
            (Ending.ABANDONED, 90),
        ],
    )
    def test_follows_the_ending(self, ending, days):
        assert retention_of(a_complaint(ending=ending), closed_at=NOON).until == NOON + timedelta(days=days)

    def test_keeps_what_the_regulator_passed_on_as_long_as_an_appeal(self):
        passed_on = a_complaint(channel=Channel.REGULATOR, ending=Ending.WITHDRAWN)

        kept = retention_of(passed_on, closed_at=NOON)

        assert kept.until == NOON + timedelta(days=1096)
        assert "keep_appeal_materials[*]@" in kept.basis

    def test_keeps_for_three_years_at_least_whatever_leap_day_is_among_them(self):
        closed = datetime(2027, 3, 1, tzinfo=UTC)

        assert retention_of(a_complaint(), closed_at=closed).until >= datetime(2030, 3, 1, tzinfo=UTC)

    def test_names_the_row_that_it_follows(self):
        assert retention_of(a_complaint(), closed_at=NOON).basis == "retention 2026.12: keep_complaint[*]@2012-05-01"


class TestRetentionOfClaim:
    @pytest.mark.parametrize(
        ("ending", "days"),
        [
            (ClaimEnding.SETTLED, 1096),
            (ClaimEnding.DENIED, 1096),
            (ClaimEnding.TIME_BARRED, 1096),
            (ClaimEnding.PRIVATELY_SETTLED, 1096),
            (ClaimEnding.NOTHING_OWED, 1096),
            (ClaimEnding.WITHDRAWN, 366),
            (ClaimEnding.ABANDONED, 90),
        ],
    )
    def test_follows_the_ending(self, ending, days):
        kept = retention_of_claim(a_claim(ending=ending), closed_at=NOON)

        assert kept.until == NOON + timedelta(days=days)
        assert kept.basis.startswith("retention 2026.12: keep_claim[")

    def test_is_never_over_before_the_shortest_time_of_its_ending(self):
        shortest = claims_kept()

        for ending in ClaimEnding:
            until = retention_of_claim(a_claim(ending=ending), closed_at=NOON).until
            assert until - NOON >= shortest.get(ending, shortest["*"])


class TestRetentionOfPayout:
    def test_outlasts_thirty_years_after_the_year_of_the_payment(self):
        paid = datetime(2026, 1, 1, tzinfo=UTC)

        kept = retention_of_payout(paid)

        assert kept.until >= datetime(2057, 1, 1, tzinfo=UTC)
        assert kept.until - paid >= payouts_kept()

    def test_is_longer_than_of_anything_else_of_a_claim(self):
        assert payouts_kept() > max(claims_kept().values())

    def test_names_the_regulation_and_says_what_of_it_is_our_reading(self):
        [row] = RETENTION_PACK.rows("keep_payout")

        assert "会计档案管理办法" in row.source
        assert "our reading" in row.source
        assert row.verified == "assumption"


class TestPack:
    @pytest.mark.parametrize("id_", ["keep_complaint", "keep_claim"])
    def test_says_honestly_that_the_law_gives_no_figure(self, id_):
        rows = RETENTION_PACK.rows(id_)

        assert {row.verified for row in rows} == {"assumption"}
        assert all("the figure is ours" in row.source for row in rows)

    def test_says_where_the_figure_for_appeals_was_read(self):
        [row] = RETENTION_PACK.rows("keep_appeal_materials")

        assert row.verified == "assumption"
        assert "secondary pages" in row.source

    def test_keeps_a_draft_for_the_shortest_time(self):
        assert drafts_kept() == timedelta(days=90)


class TestHeld:
    def test_has_words_for_every_reason(self):
        assert set(HELD) == set(HoldReason)
