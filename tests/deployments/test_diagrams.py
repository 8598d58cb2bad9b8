"""The generated pages are the tables' own, and up to date."""

import re

import pytest

from deployments import diagrams
from deployments.diagrams import (
    DOCS,
    PAGES,
    clock_profiles,
    lifecycle_of_appeals,
    lifecycle_of_change_requests,
    lifecycle_of_claims,
    lifecycle_of_exceptions,
    lifecycle_of_inquiries,
)
from deployments.rule_pack_page import rule_packs_page
from rules.appeals.lifecycle import APPEALS
from rules.change_requests.lifecycle import CHANGES
from rules.claims.pack import CLAIM_PACK
from rules.clocks.book import BOOK
from rules.exceptions.lifecycle import LIFECYCLE
from rules.inquiries.lifecycle import INQUIRY_LIFECYCLE
from rules.packs.book import BOOK as PACKS
from rules.transitions import TransitionTable
from schemas import claims
from schemas.appeals import AppealState
from schemas.change_requests import ChangeState
from schemas.exceptions import Command, ExceptionType, Measure, State
from schemas.inquiries import InquiryState
from schemas.tracking import Event, Reason

PAGE = lifecycle_of_exceptions()
PICTURE = PAGE.split("```")[1]
ARROWS = re.findall(r"^    (\S+) --> (\S+?)(?: : (\w+))?$", PICTURE, flags=re.MULTILINE)
BOXES = dict(re.findall(r'state "(.+)" as (\w+)', PICTURE))


def origins(box: str) -> set[str]:
    """Read which states an arrow starts from."""
    named = {name: set(label.removeprefix("any but ").split(", ")) for label, name in BOXES.items()}
    left_out = {name for label, name in BOXES.items() if label.startswith("any but ")}
    return set(State) - named[box] if box in left_out else named.get(box, {box})


