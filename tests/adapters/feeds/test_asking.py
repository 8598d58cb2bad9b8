"""The exchange that all clients share: what is an answer, what may pass, what stays; no message holds a URL."""

import gzip
from collections.abc import Callable, Iterator

import httpx
import pytest

from adapters import Refused, Unavailable
from adapters.feeds.asking import ANSWER_BYTES_MAX, Limits, Number, exchange

SECRET = "https://example.org/track?key=hunter2"


def asked(answer: Callable[[httpx.Request], httpx.Response]) -> bytes:
    """Exchange a request for what a stand-in answers."""
    with httpx.Client(transport=httpx.MockTransport(answer)) as connection:
        return exchange(connection, httpx.Request("GET", SECRET), provider="The provider")


def endless() -> Iterator[bytes]:
    """Answer without an end, so that only a bound ends it."""
    while True:
        yield b" " * 100_000


class TestExchange:
    @pytest.mark.parametrize("status", [200, 201, 204])
    def test_gives_the_body_as_it_came(self, status):
        assert asked(lambda request: httpx.Response(status, content=b"\xef\xbb\xbf{}\r\n")) == b"\xef\xbb\xbf{}\r\n"

    def test_gives_the_body_out_of_its_compression(self):
        packed = gzip.compress(b"{}")

        assert asked(lambda request: httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=packed)) == b"{}"

    @pytest.mark.parametrize("status", [429, 500, 502, 503])
    def test_may_be_tried_again_where_the_provider_is_busy(self, status):
        with pytest.raises(Unavailable, match=f"^The provider answered {status}$"):
            asked(lambda request: httpx.Response(status))

    @pytest.mark.parametrize("status", [301, 400, 401, 403, 404])
    def test_is_refused_by_any_other_status(self, status):
        with pytest.raises(Refused, match=f"^The provider answered {status}$"):
            asked(lambda request: httpx.Response(status, headers={"Location": SECRET}))

    @pytest.mark.parametrize("kind", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError])
    def test_may_be_tried_again_where_nobody_answers(self, kind):
        def broken(request: httpx.Request) -> httpx.Response:
            raise kind(f"cannot reach {SECRET}", request=request)

        with pytest.raises(Unavailable, match=rf"^The provider cannot be reached: {kind.__name__}$"):
            asked(broken)

    def test_does_not_read_an_endless_answer(self):
        with pytest.raises(Refused, match=f"more than {ANSWER_BYTES_MAX} bytes"):
            asked(lambda request: httpx.Response(200, content=endless()))

    def test_does_not_unpack_more_than_it_would_read(self):
        bomb = gzip.compress(bytes(ANSWER_BYTES_MAX * 4))

        with pytest.raises(Refused, match=f"more than {ANSWER_BYTES_MAX} bytes"):
            asked(lambda request: httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=bomb))

    def test_is_refused_where_the_answer_cannot_be_unpacked(self):
        with pytest.raises(Refused, match=r"^The provider answered what cannot be decompressed$"):
            asked(lambda request: httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=_Plain()))


class _Plain(httpx.SyncByteStream):
    """A body that is not what its headers say."""

    def __iter__(self) -> Iterator[bytes]:
        yield b"not gzip"


class TestLimits:
    def test_are_careful_where_a_provider_says_nothing(self):
        assert Limits() == (1, 1800, 1.0)

    def test_count_numbers_that_need_no_more_than_a_waybill(self):
        assert Number("SC1") == ("SC1", "", "")
