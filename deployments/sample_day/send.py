"""Sending posts to the gateway over HTTP, as the carriers' servers would: several at a time, patiently.

What is in the posts is posts.py's business; here only whether each was taken.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from deployments.sample_day import claims, complaints, registrations, sf
from deployments.sample_day.posts import Post

CONNECTIONS = 4
TIMEOUT_S = 30.0
ATTEMPTS_MAX = 7
PAUSE_FIRST_S = 0.2
PAUSE_LONGEST_S = 5.0
ANSWER_SHOWN_MAX = 300
KEYED_PATHS = (registrations.PATH, sf.PATH, complaints.PATH, claims.PATH, "/inquiries/")
"""Doors that ask for the API key; Kuaidi100 signs its pushes instead."""
BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


class PostRefused(Exception):
    """The gateway refused a post that it should have accepted, or answered it in another way than it should."""


class GatewayUnreachable(Exception):
    """No answer came, however often it was tried."""


@dataclass(frozen=True)
class SendReport:
    """What became of the posts of one wave."""

    wave: int
    accepted: int
    refused: Mapping[int, int]  # HTTP status -> posts, all of which had to be refused
    wrongly_accepted: tuple[str, ...]  # why each should have been refused
    retries: int
    seconds: float

    @property
    def posts(self) -> int:
        """All that were sent."""
        return self.accepted + sum(self.refused.values())


@dataclass(frozen=True)
class _Answer:
    post: Post
    status: int
    accepted: bool
    retries: int


def send(
    posts: Iterable[Post],
    base_url: str,
    api_key: str,
    *,
    wave: int,
    progress: Console | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> SendReport:
    """Send the posts of one wave and report how they were answered; `progress` is told how far it is.

    Raises:
        PostRefused: the gateway answered otherwise than it should; the message has its answer.
        GatewayUnreachable: it could not be reached at all.
    """
    chosen = [post for post in posts if post.wave == wave]
    started = time.monotonic()
    with (
        httpx.Client(
            base_url=base_url,
            timeout=TIMEOUT_S,
            trust_env=False,  # a proxy of the environment is not for the loopback
            limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
        ) as client,
        ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="sample-day") as senders,
        _progress(progress, wave=wave, total=len(chosen)) as one_sent,
    ):
        answers = []
        for answer in senders.map(lambda post: _deliver(post, client=client, api_key=api_key, pause=pause), chosen):
            answers.append(answer)
            one_sent()
    return _report(answers, wave=wave, seconds=time.monotonic() - started)


def _deliver(post: Post, *, client: httpx.Client, api_key: str, pause: Callable[[float], None]) -> _Answer:
    headers = {"Content-Type": post.content_type, **post.headers}
    if post.path.startswith(KEYED_PATHS):
        headers["X-API-Key"] = api_key
    for retries in range(ATTEMPTS_MAX):
        last = retries == ATTEMPTS_MAX - 1
        try:
            response = client.post(post.path, content=post.body, headers=headers)
        except httpx.TransportError as error:
            if last:
                raise GatewayUnreachable(
                    f"{client.base_url.join(post.path)} did not answer in {ATTEMPTS_MAX} attempts: {error}"
                ) from error
        else:
            if response.status_code not in BUSY or last:
                return _judged(post, response, retries)
        pause(min(PAUSE_FIRST_S * 2**retries, PAUSE_LONGEST_S))
    raise AssertionError("the last attempt neither answered nor failed")


def _judged(post: Post, response: httpx.Response, retries: int) -> _Answer:
    as_due = response.is_success or post.refusal if post.answer is None else response.status_code == post.answer
    if as_due:
        return _Answer(post, response.status_code, response.is_success, retries)
    raise PostRefused(
        f"the gateway answered {post.path} with {response.status_code} {response.reason_phrase}: "
        f"{response.text[:ANSWER_SHOWN_MAX]}"
    )


def _report(answers: Sequence[_Answer], *, wave: int, seconds: float) -> SendReport:
    accepted = [answer.post for answer in answers if answer.accepted]
    return SendReport(
        wave=wave,
        accepted=len(accepted),
        refused=Counter(answer.status for answer in answers if not answer.accepted),
        wrongly_accepted=tuple(post.refusal for post in accepted if post.refusal),
        retries=sum(answer.retries for answer in answers),
        seconds=seconds,
    )


@contextmanager
def _progress(console: Console | None, *, wave: int, total: int) -> Iterator[Callable[[], None]]:
    """Show a bar on a terminal, a line every quarter elsewhere, and nothing without a console."""
    if console is None:
        yield lambda: None
    elif console.is_terminal:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console) as bar:
            task = bar.add_task(f"Sending wave {wave}", total=total)
            yield lambda: bar.advance(task)
    else:
        yield _quarters(console, wave=wave, total=total)


def _quarters(console: Console, *, wave: int, total: int) -> Callable[[], None]:
    due = {max(1, total * quarter // 4): quarter * 25 for quarter in (1, 2, 3, 4)}
    sent = 0

    def one_sent() -> None:
        nonlocal sent
        sent += 1
        if sent in due:
            console.print(f"Sending wave {wave}: {due[sent]} %, {sent} of {total} posts", highlight=False)

    return one_sent
