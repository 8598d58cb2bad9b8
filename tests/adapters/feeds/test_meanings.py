"""How tables of codes are checked and weighed against texts."""

import re

import pytest

from adapters.feeds.meanings import (
    UNKNOWN,
    AmbiguousCode,
    Meaning,
    code_table,
    mapping_version,
    name_table,
    understood,
    understood_from_text,
)
from adapters.feeds.wording import Phrasebook, Wording
from schemas.tracking import Event, Reason

BOOK = Phrasebook(
    (
        Wording("refused", Event.DELIVERY_FAILED, Reason.CONSIGNEE_REFUSED, "refused at the door"),
        Wording("arrived", Event.ARRIVED_HUB, None, "arrived at the hub"),
    ),
    essential=str,
)


class TestCodeTable:
    def test_refuses_a_code_with_two_meanings(self):
        with pytest.raises(AmbiguousCode, match="'1' means both 'late' and 'lost'"):
            code_table((Meaning("1", "late", Event.HELD), Meaning("1", "lost", Event.EXCEPTION)))

    def test_cannot_be_changed_afterwards(self):
        with pytest.raises(TypeError):
            code_table(())["1"] = Meaning("1", "late", Event.HELD)


class TestNameTable:
    def test_refuses_a_name_for_two_codes(self):
        codes = code_table((Meaning("1", "late", Event.HELD), Meaning("2", "lost", Event.EXCEPTION)))

        with pytest.raises(AmbiguousCode):
            name_table((("gone", "1"), ("gone", "2")), codes)


class TestMappingVersion:
    def test_changes_with_any_row(self):
        codes = code_table((Meaning("1", "late", Event.HELD),))
        changed = code_table((Meaning("1", "late", Event.HELD, Reason.CARRIER_DWELL),))
        refined = code_table((Meaning("1", "late", Event.HELD, refined_by=frozenset({Event.EXCEPTION})),))
        worded = Phrasebook(BOOK.rows[:1], essential=str)

        versions = {mapping_version("x", table, phrasebook=BOOK) for table in (codes, changed, refined)}
        versions.add(mapping_version("x", codes, phrasebook=worded))

        assert len(versions) == 4

    def test_names_its_provider(self):
        assert re.fullmatch("kuaidi100-[0-9a-f]{8}", mapping_version("kuaidi100", phrasebook=BOOK))

    def test_does_not_depend_on_the_order_of_a_set(self):
        events = (Event.EXCEPTION, Event.HELD, Event.RETURNED)
        tables = [
            code_table((Meaning("1", "x", Event.HELD, refined_by=frozenset(order)),))
            for order in (events, events[::-1])
        ]

        assert len({mapping_version("x", table, phrasebook=BOOK) for table in tables}) == 1


class TestUnderstood:
    def test_lets_a_code_that_says_all_decide_against_the_text(self):
        assert understood(Meaning("1", "late", Event.HELD), "refused", BOOK) == (Event.HELD, None, "code")

    def test_lets_the_text_refine_a_code_that_names_a_stage(self):
        stage = Meaning("0", "moving", Event.IN_TRANSIT, refined_by=frozenset({Event.ARRIVED_HUB}))

        assert understood(stage, "arrived", BOOK) == (Event.ARRIVED_HUB, None, "text")
        assert understood(stage, "refused", BOOK) == (Event.IN_TRANSIT, None, "code")
        assert understood(stage, "gibberish", BOOK) == (Event.IN_TRANSIT, None, "code")

    def test_takes_the_reason_of_a_failure_from_the_text(self):
        failed = Meaning("70", "failed", Event.DELIVERY_FAILED, Reason.UNKNOWN, reason_from_text=True)

        assert understood(failed, "refused", BOOK) == (Event.DELIVERY_FAILED, Reason.CONSIGNEE_REFUSED, "code")
        assert understood(failed, "gibberish", BOOK) == (Event.DELIVERY_FAILED, Reason.UNKNOWN, "code")


class TestUnderstoodFromText:
    def test_reads_a_declared_wording(self):
        assert understood_from_text("arrived", BOOK) == (Event.ARRIVED_HUB, None, "text")

    def test_never_guesses(self):
        assert understood_from_text("gibberish", BOOK) is UNKNOWN
