"""Codes that no mapping knows are kept, counted for each feed, and shown without what they said of people."""

import pytest
from factories import NOON

from tasks.tracking.ingest import receive, take_in_payloads
from tasks.tracking.unknown import list_unknown_codes

pytestmark = pytest.mark.usefixtures("database")

HEADER = "waybill,occurred_at,event,reason,raw_code,raw_text,location\n"


def take_in(feed: str, *rows: str) -> None:
    body = (HEADER + "\n".join(rows) + "\n").encode()
    receive(feed=feed, format_name="csv", origin="file", body=body, received_at=NOON)
    take_in_payloads.fn()


class TestListUnknownCodes:
    def test_counts_new_events_with_a_code_by_feed(self) -> None:
        take_in("east", "YT0000001,2026-11-19 08:00:00,,,X9,张三 19900001234,", "YT0000002,2026-11-19 08:00:00,,,X9,,")
        take_in("west", "YT0000003,2026-11-19 08:00:00,,,X9,,", "YT0000003,2026-11-19 09:00:00,DELIVERED,,50,,")

        told = list_unknown_codes.fn()

        assert [(code["feed"], code["namespace"], code["raw_code"], code["seen"]) for code in told] == [
            ("east", "scanners", "X9", 2),
            ("west", "scanners", "X9", 1),
        ]
        assert "张三" not in str(told)
        assert "sample_text" not in told[0]

    def test_counts_no_event_twice(self) -> None:
        for _ in range(2):
            take_in("east", "YT0000001,2026-11-19 08:00:00,,,X9,,")

        assert [code["seen"] for code in list_unknown_codes.fn()] == [1]
