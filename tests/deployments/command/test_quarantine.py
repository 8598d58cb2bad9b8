"""`redress quarantine`: what is held and why, looked at, judged again, or given up with a name under it."""

import json
from typing import Any

import pytest
from commands import Redress
from factories import NOON, at
from sqlalchemy import text

from store.tracking import quarantine
from store.tracking.quarantine import Chosen, Held
from store.unit_of_work import unit_of_work
from tasks.publishing import EVENTS_MERGED
from tasks.tracking.ingest import receive, take_in_payloads

PHONE = "19900001234"


def hold(*reasons: str, feed: str = "kuaidi100", number: int = 0) -> None:
    record = {"context": f"派送员电话{PHONE}", "number": number}
    with unit_of_work() as connection:
        quarantine.hold(connection, [Held(feed, f"{feed}_push", 1, "data[0]", "773000000001", reasons, record)])


def rows(status: str = "held") -> list[dict[str, Any]]:
    with unit_of_work() as connection:
        return quarantine.listing(connection, Chosen(status=status))


@pytest.fixture
def held(redress: Redress) -> None:
    del redress
    for number in range(3):
        hold("time_unreadable", number=number)
    hold("time_unreadable", "waybill_missing", feed="sf")


@pytest.mark.usefixtures("held")
class TestSummary:
    def test_counts_by_reason_and_feed(self, redress: Redress) -> None:
        counted = redress("quarantine", "--json").json

        assert [(row["reason"], row["feed"], row["records"]) for row in counted["held"]] == [
            ("time_unreadable", "kuaidi100", 3), ("time_unreadable", "sf", 1), ("waybill_missing", "sf", 1),
        ]  # fmt: skip
        assert counted["status"] == {"held": 4, "replayed": 0, "discarded": 0}

    def test_is_a_table_for_people(self, redress: Redress) -> None:
        printed = redress("quarantine").out

        assert printed.splitlines()[0].split() == [
            "reason", "feed", "format", "records", "times_seen", "oldest", "newest",
        ]  # fmt: skip
        assert printed.splitlines()[-1] == "4 held, 0 replayed, 0 discarded."


@pytest.mark.usefixtures("held")
class TestList:
    @pytest.mark.parametrize(
        ("options", "count"),
        [
            ([], 4),
            (["--reason", "waybill_missing"], 1),
            (["--feed", "kuaidi100"], 3),
            (["--format", "sf_push"], 1),
            (["--status", "discarded"], 0),
            (["--since", "2026-11-20"], 3),
            (["--since", "2026-11-20T12:00"], 3),
            (["--since", "2026-11-20T12:00:01"], 2),
            (["--limit", "2"], 2),
        ],
        ids=str,
    )
    def test_has_what_was_asked_for(self, redress: Redress, options: list[str], count: int) -> None:
        with unit_of_work() as connection:
            for record, hours in ((1, -24), (2, 0), (3, 1), (4, 2)):
                values = {"at": at(hours), "id": record}
                connection.execute(text("UPDATE quarantine SET created_at = :at WHERE id = :id"), values)

        assert len(redress("quarantine", "list", *options, "--json").json) == count

    def test_says_how_many_there_are_where_not_all_are_shown(self, redress: Redress) -> None:
        assert redress("quarantine", "list", "--limit", "1").out.splitlines()[-1] == "4 held, the newest 1 shown."

    def test_shows_no_record_and_so_no_phone_number(self, redress: Redress) -> None:
        assert PHONE not in redress("quarantine", "list").out + redress("quarantine", "list", "--json").out

    @pytest.mark.parametrize("options", [["--since", "yesterday"], ["--status", "lost"]], ids=str)
    def test_is_refused_for_what_means_nothing(self, redress: Redress, options: list[str]) -> None:
        printed = redress("quarantine", "list", *options)

        assert (printed.exit_code, printed.err.count("\n")) == (2, 1)


@pytest.mark.usefixtures("held")
class TestShow:
    def test_masks_phone_numbers(self, redress: Redress) -> None:
        shown = redress("quarantine", "show", "1").json

        assert shown["record"]["context"] == "派送员电话199****1234"
        assert (shown["reasons"], shown["waybill"]) == (["time_unreadable"], "773000000001")

    def test_reveals_them_when_told_to(self, redress: Redress) -> None:
        assert redress("quarantine", "show", "1", "--reveal").json["record"]["context"] == f"派送员电话{PHONE}"

    def test_fails_for_a_record_that_is_not_there(self, redress: Redress) -> None:
        assert redress("quarantine", "show", "99").exit_code == 1


