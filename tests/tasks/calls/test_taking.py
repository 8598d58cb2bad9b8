"""Taking calls in: every row of a file is clean, a duplicate or in quarantine with its reason and line."""

import json
import random
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from call_files import a_row, write_calls
from factories import at
from sqlalchemy import text

from adapters.calls import reading
from expectations.process import Validator
from store.consignees import consignee_key
from store.unit_of_work import unit_of_work
from tasks.calls import taking
from tasks.calls.taking import NotAccountedFor, calls_held, take_in_calls

Stand = Callable[[datetime], None]


@pytest.fixture(scope="module")
def validator() -> Iterator[Validator]:
    with Validator() as validator:
        yield validator


@pytest.fixture(autouse=True)
def _now(database: str, stand_at: Stand) -> None:
    del database
    stand_at(at(24))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "calls.csv"


def everything_stored() -> str:
    with unit_of_work() as connection:
        tables = ("call_record", "call_quarantine", "call_intake")
        rows = [row for name in tables for row in connection.execute(text(f"SELECT t::text FROM {name} t"))]
    return "\n".join(row[0] for row in rows)


class TestTakeInCalls:
    def test_accounts_for_every_row(self, path: Path, validator: Validator) -> None:
        write_calls(path, [a_row(1), a_row(2), a_row(1), a_row(3, medium="fax"), "95000,C4", ""])

        taken = take_in_calls(path, by="qc-li", validator=validator)

        assert taken[:5] == ("calls.csv", 5, 2, 1, 2)
        assert taken.reasons == {"medium_unknown": 1, "unreadable": 1}

    def test_adds_nothing_the_second_time(self, path: Path, validator: Validator) -> None:
        write_calls(path, [a_row(1), a_row(2), a_row(3, medium="fax")])
        take_in_calls(path, by="qc-li", validator=validator)

        again = take_in_calls(path, by="qc-li", validator=validator)

        assert again[1:5] == (3, 0, 2, 1)
        [held] = calls_held()
        assert held.times_seen == 2

    def test_keeps_what_cannot_be_used_with_its_line_and_reasons(self, path: Path, validator: Validator) -> None:
        write_calls(path, [a_row(1), a_row(2, medium="fax", rings="x"), '95000,"C4'])

        take_in_calls(path, by="qc-li", validator=validator)

        unreadable, spoiled = calls_held()
        assert (spoiled.file, spoiled.line, spoiled.reasons) == ("calls.csv", 3, ("medium_unknown", "rings_unreadable"))
        assert json.loads(spoiled.record)["rings"] == "x"
        assert (unreadable.line, unreadable.reasons) == (4, ("quotes", "unreadable"))

    def test_keeps_no_callers_number_anywhere(self, path: Path, validator: Validator) -> None:
        write_calls(path, [a_row(1), a_row(2, medium="fax"), a_row(3)[:-3] + '"', "13900001234,C5"])

        take_in_calls(path, by="qc-li", validator=validator)

        stored = everything_stored()
        assert "13900001234" not in stored
        assert consignee_key("139 0000 1234") in stored

    def test_takes_a_file_in_batches_and_knows_copies_across_them(
        self, path: Path, validator: Validator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(taking, "read_calls", lambda path, zone: reading.read_calls(path, zone=zone, batch_rows=3))
        write_calls(path, [a_row(number % 7) for number in range(10)])

        taken = take_in_calls(path, by="qc-li", validator=validator)

        assert taken[1:5] == (10, 7, 3, 0)

    def test_writes_down_who_took_what_in(self, path: Path, validator: Validator) -> None:
        take_in_calls(write_calls(path, [a_row(1)]), by="qc-li", validator=validator)

        with unit_of_work() as connection:
            [row] = connection.execute(text("SELECT file, taken_by, taken_at, read, clean FROM call_intake"))
        assert tuple(row) == ("calls.csv", "qc-li", at(24), 1, 1)

    def test_fails_when_a_row_is_nowhere(
        self, path: Path, validator: Validator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(taking.call_store, "merge", lambda connection, calls: calls.height + 1)

        with pytest.raises(NotAccountedFor, match="1 rows were read"):
            take_in_calls(write_calls(path, [a_row(1)]), by="qc-li", validator=validator)


class TestMutatedRows:
    """Whatever a row was turned into, it is accounted for, and no other row suffers."""

    ALPHABET = ',"\t;0123456789:-TZ 呼入\\\x00\x1b'

    def mutated(self, row: str, chance: random.Random) -> str:
        letters = list(row)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(letters))
            match chance.choice(("drop", "change", "insert", "cut")):
                case "drop":
                    del letters[place]
                case "change":
                    letters[place] = chance.choice(self.ALPHABET)
                case "insert":
                    letters.insert(place, chance.choice(self.ALPHABET))
                case _:
                    letters = letters[: place + 1]
        return "".join(letters)

    @pytest.mark.parametrize("seed", range(3))
    def test_are_all_accounted_for(self, path: Path, validator: Validator, seed: int) -> None:
        chance = random.Random(seed)
        good = [a_row(number) for number in range(100)]
        bad = [self.mutated(a_row(number, centre="95099"), chance) for number in range(1000, 1200)]
        rows = [*good, *bad]
        chance.shuffle(rows)

        taken = take_in_calls(write_calls(path, rows), by="qc-li", validator=validator)

        assert taken.read == sum(1 for row in rows if row.strip())
        assert taken.read == taken.clean + taken.duplicate + taken.quarantined
        assert taken.quarantined > 50
        with unit_of_work() as connection:
            kept = connection.execute(text("SELECT count(*) FROM call_record WHERE centre = '95000'")).scalar_one()
        assert kept == len(good)
