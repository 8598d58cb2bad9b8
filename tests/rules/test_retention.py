"""How long a complaint's personal data is kept, by which row, and that every figure says where it comes from."""

from datetime import UTC, datetime, timedelta

import pytest
from factories import NOON

from rules.retention import HELD, RETENTION_PACK, drafts_kept, retention_of
from schemas.archives import HoldReason
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


class TestPack:
    def test_says_honestly_that_the_law_gives_no_figure_for_complaints(self):
        rows = RETENTION_PACK.rows("keep_complaint")

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
