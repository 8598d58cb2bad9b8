"""Named requests are remembered for thirty days."""

from factories import NOON, at

from store.requests import NamedRequest, answered_before, once
from store.unit_of_work import unit_of_work
from tasks.inquiries.forgetting import forget_old_requests


class TestForgetOldRequests:
    def test_keeps_those_that_may_be_sent_again(self) -> None:
        old, young = (NamedRequest("api EAST", key, b"") for key in ("old", "young"))
        with unit_of_work() as connection:
            once(connection, old, dict, at=at(-30 * 24 - 1))
            once(connection, young, dict, at=NOON)

        assert forget_old_requests.fn() == 1
        with unit_of_work() as connection:
            assert [answered_before(connection, request) for request in (old, young)] == [None, {}]
