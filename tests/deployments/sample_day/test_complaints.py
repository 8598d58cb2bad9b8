"""What the day's customers complain of: all channels, all types, repeats and drafts, each answered as it should be."""

import json
from collections import Counter
from random import Random

import pytest

from deployments.sample_day.answers import answer_posts
from deployments.sample_day.complaints import CHANNELS, PATH
from deployments.sample_day.posts import COMPLAINTS, SampleDay
from schemas.complaints import Channel, ComplaintRecord, ComplaintType
from schemas.inquiries import GivenAnswer


@pytest.fixture(scope="module")
def records(day: SampleDay) -> list[ComplaintRecord]:
    """Read every post as its door reads it."""
    return [ComplaintRecord.model_validate_json(post.body) for post in day.complaints]


class TestComplaints:
    def test_come_through_every_channel_but_the_regulators(self, records: list[ComplaintRecord]) -> None:
        assert {record.channel for record in records} == set(Channel) - {Channel.REGULATOR}
        assert set(CHANNELS) == {record.channel.value for record in records}

    def test_are_of_every_type(self, records: list[ComplaintRecord]) -> None:
        assert {record.type for record in records} == set(ComplaintType)

    def test_are_about_parcels_of_the_day_in_trouble(self, day: SampleDay, records: list[ComplaintRecord]) -> None:
        troubled = {telling.parcel.waybill for telling in day.tellings if telling.story.complaint}

        assert {record.waybill for record in records if record.waybill} <= troubled

    def test_are_told_twice_sent_twice_and_left_incomplete_now_and_then(self, day: SampleDay) -> None:
        keys = Counter(post.headers["Idempotency-Key"] for post in day.complaints)

        assert set(keys.values()) == {1, 2}
        assert [key for key in keys if key.endswith("-again")]
        assert {post.path for post in day.complaints} == {PATH, f"{PATH}?draft=true"}
        assert {post.wave for post in day.complaints} == {COMPLAINTS}

    def test_demand_money_only_where_something_is_gone_or_broken(self, records: list[ComplaintRecord]) -> None:
        paid_for = {record.type for record in records if record.demand.amount}

        assert paid_for <= {ComplaintType.LOSS, ComplaintType.SHORT, ComplaintType.DAMAGE}
        assert paid_for

    def test_are_the_same_for_the_same_day(self, day: SampleDay) -> None:
        first = json.loads(day.complaints[0].body)

        assert first["customer"]["phone"].startswith("199000")


class TestAnswers:
    def test_are_given_by_some_departments_in_words_that_a_rule_can_go_on_from(self) -> None:
        asked = [(f"IQ-20261120-{number:06d}", "示例城东网点") for number in range(200)]

        posts = answer_posts(asked, rng=Random("a day"))

        answers = [GivenAnswer.model_validate_json(post.body) for post in posts]
        assert 90 < len(posts) < 150
        assert {answer.answered_by for answer in answers} == {"示例城东网点"}
        assert len({answer.code for answer in answers}) == 5
        assert posts[0].path.startswith("/inquiries/IQ-")
