"""Bodies as they come over a connection: too slow, cut off, longer than they say, too many at once."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from deployments.gateway.bodies import Bodies
from deployments.gateway.refusal import Refusal
from deployments.gateway.settings import GatewaySettings

LIMITS = {"body_bytes_max": 100, "bytes_held_max": 150, "body_seconds_max": 0.05}


def part(content: bytes, *, last: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": content, "more_body": not last}


GONE = {"type": "http.disconnect"}


@pytest.fixture
def bodies() -> Bodies:
    return Bodies(GatewaySettings.model_validate(LIMITS))


async def read(bodies: Bodies, messages: Sequence[dict[str, Any]], *, at_once: int = 1, **headers: str) -> list[bytes]:
    """Read the same body so many times at once, none of which ends before all are read."""
    all_read = asyncio.Barrier(at_once)

    async def one() -> bytes:
        left = iter(messages)

        async def receive() -> dict[str, Any]:
            message = next(left, None)
            return message if message is not None else await asyncio.Future()

        async with bodies.body_of(headers, receive) as body:
            await all_read.wait()
            return body

    return await asyncio.gather(*(one() for _ in range(at_once)))


class TestBody:
    def test_is_put_together_from_its_parts(self, bodies: Bodies) -> None:
        assert asyncio.run(read(bodies, [part(b"ab"), part(b""), part(b"c", last=True)])) == [b"abc"]

    @pytest.mark.parametrize(
        ("messages", "headers", "status"),
        [
            ([part(b"a" * 101, last=True)], {}, 413),
            ([part(b"a" * 60), part(b"a" * 60)], {}, 413),
            ([part(b"a" * 60), part(b"a" * 60)], {"content-length": "10"}, 413),
            ([], {"content-length": "101"}, 413),
            ([part(b"a")], {}, 408),
            ([part(b"a")], {"content-length": "none"}, 408),
            ([part(b"a"), GONE], {}, 400),
        ],
        ids=["too large", "too large in parts", "longer than it says", "says it is too large", "too slow",
             "says nonsense", "cut off"],
    )  # fmt: skip
    def test_that_cannot_be_taken_is_refused(
        self, bodies: Bodies, messages: list[dict[str, Any]], headers: dict[str, str], status: int
    ) -> None:
        with pytest.raises(Refusal) as refused:
            asyncio.run(read(bodies, messages, **{name.replace("_", "-"): value for name, value in headers.items()}))

        assert refused.value.status == status
        assert bodies.held == 0


class TestBodiesTogether:
    def test_are_refused_when_they_are_too_much(self, bodies: Bodies) -> None:
        with pytest.raises(Refusal) as refused:
            asyncio.run(read(bodies, [part(b"a" * 80, last=True)], at_once=2))

        assert (refused.value.status, refused.value.headers) == (503, {"Retry-After": "5"})
        assert bodies.held == 0

    def test_are_taken_one_after_another(self, bodies: Bodies) -> None:
        for _ in range(3):
            assert asyncio.run(read(bodies, [part(b"a" * 80, last=True)])) == [b"a" * 80]
