"""What codes are called in reports: the Chinese of the glossary, and codes without words as they are."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from rules.reporting import words
from rules.reporting.ages import AGE_BANDS, AGE_BOUNDS_HOURS
from rules.reporting.improvements import proposed_for
from rules.reporting.waiting import WAITING_WORDS, WaitingFor
from schemas.exceptions import ExceptionType
from schemas.reporting import Words
from schemas.severity import Severity

GLOSSARY = (Path(__file__).parents[3] / "docs" / "glossary.md").read_text("utf-8")


def in_the_glossary(heading: str) -> dict[str, str]:
    """Read the first Chinese word of each line under a heading."""
    section = GLOSSARY.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = re.findall(r"^\| (\S+) \| ([^|]+) \|", section, re.MULTILINE)
    return {code: chinese.split(" / ")[0] for code, chinese in lines}


class TestWords:
    @pytest.mark.parametrize(
        ("heading", "table"),
        [
            ("Types of exception", words.TYPE),
            ("Origins of a case", words.ORIGIN),
            ("Parties of a reason", words.PARTY),
            ("Reasons", words.CAUSE),
            ("States of a case", words.STATE),
            ("Measures", words.MEASURE),
        ],
    )
    def test_are_those_of_the_glossary(self, heading: str, table: dict[str, Words]) -> None:
        chinese = in_the_glossary(heading)

        assert {code: said.zh for code, said in table.items()} == {code: chinese[code] for code in table}

    def test_are_those_of_the_glossary_for_severities_too(self) -> None:
        chinese = in_the_glossary("Severities")

        assert {code: said.zh for code, said in words.SEVERITY.items()} == {
            str(severity.value): chinese[severity.name] for severity in Severity
        }


class TestWordsFor:
    def test_leave_a_name_from_outside_as_it_is(self) -> None:
        assert words.words_for("示例网点") == Words("示例网点", "示例网点")
        assert words.words_for("NEW_TYPE", words.TYPE) == Words("NEW_TYPE", "NEW_TYPE")

    def test_say_so_where_there_is_none(self) -> None:
        assert words.words_for("", words.TYPE).en == "(not known)"


class TestCauseWords:
    def test_name_the_party_first(self) -> None:
        assert words.cause_words("carrier.damaged") == Words("承运方·运输破损", "carrier: damaged")

    def test_name_no_party_where_none_is_known(self) -> None:
        assert words.cause_words("unknown") == words.CAUSE["unknown"]


class TestAgeBands:
    def test_lie_between_their_bounds(self) -> None:
        assert len(AGE_BANDS) == len(AGE_BOUNDS_HOURS) + 1
        assert all(younger < older for younger, older in pairwise(AGE_BOUNDS_HOURS))


class TestProposedFor:
    @pytest.mark.parametrize("type_", list(ExceptionType))
    def test_has_something_to_say_to_an_outlet_about(self, type_: ExceptionType) -> None:
        assert re.search("[\u4e00-\u9fff]", proposed_for(type_).zh)

    def test_says_nothing_about_a_type_that_is_no_more(self) -> None:
        assert proposed_for("GONE") == Words("", "")


def test_everybody_who_is_waited_for_has_a_name() -> None:
    assert set(WAITING_WORDS) == set(WaitingFor)
