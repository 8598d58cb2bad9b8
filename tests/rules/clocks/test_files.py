"""Calendars and profiles of a carrier's own, and what is refused while they are read."""

import pytest
from clock_files import CLOCK, PROFILE, calendars, own_book, profiles, toml
from clock_history import entry, local, reading

from rules.clocks.book import BOOK, ProfilesInvalid, load_book
from rules.clocks.calendar_files import CalendarInvalid, load_calendars
from rules.clocks.reading import next_due
from schemas.clocks import Anchors


class TestCalendars:
    def test_of_a_carrier_stand_beside_those_of_redress(self, tmp_path):
        assert set(load_calendars(calendars(tmp_path)).by_name) == {*BOOK.calendars.by_name, "own"}

    def test_have_a_version_that_changes_with_their_content(self, tmp_path):
        first = load_calendars(calendars(tmp_path)).version
        second = load_calendars(calendars(tmp_path, weekly='{ tue = ["09:00-18:00"] }')).version

        assert len({BOOK.calendars.version, first, second}) == 3
        assert all("chinesecalendar-" in version for version in (first, second))

    def test_of_china_give_way_to_the_carriers_own_days(self, tmp_path):
        own = load_calendars(
            calendars(
                tmp_path,
                days='"china"',
                make_up='["10:00-12:00"]',
                holidays='[{ from = 2026-02-14, to = 2026-02-14, name = "店庆" }]',
                make_up_days="[2026-02-16]",
                weekly='{ mon = ["09:00-18:00"], fri = ["09:00-18:00"] }',
            )
        ).by_name["own"]

        assert own.end_of_working_day(local("2026-02-13 12:00"), 1) == local("2026-02-16 12:00")

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"zone": '"Asia/Shangri-La"'}, "calendar.own: .*no zone Asia/Shangri-La"),
            ({"zone": '"../etc"'}, "calendar.own: .*no zone"),
            ({"weekly": "{ mon = [] }"}, "no weekday has open hours"),
            ({"weekly": '{ mon = ["9-18"] }'}, "mon: '9-18' are no hours such as 09:00-18:00"),
            ({"weekly": '{ mon = ["18:00-09:00"] }'}, "mon: '18:00-09:00' are no hours"),
            ({"weekly": '{ mon = ["09:00-24:30"] }'}, "mon: '09:00-24:30' are no hours"),
            ({"weekly": '{ mon = ["09:00-12:00", "11:00-18:00"] }'}, "mon: its hours overlap"),
            ({"weekly": '{ monday = ["09:00-12:00"] }'}, "calendar.own.weekly.monday"),
            ({"days": '"china"'}, "make_up must say the hours"),
            ({"make_up_days": "[2026-03-01]"}, "make_up must say the hours"),
            ({"holidays": '[{ from = 2026-03-01, to = 2026-03-01, name = "x" }]'}, "known_through must say"),
            ({"holidays": '[{ from = 2026-03-02, to = 2026-03-01, name = "x" }]'}, "x ends on 2026-03-01 before"),
            ({"zone": None}, "calendar.own.zone: Field required"),
            ({"name": "cn-business"}, "calendar.cn-business: there is a calendar of that name already"),
        ],
        ids=str,
    )
    def test_are_refused_by_file_and_place(self, tmp_path, changes, told):
        with pytest.raises(CalendarInvalid, match=rf"calendars\.toml: .*{told}"):
            load_calendars(calendars(tmp_path, **changes))

    def test_are_refused_when_the_file_is_not_there_or_no_toml(self, tmp_path):
        with pytest.raises(CalendarInvalid, match="No such file"):
            load_calendars(tmp_path / "nowhere.toml")
        (tmp_path / "broken.toml").write_text("version = ", "utf-8")
        with pytest.raises(CalendarInvalid, match=r"broken\.toml: Invalid value"):
            load_calendars(tmp_path / "broken.toml")