def type_line(type_: ExceptionType) -> list[str]:
    (line,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{type_}` |")]
    return line.strip("| ").split(" | ")


class TestPage:
    @pytest.mark.parametrize("name", PAGES)
    def test_is_as_the_tables_say(self, name):
        assert (DOCS / name).read_text("utf-8") == PAGES[name](), f"docs/{name} is stale; renew it with: make diagrams"

    def test_is_written_by_the_command(self, tmp_path, monkeypatch, capsys):
        monkeypatch.setattr(diagrams, "DOCS", tmp_path)

        diagrams.main()

        assert (tmp_path / "lifecycle-exceptions.md").read_text("utf-8") == PAGE
        assert "lifecycle-exceptions.md" in capsys.readouterr().out


class TestPicture:
    def test_shows_every_move_between_states_and_no_other(self):
        drawn = {(origin, command, to) for box, to, command in ARROWS if command for origin in origins(box)}
        moves = {edge for edge in LIFECYCLE.edges() if edge[0] is not edge[2]}

        assert drawn == moves | {("[*]", Command.DETECT, State.DETECTED)}

    def test_ends_in_the_state_in_which_a_case_is_closed(self):
        assert [box for box, to, _ in ARROWS if to == "[*]"] == [State.CLOSED]

    def test_has_an_arrow_for_every_box(self):
        assert {box for box, _, _ in ARROWS} >= set(BOXES.values())


def moves(table: TransitionTable) -> set[tuple[str, str, str]]:
    """List the rows that lead somewhere, from each state."""
    rows = [row for row in table.rows if row.target is not None]
    return {(origin, row.command, row.target) for row in rows for origin in row.origins}


OTHERS = [
    pytest.param(lifecycle_of_change_requests(), CHANGES, ChangeState, id="change requests"),
    pytest.param(lifecycle_of_inquiries(), INQUIRY_LIFECYCLE, InquiryState, id="inquiries"),
    pytest.param(lifecycle_of_appeals(), APPEALS, AppealState, id="appeals"),
]


@pytest.mark.parametrize(("page", "table", "states"), OTHERS)
class TestOtherLifecycles:
    def test_show_every_move_between_states_and_no_other(self, page, table, states):
        picture = page.split("```")[1]
        boxes = {name: label for label, name in re.findall(r'state "(.+)" as (\w+)', picture)}

        def starts(box: str) -> set[str]:
            named = boxes.get(box, box)
            told = set(named.removeprefix("any but ").split(", "))
            return set(states) - told if named.startswith("any but ") else told

        drawn = {
            (origin, command, to)
            for box, to, command in re.findall(r"^    (\w+) --> (\w+) : (\w+)$", picture, flags=re.MULTILINE)
            for origin in starts(box)
        }
        assert drawn == moves(table)

    def test_have_one_line_for_every_row_of_the_table(self, page, table, states):
        del states
        lines = [line for line in page.splitlines() if re.match(r"\| [A-Za-z ,_]+ \| `\w+` \|", line)]

        assert len(lines) == len(table.rows)
        for row in table.rows:
            assert any(f"| `{row.command}` |" in line and all(who in line for who in row.who) for line in lines)

    def test_begin_once_and_end_where_nothing_more_moves(self, page, table, states):
        begun = re.findall(r"\[\*\] --> (\w+)", page)
        ended = set(re.findall(r"(\w+) --> \[\*\]", page))

        assert len(begun) == 1
        assert ended == {
            state for state in states if not {to for origin, _, to in table.edges() if origin is state} - {state}
        }


class TestCommands:
    def test_have_one_line_for_every_row_of_the_table(self):
        lines = [line for line in PAGE.splitlines() if re.match(r"\| [A-Za-z ,_]+ \| `\w+` \|", line)]

        assert len(lines) == len(LIFECYCLE.rows)

    @pytest.mark.parametrize("command", [row.command for row in LIFECYCLE.rows])
    def test_name_the_guard_and_who_may(self, command):
        (row,) = [row for row in LIFECYCLE.rows if row.command is command]
        (line,) = [line for line in PAGE.splitlines() if f"| `{command}` |" in line]

        assert all(role in line for role in row.who)
        assert (row.guard is None) == line.endswith("|  |")


class TestTypes:
    @pytest.mark.parametrize("type_", list(ExceptionType))
    def test_have_a_line_that_says_what_opens_them_and_what_is_done(self, type_):
        _, chinese, opened, cured, remedies = type_line(type_)

        assert not chinese.isascii()
        assert re.match(r"`[A-Z_]+`|silence", opened)
        assert cured
        assert set(re.findall(r"[A-Z_]{4,}", remedies)) <= set(Measure)

    def test_name_only_events_and_reasons_that_there_are(self):
        opened = "<br>".join(type_line(type_)[2] for type_ in ExceptionType)

        assert set(re.findall(r"`(\w+)`", opened)) <= set(Event)
        assert set(re.findall(r"[a-z]+\.[a-z_]+", opened)) <= set(Reason)

    def test_say_what_silence_opens(self):
        silent = {type_ for type_ in ExceptionType if "silence" in type_line(type_)[2]}

        assert silent == {ExceptionType.DELAYED, ExceptionType.NO_SCAN}

    def test_name_groups_of_events_where_a_cure_is_one_of_them(self):
        assert type_line(ExceptionType.CUSTOMS_HELD)[3] == "any movement, `CUSTOMS_RELEASED`"
        assert type_line(ExceptionType.DAMAGED)[3] == "nothing"

    def test_say_when_a_delay_is_complete(self):
        assert "彻底延误: 3 days after the promise within one city, else 7 days" in PAGE


class TestClaims:
    CLAIMS = lifecycle_of_claims()

    @pytest.mark.parametrize("state", claims.State)
    def test_say_of_each_state_what_is_due_in_it_or_why_nothing_is(self, state):
        due = self.CLAIMS.split("## What is due in each state")[1].split("\n## ")[0]
        [line] = [line for line in due.splitlines() if line.startswith(f"| {state} |")]

        assert ("none: it is over" in line) == (state is claims.State.CLOSED)
        assert ("`" in line) != (state is claims.State.CLOSED)

    def test_tell_every_figure_with_its_source(self):
        figures = self.CLAIMS.split("## The figures")[1]

        for rule in CLAIM_PACK:
            line = f"| {rule.id} | {rule.scope} | {rule.value:f} | {rule.unit} | {rule.starts_on} | {rule.source} |"
            assert line in figures


class TestClocks:
    CLOCKS = clock_profiles()

    def test_have_one_line_for_every_row_of_every_profile(self):
        lines = [line for line in self.CLOCKS.splitlines() if re.match(r"\| `\w+` \|", line)]

        assert len(lines) == sum(len(profile.clocks) for profile in BOOK.profiles)

    @pytest.mark.parametrize("profile", BOOK.profiles, ids=lambda profile: profile.name)
    def test_say_of_each_what_starts_and_meets_it_and_where_it_comes_from(self, profile):
        page = self.CLOCKS.split(f"## {profile.name}: ")[1].split("\n## ")[0]

        for clock in profile.clocks:
            [line] = [line for line in page.splitlines() if line.startswith(f"| `{clock.id}` |")]
            assert all(f"`{name}`" in line for name in (clock.starts_on, *clock.met_by, *clock.restarts_on))
            assert f"| {clock.value:f} " in line
            assert f"{clock.source} ({clock.verified})" in line

    def test_tell_the_figures_of_a_severity_and_of_a_lane(self):
        assert "| 24 calendar hours; SEVERE 8, CRITICAL 4 |" in self.CLOCKS
        assert "| 7 elapsed days; same_city 3 |" in self.CLOCKS

    def test_tell_the_calendars(self):
        assert "Fri 09:00-18:00 | 09:00-18:00 |" in self.CLOCKS


class TestRulePacks:
    PACKS_PAGE = rule_packs_page()

    @pytest.mark.parametrize("pack", PACKS.packs, ids=lambda pack: pack.name)
    def test_say_of_every_row_what_it_is_since_when_and_where_it_comes_from(self, pack):
        section = self.PACKS_PAGE.split(f"## {pack.name}: ")[1].split("\n## ")[0]

        for row in (*pack.rule, *pack.figure):
            lines = [line for line in section.splitlines() if line.startswith(f"| `{row.id}` |")]
            assert any(f"from {row.valid_from}" in line and f"{row.source} ({row.verified})" in line for line in lines)

    def test_tell_the_figures_and_what_they_need(self):
        assert "value 26<br>currency XDR" in self.PACKS_PAGE
        assert "factor 10<br>of affected<br>up_to 800<br>currency CNY" in self.PACKS_PAGE
        assert "days_late 3<br>lanes same_city" in self.PACKS_PAGE
        assert "only when international, by_air; where it applies, no cap of a weaker pack does." in self.PACKS_PAGE
        assert "| `silence` | 24 | calendar_hours | second message |" in self.PACKS_PAGE
