"""Shipment registrations as the gateway gets them."""

from datetime import datetime, timedelta
from typing import Any

from deployments.sample_day import Post, SampleDay
from schemas.shipments import ShipmentRegistration


class TestRegistrations:
    def test_are_what_the_gateway_asks_for(self, registrations: list[dict[str, Any]]) -> None:
        understood = [ShipmentRegistration.model_validate(row) for row in registrations]

        assert len(understood) == 2000
        assert {row.currency for row in understood} == {"CNY"}

    def test_come_up_to_200_in_a_post_before_everything_else(self, day: SampleDay) -> None:
        posts = [post for post in day.posts if post.path == "/shipments"]

        assert [post.parcels for post in posts] == [200] * 10
        assert tuple(posts) == day.posts[:10]

    def test_write_times_with_the_chinese_offset(self, registrations: list[dict[str, Any]]) -> None:
        promises = [row["promised_at"] for row in registrations if row["promised_at"]]

        assert promises
        assert all(promise.endswith("+08:00") for promise in promises)

    def test_say_what_is_insured_and_for_how_much(self, registrations: list[dict[str, Any]]) -> None:
        assert all(row["insured"] is (row["insured_amount"] is not None) for row in registrations)
        assert {row["insured"] for row in registrations} == {True, False}

    def test_state_no_old_pickup_except_where_the_trace_is_really_missing(
        self, day: SampleDay, registrations: list[dict[str, Any]], now: datetime
    ) -> None:
        old = {
            row["waybill"]
            for row in registrations
            if row["picked_up_at"] and now - datetime.fromisoformat(row["picked_up_at"]) > timedelta(hours=24)
        }

        assert old
        assert old <= set(day.expected.waybills["no_trace"])

    def test_have_the_size_that_a_gateway_takes(self, accepted: list[Post]) -> None:
        assert max(len(post.body) for post in accepted if post.path == "/shipments") < 200_000
