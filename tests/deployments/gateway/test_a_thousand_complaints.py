"""A thousand complaints from 20 senders at once over HTTP: each is accounted for, none is there twice (R60, R68)."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from random import Random
from threading import local
from typing import Any

import httpx
import pytest
from gateway_under_test import running_gateway
from generated_complaints import HOSTILE, IN_ALL, LACKING, POISON, SENT_TWICE, TOLD_AGAIN, Sending, a_thousand

from store.case_history import broken_histories
from store.unit_of_work import unit_of_work

SENDERS = 20
KEY = {"X-API-Key": "made-up-key"}
MATTERS = IN_ALL - LACKING - HOSTILE - TOLD_AGAIN + len(POISON)
Answers = dict[str, list[httpx.Response]]


@pytest.fixture
def sendings() -> list[Sending]:
    return a_thousand(Random(20261120))


@pytest.fixture
def answers(database: str, monkeypatch: pytest.MonkeyPatch, sendings: list[Sending]) -> Iterator[Answers]:
    """Send them all, some twice, and give the answers to each."""
    del database
    monkeypatch.setenv("REDRESS_API_KEY", KEY["X-API-Key"])
    rng = Random(1)
    kept = [sending for sending in sendings if not (sending.refused or sending.lacks)]
    posted = [*sendings, *rng.sample(kept, SENT_TWICE)]
    rng.shuffle(posted)
    with running_gateway() as gateway, ExitStack() as clients:
        own = local()

        def send(sending: Sending) -> tuple[str, httpx.Response]:
            if not hasattr(own, "client"):
                own.client = clients.enter_context(httpx.Client(base_url=gateway.url, trust_env=False, timeout=60))
            headers = {"Idempotency-Key": sending.name, "Content-Type": sending.content_type}
            return sending.name, own.client.post("/complaints", content=sending.body, headers={**KEY, **headers})

        found: Answers = {}
        with ThreadPoolExecutor(SENDERS) as senders:
            for name, answer in senders.map(send, posted):
                found.setdefault(name, []).append(answer)
        yield found


def rows(sql: str) -> list[tuple[Any, ...]]:
    with unit_of_work() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]


def test_a_thousand_complaints_are_each_accounted_for(sendings: list[Sending], answers: Answers) -> None:
    by_name = {sending.name: sending for sending in sendings}
    first = {name: given[0] for name, given in answers.items()}

    # every sending has its answer, and what was sent twice the same one twice
    assert sum(map(len, answers.values())) == IN_ALL + SENT_TWICE
    assert [name for name, given in answers.items() if len({(one.status_code, one.text) for one in given}) > 1] == []
    assert {answer.status_code for answer in first.values()} <= {200, 201, 400, 413, 415, 422}
    for name, answer in first.items():
        sending = by_name[name]
        assert (answer.status_code in {200, 201}) is not (sending.refused or bool(sending.lacks)), name
        if sending.lacks:
            assert {fault["at"] for fault in answer.json()["detail"]} == sending.lacks

    # what was told is there, once for each matter, and every repeat was found
    numbers = {name: answer.json()["complaint_no"] for name, answer in first.items() if answer.is_success}
    assert Counter(answer.status_code for answer in first.values())[201] == MATTERS == len(set(numbers.values()))
    assert sum(answer.json()["repeat"] for answer in first.values() if answer.is_success) == TOLD_AGAIN
    assert rows("SELECT count(*), sum(tellings), count(*) FILTER (WHERE is_repeat) FROM complaint") == [
        (MATTERS, MATTERS + TOLD_AGAIN, TOLD_AGAIN)
    ]
    assert rows("SELECT state, count(*) FROM complaint GROUP BY state") == [("RECEIVED", MATTERS)]

    # word for word, with an acknowledgement for each telling
    told = dict(rows("SELECT DISTINCT ON (case_no) case_no, content #>> '{occurrence,account}' FROM complaint_record"))
    assert {number: by_name[name].account for name, number in numbers.items()} == told
    assert rows("SELECT count(*) FROM outbox WHERE payload ->> 'audience' = 'customer'") == [(MATTERS + TOLD_AGAIN,)]
    with unit_of_work() as connection:
        assert broken_histories(connection, None) == (MATTERS, [])