class TestReplay:
    @pytest.fixture
    def payload(self, redress: Redress) -> int:
        del redress
        scan = {"time": "昨天", "ftime": "昨天", "context": "已揽收", "statusCode": "103"}
        result = {"message": "ok", "nu": "773000000001", "com": "shentong", "status": "200", "state": "0",
                  "data": [scan]}  # fmt: skip
        body = json.dumps({"status": "polling", "message": "", "lastResult": result}).encode()
        payload = receive(feed="kuaidi100", format_name="kuaidi100_push", origin="http", body=body, received_at=NOON)
        take_in_payloads.fn([payload])
        return payload

    @pytest.fixture
    def mended(self, payload: int) -> None:
        written = json.dumps("昨天")[1:-1].encode()
        with unit_of_work() as connection:
            connection.execute(
                text("UPDATE inbox SET body = replace(encode(body, 'escape'), :old, :new)::bytea WHERE id = :id"),
                {"old": written.decode().replace("\\", "\\\\"), "new": "2026-11-19 10:00:00", "id": payload},
            )

    @pytest.mark.usefixtures("mended")
    def test_says_what_became_of_the_records_and_wakes_detection(self, redress: Redress, announced: list[str]) -> None:
        printed = redress("quarantine", "replay", "--reason", "time_unreadable", "--by", "ops-chen", "--json").json

        assert (printed["records"], printed["passed"], printed["still_held"], printed["clean"]) == (1, 1, 0, 1)
        assert [row["settled_by"] for row in rows("replayed")] == ["ops-chen"]
        assert announced == [EVENTS_MERGED]

    @pytest.mark.usefixtures("payload")
    def test_says_it_in_a_table_too(self, redress: Redress) -> None:
        printed = redress("quarantine", "replay", "1").out

        assert "time_unreadable (kuaidi100)" in printed
        assert printed.splitlines()[-1].startswith("1 held records of 1 payloads judged again: 0 passed, 1 still held;")

    def test_does_nothing_where_nothing_is_held(self, redress: Redress) -> None:
        assert redress("quarantine", "replay", "--all").out.splitlines()[-1].startswith("0 held records")

    def test_is_refused_without_saying_which(self, redress: Redress) -> None:
        assert redress("quarantine", "replay").exit_code == 2


@pytest.mark.usefixtures("held")
class TestDiscard:
    def test_keeps_who_and_why(self, redress: Redress) -> None:
        printed = redress("quarantine", "discard", "1", "2", "--why", "test data", "--by", "ops-li")

        assert printed.out == "2 discarded.\n"
        assert {(row["settled_by"], row["note"]) for row in rows("discarded")} == {("ops-li", "test data")}

    def test_fails_for_what_is_not_held_after_discarding_the_rest(self, redress: Redress) -> None:
        printed = redress("quarantine", "discard", "1", "99", "--why", "test data")

        assert (printed.exit_code, len(rows("discarded"))) == (1, 1)
        assert printed.err.startswith("redress: 1 discarded; 1 are not held")

    def test_says_how_many_a_whole_reason_is_before_it_discards_any(self, redress: Redress) -> None:
        printed = redress("quarantine", "discard", "--reason", "time_unreadable", "--why", "test data")

        assert printed.err == ("redress: 4 records are held with time_unreadable; to discard them all, say --count 4\n")
        assert len(rows()) == 4

    @pytest.mark.parametrize(("feed", "count"), [([], 4), (["--feed", "sf"], 1)], ids=["of all feeds", "of one feed"])
    def test_discards_a_whole_reason_with_its_count(self, redress: Redress, feed: list[str], count: int) -> None:
        chosen = ["--reason", "time_unreadable", *feed, "--count", str(count)]

        assert redress("quarantine", "discard", *chosen, "--why", "test data").out == f"{count} discarded.\n"
        assert len(rows()) == 4 - count

    def test_discards_nothing_with_another_count(self, redress: Redress) -> None:
        chosen = ["--reason", "time_unreadable", "--count", "3", "--why", "test data"]

        assert redress("quarantine", "discard", *chosen).exit_code == 1
        assert len(rows()) == 4

    def test_fails_for_a_reason_that_holds_nothing(self, redress: Redress) -> None:
        assert redress("quarantine", "discard", "--reason", "no_such", "--count", "0", "--why", "x").exit_code == 1

    @pytest.mark.parametrize(
        "arguments",
        [
            ["--why", "x"],
            ["1"],
            ["1", "--why", " "],
            ["1", "--reason", "r", "--why", "x"],
            ["1", "--feed", "sf", "--why", "x"],
        ],
        ids=["nothing named", "no why", "an empty why", "both", "a feed without a reason"],
    )
    def test_is_refused_without_what_and_why(self, redress: Redress, arguments: list[str]) -> None:
        assert redress("quarantine", "discard", *arguments).exit_code == 2
        assert len(rows()) == 4
