"""Whatever is pushed at whichever door, with the right key or a wrong signature: a 4xx says what is wrong."""

import gzip
from collections.abc import Callable

import httpx
import pytest
from factories import NOON, a_question, at
from standins import open_case

from adapters.feeds.configuration import configured_feeds
from deployments.gateway.forms import FORM
from rules.inquiries.links import token_for
from schemas.inquiries import Inquiry, InquiryState
from store import evidence, inquiries
from store.tracking import inbox
from store.unit_of_work import unit_of_work
from tasks.inquiries.asking import ask
from tasks.inquiries.links import link_keys

KEY = {"X-API-Key": "made-up-key"}
ENTITY = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><r>&x;</r>'
LAUGHS = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><r>&b;</r>'
BODIES = {
    "nothing": b"",
    "blank": b" \r\n ",
    "NUL": b"\0" * 20,
    "NUL in JSON": b'{"a": "\0"}',
    "deep JSON": b"[" * 19_000,
    "deep XML": b"<a>" * 6_000,
    "entity": ENTITY.encode(),
    "many entities": LAUGHS.encode(),
    "foreign JSON": b'{"hello": "world"}',
    "foreign XML": b"<hello/>",
    "a number": b"1",
    "a text": b'"text"',
    "null": b"null",
    "cut off": b'{"lastResult": {"nu": "773',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "broken UTF-8": '{"a": "快件已到'.encode() + b'\xe6"}',
    "no text": bytes(range(256)) * 4,
    "a long number": b'{"a": ' + b"9" * 5_000 + b"}",
    "no number": b'{"a": NaN}',
    "form": b"param=&sign=&content=&RequestData=&DataSign=",
    "form of garbage": b"%%%=&&&=%ff%fe",
    "packed": gzip.compress(b"{}"),
}
HEADERS = [
    {"Content-Type": "application/json"},
    {"Content-Type": FORM},
    {"Content-Type": "multipart/form-data; boundary=x"},
    {"Content-Type": "text/xml; charset=GBK"},
    {"Content-Type": "\xff;;=", "X-Hmac-Signature": "x", "sign": "\xff", "x-timestamp": "soon"},
    {},
]


def as_sent(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]


class TestAnyPush:
    @pytest.mark.parametrize("name", configured_feeds())
    def test_that_is_no_push_is_refused_and_not_kept(
        self, client: httpx.Client, kept: Callable[[], list[inbox.Payload]], name: str
    ) -> None:
        answers = {
            (kind, number): client.post(f"/feeds/{name}", content=body, headers=as_sent(KEY | headers))
            for kind, body in BODIES.items()
            for number, headers in enumerate(HEADERS)
        }

        assert {case: answer.status_code for case, answer in answers.items() if answer.status_code // 100 != 4} == {}
        assert all(answer.content for answer in answers.values())
        assert kept() == []


class TestAnyAnswer:
    @pytest.fixture
    def asked(self, database: str, stand_at: object) -> Inquiry:
        with unit_of_work() as connection:
            [new] = ask(connection, [a_question(case_no=open_case())], asked_by="x", now=NOON)
        return new

    @pytest.mark.parametrize("accept", ["text/html", "*/*"])
    def test_that_is_none_is_refused_and_not_kept(
        self, gateway: Callable[..., httpx.Client], asked: Inquiry, accept: str
    ) -> None:
        client = gateway(link_requests_per_minute_max=10_000)
        token = token_for(asked.inquiry_no, expires_at=at(1), key=link_keys()[0])
        answers = {
            (address[:16], kind, number): client.post(
                address, content=body, headers=as_sent(KEY | headers | {"Accept": accept})
            )
            for address in (f"/inquiries/{token}", f"/inquiries/{asked.inquiry_no}/answer", "/evidence")
            for kind, body in BODIES.items()
            for number, headers in enumerate(HEADERS)
        }

        assert {case: answer.status_code for case, answer in answers.items() if answer.status_code // 100 != 4} == {}
        assert all(answer.content for answer in answers.values())
        with unit_of_work() as connection:
            assert inquiries.one(connection, asked.inquiry_no).state is InquiryState.OPEN
            assert evidence.of_case(connection, asked.case_no) == []
