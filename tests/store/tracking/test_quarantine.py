"""Quarantine: each record kept once with its reasons, chosen by what a person names, settled by one person only."""

from collections.abc import Iterator
from typing import Any

import pytest
from factories import NOON, at
from sqlalchemy import Connection, text

from store.tracking import inbox, quarantine
from store.tracking.quarantine import Chosen, Held
from store.unit_of_work import unit_of_work

MANY = 10**6


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


def a_held(record: Any = "昨天", payload: int = 1, **changes: Any) -> Held:
    values = {
        "feed": "kuaidi100", "format": "kuaidi100_push", "inbox_id": payload, "where": "lastResult.data[0]",
        "waybill": "773000000001", "reasons": ("time_unreadable",), "record": {"time": record}, **changes,
    }  # fmt: skip
    return Held(**values)


def ids(connection: Connection, **chosen: Any) -> list[int]:
    return [row["id"] for row in quarantine.listing(connection, Chosen(**chosen))]


def settled(connection: Connection, status: str = "discarded", **chosen: Any) -> int:
    return quarantine.settle(connection, Chosen(**chosen), status=status, by="ops-chen", note="test data", at=at(1))


def kept_payloads(connection: Connection, count: int, *, size: int = 10) -> list[int]:
    return [
        inbox.keep(connection, feed="f", format_name="f", origin="http", body=b"x" * size, received_at=NOON)
        for _ in range(count)
    ]


class TestHold:
    def test_counts_the_payloads_that_told_it_again(self, connection: Connection) -> None:
        for payload in (1, 2, 3):
            quarantine.hold(connection, [a_held(payload=payload), a_held(payload=payload)])

        [row] = quarantine.listing(connection)
        assert row["times_seen"] == 3

    def test_does_not_count_a_replay_of_the_same_or_an_older_payload(self, connection: Connection) -> None:
        for payload in (2, 2, 1):
            quarantine.hold(connection, [a_held(payload=payload)])

        [row] = quarantine.listing(connection)
        assert row["times_seen"] == 1
        assert connection.execute(text("SELECT inbox_id FROM quarantine")).scalar_one() == 2

    def test_does_not_hold_anew_what_was_discarded_and_keeps_who_and_why(self, connection: Connection) -> None:
        quarantine.hold(connection, [a_held()])
        settled(connection)

        quarantine.hold(connection, [a_held(payload=2)])

        assert quarantine.listing(connection) == []
        [row] = quarantine.listing(connection, Chosen(status="discarded"))
        assert (row["settled_by"], row["note"], row["settled_at"], row["times_seen"]) == (
            "ops-chen", "test data", at(1), 2,
        )  # fmt: skip

    def test_holds_anew_what_passed_once_and_fails_again(self, connection: Connection) -> None:
        quarantine.hold(connection, [a_held()])
        settled(connection, status="replayed")

        quarantine.hold(connection, [a_held(payload=2)])

        assert len(quarantine.listing(connection)) == 1

    def test_keeps_what_the_scans_of_two_parcels_have_in_common_apart(self, connection: Connection) -> None:
        quarantine.hold(connection, [a_held(), a_held(waybill="773000000002")])

        assert len(quarantine.listing(connection)) == 2

    def test_keeps_records_without_a_waybill_apart_unless_their_payloads_are_the_same(
        self, connection: Connection
    ) -> None:
        one, same, other = (kept_payloads(connection, 1, size=size)[0] for size in (10, 10, 20))
        for payload in (one, same, other):
            quarantine.hold(connection, [a_held(payload=payload, waybill="")])

        assert [row["times_seen"] for row in quarantine.listing(connection)] == [1, 2]

    def test_keeps_the_same_record_of_two_feeds_apart(self, connection: Connection) -> None:
        quarantine.hold(connection, [a_held(), a_held(feed="kuaidi100-b")])

        assert len(quarantine.listing(connection)) == 2


class TestListing:
    @pytest.fixture(autouse=True)
    def held(self, connection: Connection) -> None:
        for record in (
            a_held("a"),
            a_held("b", reasons=("waybill_missing", "time_unreadable")),
            a_held("c", reasons=("waybill_missing",), feed="sf", format="sf_route_push"),
        ):
            quarantine.hold(connection, [record])
        connection.execute(text("UPDATE quarantine SET created_at = :old WHERE feed = 'sf'"), {"old": at(-48)})

    @pytest.mark.parametrize(
        ("chosen", "expected"),
        [
            ({}, ["c", "b", "a"]),
            ({"reason": "waybill_missing"}, ["c", "b"]),
            ({"reason": "time_unreadable"}, ["b", "a"]),
            ({"feed": "sf"}, ["c"]),
            ({"format": "kuaidi100_push"}, ["b", "a"]),
            ({"since": at(-1)}, ["b", "a"]),
            ({"reason": "waybill_missing", "feed": "kuaidi100"}, ["b"]),
            ({"status": "discarded"}, []),
            ({"ids": []}, []),
        ],
        ids=str,
    )
    def test_has_only_what_was_named_the_newest_first(
        self, connection: Connection, chosen: dict[str, Any], expected: list[str]
    ) -> None:
        found = ids(connection, **chosen)

        assert [quarantine.one(connection, row)["record"]["time"] for row in found] == expected  # type: ignore[index]
        assert quarantine.count(connection, Chosen(**chosen)) == len(expected)

    def test_is_cut_off_at_its_limit(self, connection: Connection) -> None:
        assert len(quarantine.listing(connection, limit=2)) == 2

    def test_is_summed_up_by_reason_and_feed(self, connection: Connection) -> None:
        found = [(row["reason"], row["feed"], row["records"]) for row in quarantine.summary(connection)]

        assert found == [
            ("time_unreadable", "kuaidi100", 2), ("waybill_missing", "kuaidi100", 1), ("waybill_missing", "sf", 1),
        ]  # fmt: skip
        assert quarantine.standing(connection) == {"held": 3, "replayed": 0, "discarded": 0}


