"""Sending a day to a gateway: here a small HTTP server that answers as each test asks."""

import io
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from rich.console import Console

from deployments.sample_day import Post, PostRefused, SampleDay, send
from deployments.sample_day.send import GatewayUnreachable

Answer = tuple[int, str]
KEY = "key-of-the-test"


class Gateway:
    """Keeps what it was sent and answers with `answer(path, body)`."""

    def __init__(self) -> None:
        self.answer: Callable[[str, bytes], Answer] = lambda path, body: (200, "")
        self.received: list[tuple[str, bytes, dict[str, str]]] = []
        self.connections: set[Any] = set()
        self.url = ""

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        self.received.append((request.path, body, dict(request.headers)))
        self.connections.add(request.client_address)
        status, text = self.answer(request.path, body)
        request.send_response(status)
        request.send_header("Content-Length", str(len(text.encode())))
        request.end_headers()
        request.wfile.write(text.encode())


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    served = Gateway()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # keeps connections alive

        def do_POST(self) -> None:
            served.handle(self)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name that the class has
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        served.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield served
        server.shutdown()
        thread.join()


def a_post(
    path: str = "/feeds/sf", *, wave: int = 1, body: bytes = b"{}", refusal: str = "", answer: int | None = None
) -> Post:
    return Post(
        wave=wave, path=path, content_type="application/json", body=body, parcels=1, refusal=refusal, answer=answer
    )


def never_pause(seconds: float) -> None:
    raise AssertionError(f"nothing should have been tried again, after {seconds} s")


class TestSend:
    def test_delivers_every_post_of_the_wave_and_no_other(self, gateway: Gateway) -> None:
        posts = [a_post(body=b"1"), a_post(body=b"2", wave=2), a_post(body=b"3")]

        report = send(posts, gateway.url, KEY, wave=1, pause=never_pause)

        assert sorted(body for _, body, _ in gateway.received) == [b"1", b"3"]
        assert (report.posts, report.accepted, report.refused, report.retries) == (2, 2, {}, 0)

    def test_delivers_a_whole_day_over_at_most_four_connections(self, gateway: Gateway, day: SampleDay) -> None:
        late = [post for post in day.posts if post.wave == 2]

        report = send(day.posts, gateway.url, KEY, wave=2, pause=never_pause)

        assert report.accepted == len(late)
        assert sorted(body for _, body, _ in gateway.received) == sorted(post.body for post in late)
        assert len(gateway.connections) <= 4

    @pytest.mark.parametrize(
        ("path", "key"),
        [("/shipments", KEY), ("/feeds/sf", KEY), ("/claims", KEY), ("/feeds/kuaidi100", None)],
        ids=lambda value: value,
    )
    def test_shows_the_api_key_where_the_push_is_not_signed(self, gateway: Gateway, path: str, key: str | None) -> None:
        send([a_post(path)], gateway.url, KEY, wave=1)

        headers = gateway.received[0][2]
        assert headers.get("X-API-Key") == key
        assert headers["Content-Type"] == "application/json"

    def test_counts_refusals_that_are_due_by_their_status(self, gateway: Gateway) -> None:
        gateway.answer = lambda path, body: {b"shape": (400, "no"), b"sign": (401, "no")}.get(body, (202, "yes"))
        posts = [a_post(), a_post(body=b"shape", refusal="no envelope"), a_post(body=b"sign", refusal="bad signature")]

        report = send(posts, gateway.url, KEY, wave=1, pause=never_pause)

        assert (report.accepted, report.refused, report.wrongly_accepted) == (1, {400: 1, 401: 1}, ())

    def test_reports_what_was_accepted_and_should_not_have_been(self, gateway: Gateway) -> None:
        report = send([a_post(refusal="bad signature")], gateway.url, KEY, wave=1)

        assert report.wrongly_accepted == ("bad signature",)

    def test_names_the_answer_to_a_post_that_should_have_been_accepted(self, gateway: Gateway) -> None:
        gateway.answer = lambda path, body: (422, "waybill is too short")

        with pytest.raises(PostRefused, match=r"answered /feeds/sf with 422 .*: waybill is too short"):
            send([a_post()] * 1000, gateway.url, KEY, wave=1, pause=never_pause)

        assert len(gateway.received) < 1000

    @pytest.mark.parametrize("status", [201, 422])
    def test_takes_the_very_answer_that_is_due(self, gateway: Gateway, status: int) -> None:
        gateway.answer = lambda path, body: (status, "")

        report = send([a_post("/claims", answer=status)], gateway.url, KEY, wave=1, pause=never_pause)

        assert report.posts == 1

    def test_names_an_answer_that_accepts_in_another_way_than_is_due(self, gateway: Gateway) -> None:
        gateway.answer = lambda path, body: (202, "kept as a draft")

        with pytest.raises(PostRefused, match=r"answered /claims with 202 .*: kept as a draft"):
            send([a_post("/claims", answer=201)], gateway.url, KEY, wave=1, pause=never_pause)

    def test_tries_again_while_the_gateway_is_busy(self, gateway: Gateway) -> None:
        answers = iter([(503, "starting"), (503, "starting"), (200, "")])
        gateway.answer = lambda path, body: next(answers)
        pauses: list[float] = []

        report = send([a_post()], gateway.url, KEY, wave=1, pause=pauses.append)

        assert (report.accepted, report.retries) == (1, 2)
        assert pauses == [0.2, 0.4]

    def test_gives_up_on_a_gateway_that_stays_busy(self, gateway: Gateway) -> None:
        gateway.answer = lambda path, body: (503, "still starting")

        with pytest.raises(PostRefused, match=r"503 .*still starting"):
            send([a_post()], gateway.url, KEY, wave=1, pause=lambda seconds: None)

    def test_says_that_nobody_answers(self) -> None:
        pauses: list[float] = []

        with pytest.raises(GatewayUnreachable, match="/feeds/sf did not answer in 7 attempts"):
            send([a_post()], f"http://127.0.0.1:{_a_closed_port()}", KEY, wave=1, pause=pauses.append)

        assert pauses == sorted(pauses)
        assert len(pauses) == 6


class TestProgress:
    def test_is_a_line_every_quarter_where_there_is_no_terminal(self, gateway: Gateway) -> None:
        console = Console(file=io.StringIO(), force_terminal=False, width=100)

        send([a_post()] * 8, gateway.url, KEY, wave=1, progress=console)

        assert console.file.getvalue().splitlines() == [
            "Sending wave 1: 25 %, 2 of 8 posts",
            "Sending wave 1: 50 %, 4 of 8 posts",
            "Sending wave 1: 75 %, 6 of 8 posts",
            "Sending wave 1: 100 %, 8 of 8 posts",
        ]

    def test_is_a_bar_on_a_terminal(self, gateway: Gateway) -> None:
        console = Console(file=io.StringIO(), force_terminal=True, width=100)

        send([a_post()] * 8, gateway.url, KEY, wave=1, progress=console)

        assert "8/8" in console.file.getvalue()


def _a_closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