class TestProfiles:
    def test_of_a_carrier_have_clocks_and_words_of_their_own(self, tmp_path):
        case = [entry("2026-03-02 09:00", "detect"), entry("2026-03-02 17:00", "promise_callback")]

        callback = reading("callback", case, profile="own", book=own_book(tmp_path))

        assert callback.due_at == local("2026-03-03 10:00")
        assert callback.source == "R64"

    def test_may_use_a_calendar_of_the_carriers_own(self, tmp_path):
        book = load_book(
            calendars=[calendars(tmp_path)], profiles=[profiles(tmp_path, {"calendar": '"own"', "value": "10"})]
        )
        case = [entry("2026-03-02 09:00", "promise_callback")]

        assert reading("callback", case, profile="own", book=book).due_at == local("2026-03-09 10:00")

    def test_are_picked_by_the_day_on_which_the_case_came_under_them(self, tmp_path):
        older = profiles(tmp_path, valid_to="2026-06-01")
        newer = tmp_path / "newer.toml"
        rows = toml(PROFILE | {"version": '"2"', "valid_from": "2026-06-01"})
        newer.write_text(f"[[profile]]\n{rows}[[profile.clock]]\n{toml(CLOCK | {'value': '5'})}", "utf-8")
        book = load_book(profiles=[older, newer])

        def hours(day: str) -> str:
            return reading("callback", [entry(day, "promise_callback")], profile="own", book=book).explanation[0]

        assert "own/1#" in hours("2026-05-31 23:59")
        assert "2 business hours" in hours("2026-05-31 23:59")
        assert "own/2#" in hours("2026-06-01 00:00")

    def test_may_have_two_rows_of_one_clock_that_follow_each_other(self, tmp_path):
        book = own_book(tmp_path, {"valid_to": "2026-06-01"}, {"valid_from": "2026-06-01", "value": "5"})

        before, after = (
            reading("callback", [entry(day, "promise_callback")], profile="own", book=book).due_at
            for day in ("2026-05-29 10:00", "2026-06-02 10:00")
        )

        assert (before, after) == (local("2026-05-29 12:00"), local("2026-06-02 15:00"))

    def test_have_a_reference_that_changes_with_their_content(self, tmp_path):
        first = own_book(tmp_path).profile_versions
        second = own_book(tmp_path, {"value": "3"}).profile_versions

        assert len(first ^ second) == 2

    @pytest.mark.parametrize(
        ("clock", "told"),
        [
            ({"unit": '"working_days"', "pausable": "true"}, "callback: a pausable clock counts in hours"),
            ({"unit": '"working_days"', "value": "1.5"}, "1.5 working_days is no whole number of days"),
            ({"value": "0"}, "value: .*greater than or equal to 0.001"),
            ({"value": '"2"', "verified": '"rumour"'}, "verified: "),
            ({"by_severity": "{ SEVERE = 1 }", "by_lane": "{ remote = 1 }"}, "on severity or on lane, not on both"),
            ({"by_severity": "{ BAD = 1 }"}, "by_severity.BAD"),
            ({"met_by": '["promise_callback"]'}, "promise_callback cannot both start and meet it"),
            ({"met_by": "[]"}, "callback: nothing meets it or starts it anew"),
            ({"met_by": '["call_bakc"]'}, r"own\.callback: call_bakc is no event of \[words\]"),
            ({"in_states": '["DREAMING"]'}, r"own\.callback: DREAMING is no state of \[words\]"),
            ({"calendar": '"moon"'}, r"own\.callback: there is no calendar moon"),
            ({"valid_from": "2026-06-01", "valid_to": "2026-06-01"}, "before it holds for a day"),
            ({"colour": '"red"'}, "colour: Extra inputs"),
        ],
        ids=str,
    )
    def test_are_refused_for_a_clock(self, tmp_path, clock, told):
        with pytest.raises(ProfilesInvalid, match=rf"profiles\.toml: .*{told}"):
            own_book(tmp_path, clock)

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"kind": '"statutory"'}, "a statutory profile, and no other, names its jurisdiction"),
            ({"jurisdiction": '"CN"'}, "a statutory profile, and no other, names its jurisdiction"),
            ({"valid_to": "2026-01-01"}, "own: it ends on 2026-01-01, before it holds for a day"),
            ({"closed_states": '["SHUT"]'}, r"own: SHUT is no state of \[words\]"),
            ({"name": '"standard"'}, "standard: two versions hold on the same day"),
            ({"words": '[words]\nfacts = ["paid"]\n'}, "paid: facts end with _at"),
            ({"words": '[words]\ncommands = ["paid_at"]\n'}, "paid_at: facts end with _at"),
        ],
        ids=str,
    )
    def test_are_refused(self, tmp_path, changes, told):
        with pytest.raises(ProfilesInvalid, match=rf"profiles\.toml: .*{told}"):
            own_book(tmp_path, **changes)

    def test_are_refused_when_a_statutory_clock_could_be_paused(self, tmp_path):
        with pytest.raises(ProfilesInvalid, match="callback: a statutory clock never pauses"):
            own_book(tmp_path, {"pausable": "true"}, kind='"statutory"', jurisdiction='"CN"')

    def test_are_refused_when_two_rows_of_one_clock_hold_on_one_day(self, tmp_path):
        with pytest.raises(ProfilesInvalid, match=r"own\.callback: two rows hold on the same day"):
            own_book(tmp_path, {}, {"valid_from": "2026-06-01"})

    def test_are_refused_when_the_file_is_not_there(self, tmp_path):
        with pytest.raises(ProfilesInvalid, match="No such file"):
            load_book(profiles=[tmp_path / "nowhere.toml"])

    def test_of_a_provinces_law_run_there_and_nowhere_else(self, tmp_path):
        law = {"starts_on": '"opened"', "calendar": '"around-the-clock"', "unit": '"calendar_days"'}
        book = own_book(tmp_path, law, kind='"statutory"', jurisdiction='"CN-ZJ"', valid_to="2026-06-01")
        opened = [entry("2026-03-02 09:00", "detect")]

        assert reading("callback", opened, jurisdiction="CN-ZJ", book=book).due_at == local("2026-03-05 00:00")
        due = next_due(Anchors(jurisdiction="CN-ZJX"), book=book)
        assert due is None
        assert [profile.name for profile in book.of_law("CN-ZJX")[0]] == ["law-cn"]
        assert [profile.name for profile in book.of_law("CN-ZJ")[0]] == ["law-cn", "own"]