class TestLockNext:
    def taken(self, connection: Connection, after: int = 0, **bounds: Any) -> tuple[list[int], int | None]:
        given = {"until": MANY, "payloads": MANY, "bytes_max": MANY, **bounds}
        records, last = quarantine.lock_next(connection, Chosen(), after=after, **given)
        return sorted(record.inbox_id for record in records), last

    def test_takes_the_records_of_so_many_payloads_and_goes_on_after_them(self, connection: Connection) -> None:
        payloads = kept_payloads(connection, 3)
        quarantine.hold(connection, [a_held(f"{payload}{n}", payload=payload) for payload in payloads for n in "ab"])

        first, last = self.taken(connection, payloads=2)
        assert (first, last) == ([payloads[0]] * 2 + [payloads[1]] * 2, payloads[1])

        assert last is not None
        assert self.taken(connection, after=last) == ([payloads[2]] * 2, payloads[2])
        assert self.taken(connection, after=payloads[2]) == ([], None)

    def test_takes_about_so_many_bytes_and_always_one_payload(self, connection: Connection) -> None:
        payloads = kept_payloads(connection, 3, size=100)
        quarantine.hold(connection, [a_held(payload, payload=payload) for payload in payloads])

        assert self.taken(connection, bytes_max=1)[1] == payloads[0]
        assert self.taken(connection, bytes_max=101)[1] == payloads[1]

    def test_ends_with_what_was_there_when_it_began(self, connection: Connection) -> None:
        payloads = kept_payloads(connection, 2)
        quarantine.hold(connection, [a_held(payload, payload=payload) for payload in payloads])

        assert quarantine.newest_payload(connection) == payloads[1]
        assert self.taken(connection, until=payloads[0])[1] == payloads[0]

    def test_gives_records_whose_payload_is_gone(self, connection: Connection) -> None:
        quarantine.hold(connection, [a_held(payload=99)])

        assert self.taken(connection) == ([99], 99)

    def test_passes_over_what_somebody_is_discarding(self, database: str) -> None:
        del database
        with unit_of_work() as connection:
            payloads = kept_payloads(connection, 2)
            quarantine.hold(connection, [a_held(payload, payload=payload) for payload in payloads])
            chosen = connection.execute(text("SELECT id FROM quarantine ORDER BY inbox_id DESC LIMIT 1")).scalar_one()

        with unit_of_work() as discarding, unit_of_work() as replaying:
            settled(discarding, ids=[chosen])

            assert self.taken(replaying) == ([payloads[0]], payloads[1])


class TestSettle:
    def test_takes_out_only_what_is_held(self, connection: Connection) -> None:
        quarantine.hold(connection, [a_held("a"), a_held("b")])
        one, other = ids(connection)

        assert settled(connection, ids=[one]) == 1
        assert settled(connection, ids=[one, other], status="replayed") == 1
        assert ids(connection, status="discarded") == [one]

    def test_leaves_what_is_being_replayed(self, database: str) -> None:
        del database
        with unit_of_work() as connection:
            quarantine.hold(connection, [a_held("a")])

        with unit_of_work() as replaying, unit_of_work() as discarding:
            quarantine.lock_next(replaying, Chosen(), after=0, until=MANY, payloads=1, bytes_max=1)

            assert settled(discarding) == 0

    def test_keeps_a_note_that_no_column_could_hold(self, connection: Connection) -> None:
        quarantine.hold(connection, [a_held()])

        quarantine.settle(connection, Chosen(), status="discarded", by="o\x00", note="\ud800", at=NOON)

        [row] = quarantine.listing(connection, Chosen(status="discarded"))
        assert (row["settled_by"], row["note"]) == ("o\ufffd", "\ufffd")


FILL = """
INSERT INTO quarantine (feed, format, inbox_id, "where", waybill, reasons, record, record_hash, status)
  SELECT 'f', 'f', n, '', '', CASE WHEN mod(n, 5000) = 0 THEN '{rare}'::text[] ELSE '{often}' END, '""', n::text::bytea,
         CASE WHEN mod(n, 2) = 0 THEN 'held' ELSE 'replayed' END FROM generate_series(1, 20000) n;
ANALYZE quarantine;
"""
NEXT_PAYLOADS = """
SELECT DISTINCT inbox_id FROM quarantine q WHERE status = 'held' AND inbox_id > 100 AND inbox_id <= 20000
ORDER BY inbox_id LIMIT 200
"""


class TestScans:
    @pytest.mark.parametrize(
        ("query", "index"),
        [
            ("SELECT id FROM quarantine WHERE status = 'held' ORDER BY id DESC LIMIT 100", "ix_quarantine_status"),
            ("SELECT id FROM quarantine q WHERE status = 'held' AND reasons @> ARRAY['rare']", "ix_quarantine_reasons"),
            (NEXT_PAYLOADS, "ix_quarantine_held_inbox_id"),
        ],
        ids=["the newest", "a rare reason", "the next payloads"],
    )
    def test_go_by_their_index(self, connection: Connection, query: str, index: str) -> None:
        connection.exec_driver_sql(FILL)

        assert index in "\n".join(connection.execute(text(f"EXPLAIN {query}")).scalars())
