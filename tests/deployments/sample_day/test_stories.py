"""What happens to the parcels of a sample day, and how often."""

from collections import Counter

import pytest

from deployments.sample_day.plots import Complaint
from deployments.sample_day.scans import Scan
from deployments.sample_day.stories import HEALTHY, STORIES, TROUBLED, told


class TestTold:
    def test_gives_every_parcel_a_story(self) -> None:
        assert len(told(1234)) == 1234

    def test_troubles_about_22_parcels_in_a_hundred(self) -> None:
        assert sum(story.complaint is not None for story in told(2000)) == 440

    @pytest.mark.parametrize(
        ("complaint", "least", "most"),
        [
            (Complaint.LOST_OR_SHORT, 0.237, 0.286),
            (Complaint.DAMAGE, 0.225, 0.236),
            (Complaint.DELAY, 0.23, 0.25),
            (Complaint.DELIVERY_SERVICE, 0.226, 0.31),
        ],
        ids=str,
    )
    def test_has_the_mix_of_complaints_of_the_state_post_bureau(
        self, complaint: Complaint, least: float, most: float
    ) -> None:
        mix = Counter(story.complaint for story in told(2000) if story.complaint)

        assert least <= mix[complaint] / mix.total() <= most

    def test_keeps_the_mix_in_a_small_sample(self) -> None:
        mix = Counter(story.complaint for story in told(200) if story.complaint)

        assert min(mix[complaint] for complaint in Complaint) >= 9

    def test_tells_every_story_in_a_day_of_2000_parcels(self) -> None:
        assert {story.name for story in told(2000)} == set(STORIES)


class TestStories:
    def test_cover_every_scan(self) -> None:
        used = {step.scan for story in STORIES.values() for step in story.steps}

        assert used == set(Scan)

    @pytest.mark.parametrize("story", HEALTHY, ids=lambda story: story.name)
    def test_of_healthy_parcels_have_nothing_to_complain_of_and_nothing_late(self, story) -> None:
        assert story.complaint is None
        assert not any(step.late for step in story.steps)

    @pytest.mark.parametrize("story", TROUBLED, ids=lambda story: story.name)
    def test_of_troubled_parcels_are_cured_only_by_late_scans(self, story) -> None:
        late = [step.late for step in story.steps]

        assert late == sorted(late)
        assert any(late) or not story.cured

    def test_keep_from_sf_only_what_its_push_cannot_say(self) -> None:
        assert {story.name for story in STORIES.values() if not story.reaches_sf} == {"booked", "uncollected"}
