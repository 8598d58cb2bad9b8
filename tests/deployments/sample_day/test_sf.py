"""SF's route pushes."""

from collections import Counter
from typing import Any

import pytest

from deployments.sample_day import Post
from deployments.sample_day.sf import SfEnvelope

Routed = list[tuple[Post, list[Any]]]


class TestRoutePushes:
    def test_have_at_most_ten_routes(self, routed: Routed) -> None:
        assert routed
        assert all(1 <= len(routes) <= 10 for _, routes in routed)

    def test_tell_each_node_once_except_in_posts_sent_again(self, routed: Routed) -> None:
        once = {post.body: routes for post, routes in routed}
        numbers = Counter(route["id"] for routes in once.values() for route in routes if isinstance(route, dict))

        assert max(numbers.values()) == 1
        assert len(once) < len(routed)

    def test_come_as_xml_in_about_a_quarter_of_the_posts(self, routed: Routed) -> None:
        as_xml = sum(b"RoutePushService" in post.body for post, _ in routed)

        assert as_xml / len(routed) == pytest.approx(0.25, abs=0.07)

    def test_come_out_of_order_now_and_then(self, routed: Routed) -> None:
        times: dict[str, list[str]] = {}
        for _, routes in routed:
            for route in routes:
                if isinstance(route, dict):
                    times.setdefault(route["mailno"], []).append(route.get("acceptTime", ""))
        disordered = sum(parcel != sorted(parcel) for parcel in times.values())

        assert 0.1 < disordered / len(times) < 0.6

    def test_mix_several_parcels_in_a_post(self, routed: Routed) -> None:
        assert max(post.parcels for post, _ in routed) >= 5


class TestSfEnvelope:
    def test_refuses_to_spell_a_bare_number_as_xml(self) -> None:
        with pytest.raises(TypeError, match="XML has no place for a route that is 5"):
            SfEnvelope(as_xml=True).body([5])
