"""What of a case is due when: starting, restarting, meeting, ending and escalating clocks."""

from datetime import timedelta

import pytest
from clock_files import own_book
from clock_history import entry, facts, local, reading
from hypothesis import given
from hypothesis import strategies as st

from rules.claims.lifecycle import LIFECYCLE as CLAIMS
from rules.clocks.anchors import fold
from rules.clocks.book import BOOK
from rules.clocks.profiles import NoSuchProfile
from rules.clocks.reading import Outcome, due_of, next_due, outcome_of, read_clocks
from rules.complaints.lifecycle import LIFECYCLE as COMPLAINTS
from schemas import claims, complaints
from schemas.clocks import Anchors, ClockEntry, ClockKind, ClockStatus, NextDue, PauseReason
from schemas.exceptions import Command, State
from schemas.severity import Severity

OPENED = entry("2026-03-02 09:00", "detect", state="DETECTED")
TOLD = entry("2026-03-02 09:30", "tell_customer")
RECORDED = entry("2026-03-02 09:30", "record", state="RECORDED")
ASKED = entry("2026-03-02 10:00", "request_approval", state="AWAITING_APPROVAL")
INTERNAL = sorted({profile.name for profile in BOOK.profiles if profile.kind is ClockKind.INTERNAL})


def due(*entries, **start) -> NextDue:
    found = next_due(fold(entries, start=Anchors(**start)))
    assert found is not None
    return found


class TestOutcomeOf:
    def test_says_of_one_clock_what_its_reading_says(self):
        histories = [
            [OPENED],
            [OPENED, TOLD],
            [OPENED, RECORDED, ASKED],
            [OPENED, entry("2026-03-02 12:00", "cure", state="CLOSED")],
        ]
        for entries in histories:
            anchors = fold(entries)
            for now in (local("2026-03-02 09:45"), local("2026-03-09 09:00")):
                for read in read_clocks(anchors, now=now):
                    outcome = outcome_of(read.clock, anchors, now=now)
                    assert outcome == Outcome(read.status, read.due_at, read.met_at)

    def test_reads_a_clock_of_law_too(self):
        anchors = fold([OPENED, entry("2026-03-02 09:00", "inform", facts=facts(complained_at="2026-03-02 09:00"))])

        outcome = outcome_of("complaint", anchors, now=local("2026-03-20 09:00"))

        assert outcome == Outcome(ClockStatus.OVERDUE, local("2026-03-10 00:00"), None)

    def test_is_none_of_a_clock_that_never_started(self):
        assert outcome_of("decision", fold([OPENED]), now=local("2026-03-03 09:00")) is None
        assert outcome_of("no_such_clock", fold([OPENED]), now=local("2026-03-03 09:00")) is None


STATES_OF = {"complaint": complaints.State, "claim": claims.State}
PROCEDURES = {"complaint": ("receive", COMPLAINTS), "claim": ("file", CLAIMS)}


class TestNextDue:
    def test_is_the_earliest_clock_that_runs_and_is_not_met(self):
        assert (due(OPENED).clock, due(OPENED).due_at) == ("hand_off", local("2026-03-02 10:00"))
        assert (due(OPENED, RECORDED).clock, due(OPENED, RECORDED).due_at) == (
            "first_response", local("2026-03-02 11:00"),
        )  # fmt: skip
        assert due(OPENED, RECORDED, TOLD).clock == "resolution"

    def test_is_nothing_for_a_case_that_never_began(self):
        assert next_due(Anchors()) is None

    def test_is_nothing_once_the_case_is_closed(self):
        assert next_due(fold([OPENED, entry("2026-03-02 10:00", "cure", state="CLOSED")])) is None

    def test_says_by_which_figures_it_was_computed(self):
        found = due(OPENED)

        assert BOOK.is_current(profile_version=found.profile_version, calendar_version=found.calendar_version)
        assert not BOOK.is_current(profile_version="seed-outlet/2026.11#0", calendar_version=found.calendar_version)
        assert not BOOK.is_current(profile_version=found.profile_version, calendar_version="calendars/1#0")

    def test_names_no_law_where_none_is_known(self):
        assert due(OPENED, jurisdiction="DE").profile_version.split()[0].startswith("seed-outlet/")
        assert len(due(OPENED, jurisdiction="DE").profile_version.split()) == 1

    def test_leaves_out_what_is_stopped(self):
        paused = entry("2026-03-02 10:00", "pause", reason="waiting_customer")

        assert due(OPENED, RECORDED, TOLD, paused).clock == "update"

    @pytest.mark.parametrize(
        ("profile", "state"),
        [(profile, state) for profile in INTERNAL for state in STATES_OF.get(profile, State) if state != State.CLOSED],
    )
    def test_is_something_in_every_open_state(self, profile, state):
        opening, table = PROCEDURES.get(profile, ("", None))
        leading_there = [command for _, command, target in table.edges() if target == state] if table else Command
        commands = [*([opening] if opening else []), *leading_there]
        told = facts(result_told_at="2026-03-03 09:00")
        everything = [
            entry("2026-03-03 09:00", command, state=state, facts=told)
            for command in commands
            if "close" not in command
        ]

        assert next_due(fold([OPENED, *everything], start=Anchors(profile=profile)))

    @pytest.mark.parametrize("profile", INTERNAL)
    def test_is_the_earliest_of_what_is_read(self, profile):
        anchors = fold([OPENED, RECORDED, ASKED], start=Anchors(profile=profile))
        readings = read_clocks(anchors, now=local("2026-03-02 10:00"))

        running = [item.due_at for item in readings if item.status is ClockStatus.RUNNING and item.due_at]
        assert due(OPENED, RECORDED, ASKED, profile=profile).due_at == min(running)


class TestDueOf:
    def test_is_when_that_clock_is_due_whatever_else_is_due_before(self):
        assert due_of("first_response", fold([OPENED])) == local("2026-03-02 11:00")

    @pytest.mark.parametrize(
        ("clock", "entries"),
        [
            pytest.param("decision", [OPENED], id="not running"),
            pytest.param("first_response", [OPENED, TOLD], id="met"),
            pytest.param("first_response_by_pigeon", [OPENED], id="no clock of the profile"),
        ],
    )
    def test_is_nothing_of_a_clock_that_does_not_run(self, clock, entries):
        assert due_of(clock, fold(entries)) is None


class TestEscalation:
    ESCALATED = entry("2026-03-02 11:00", "escalate")

    def test_gives_the_next_level_one_step_of_time_for_the_clock_that_ran_out(self):
        found = due(OPENED, RECORDED, self.ESCALATED)

        assert found.due_kind == "resolution"  # comes before the step of twelve hours ends
        later = due(OPENED, RECORDED, entry("2026-03-02 15:00", "escalate"), severity=Severity.ORDINARY)
        assert (later.due_kind, later.due_at) == ("escalated_first_response", local("2026-03-03 03:00"))

    def test_puts_off_no_clock_that_has_not_run_out(self):
        assert due(OPENED, RECORDED, TOLD, self.ESCALATED).due_at == local("2026-03-02 15:00")

    def test_is_over_when_the_clock_is_met(self):
        ended = entry("2026-03-02 15:30", "feed_back")

        found = due(OPENED, RECORDED, TOLD, entry("2026-03-02 15:00", "escalate"), ended)

        assert (found.due_kind, found.due_at) == ("update", local("2026-03-03 15:30"))


class TestClock:
    def test_that_repeats_starts_anew_with_every_contact(self):
        update = reading("update", [OPENED, TOLD, entry("2026-03-02 20:00", "report_severe")])

        assert update.started_at == local("2026-03-02 20:00")
        assert "starts 2026-03-02 20:00 CST with the command report_severe" in update.explanation

    def test_can_start_anew_with_a_fact(self):
        update = reading("update", [OPENED], facts=facts(customer_told_at="2026-03-02 12:00"))

        assert update.started_at == local("2026-03-02 12:00")

    def test_runs_only_in_its_states(self):
        assert reading("decision", [OPENED, ASKED], now="2026-03-02 10:30").status is ClockStatus.RUNNING
        handed = entry("2026-03-02 11:00", "hand_over", state="NEEDS_OPERATOR")
        assert reading("decision", [OPENED, ASKED, handed]).status is ClockStatus.ENDED

    def test_is_not_met_by_what_came_before_it_in_the_history_of_the_same_instant(self):
        refused = entry("2026-03-02 11:00", "refuse", state="INVESTIGATED")
        asked_again = entry("2026-03-02 11:00", "request_approval", state="AWAITING_APPROVAL")

        decision = reading("decision", [OPENED, ASKED, refused, asked_again], now="2026-03-02 11:30")

        assert decision.status is ClockStatus.RUNNING

    def test_is_met_by_whatever_came_first(self):
        first = reading("first_response", [OPENED, entry("2026-03-02 10:30", "feed_back"), TOLD])

        assert first.met_at == local("2026-03-02 09:30")

    def test_is_met_by_a_fact_only_since_its_start(self):
        known = facts(customer_told_at="2026-03-02 08:00")

        assert reading("first_response", [OPENED], now="2026-03-02 10:00", facts=known).met_at is None
        known = facts(customer_told_at="2026-03-02 09:00")
        assert reading("first_response", [OPENED], facts=known).status is ClockStatus.MET

    @pytest.mark.parametrize(
        ("now", "status"),
        [
            ("2026-03-02 10:59:59", ClockStatus.RUNNING),
            ("2026-03-02 11:00:00", ClockStatus.OVERDUE),
        ],
    )
    def test_is_overdue_from_its_due_time_on(self, now, status):
        found = reading("first_response", [OPENED], now=now)

        assert (found.status, found.overdue) == (status, status is ClockStatus.OVERDUE)

    @pytest.mark.parametrize(
        ("at", "status"), [("2026-03-02 11:00", ClockStatus.MET), ("2026-03-02 11:00:01", ClockStatus.MET_LATE)]
    )
    def test_is_met_in_time_up_to_its_due_time(self, at, status):
        assert reading("first_response", [OPENED, entry(at, "tell_customer")]).status is status

    @pytest.mark.parametrize(
        ("severity", "hour"), [(Severity.ORDINARY, 24), (Severity.SEVERE, 8), (Severity.CRITICAL, 4)]
    )
    def test_has_the_figure_of_the_severity_that_was_found_last(self, severity, hour):
        found = entry("2026-03-02 09:10", "investigate", severity=severity)

        assert reading("update", [OPENED, found]).due_at == local("2026-03-02 09:00") + timedelta(hours=hour)

    def test_says_which_part_of_its_row_it_went_by(self):
        assert reading("update", [OPENED], severity=Severity.SEVERE).rule.endswith(":update[SEVERE]")
        assert reading("update", [OPENED]).rule.endswith(":update[*]")

    def test_that_is_met_is_no_longer_moved_by_a_pause(self):
        answered = entry("2026-03-02 10:00", "feed_back")
        paused = [entry("2026-03-02 09:30", "pause", reason="waiting_customs"), answered]

        resolution = reading("resolution", [OPENED, *paused, entry("2026-03-09 09:00", "release")])

        assert resolution.due_at == local("2026-03-02 15:30")
        assert resolution.paused == timedelta(minutes=30)
        assert resolution.status is ClockStatus.MET

    def test_that_ran_out_is_not_brought_back_by_a_pause(self):
        late = entry("2026-03-02 15:00", "pause", reason="waiting_customs")

        assert reading("resolution", [OPENED, late]).due_at == local("2026-03-02 15:00")

    def test_is_stopped_once_by_pauses_that_lie_in_each_other(self):
        case = [
            OPENED,
            entry("2026-03-02 10:00", "pause", reason="waiting_customer"),
            entry("2026-03-02 10:30", "pause", reason="waiting_customs"),
            entry("2026-03-02 10:45", "release", reason="waiting_customs"),
            entry("2026-03-02 11:00", "pause", reason="force_majeure"),
            entry("2026-03-02 12:00", "release", reason="waiting_customer"),
            entry("2026-03-02 13:00", "release", reason="force_majeure"),
        ]

        resolution = reading("resolution", case)

        assert resolution.paused == timedelta(hours=3)
        assert resolution.due_at == local("2026-03-02 18:00")

    def test_is_not_moved_by_a_pause_before_it_started(self):
        case = [
            OPENED, entry("2026-03-02 10:00", "pause", reason="waiting_customer"),
            entry("2026-03-02 12:00", "release"), entry("2026-03-03 09:00", "reopen", state="INVESTIGATED"),
        ]  # fmt: skip

        assert reading("resolution", case).due_at == local("2026-03-03 15:00")


class TestProfile:
    def test_that_does_not_exist_is_refused_with_those_that_do(self):
        with pytest.raises(NoSuchProfile, match="there is no profile law-cn; there are seed-outlet, standard"):
            next_due(fold([OPENED], start=Anchors(profile="law-cn")))

    def test_that_did_not_hold_yet_is_refused(self):
        with pytest.raises(NoSuchProfile, match="no version of the profile seed-outlet held on 2012-04-30 02:00 UTC"):
            next_due(fold([entry("2012-04-30 10:00", "detect")]))


class TestExplanation:
    def test_names_no_more_than_a_person_reads(self):
        told = entry("2026-03-02 09:00", "detect")
        pauses = [
            item
            for day in range(3, 23)
            for item in (
                entry(f"2026-03-{day:02} 09:00", "pause", reason="waiting_customs"),
                entry(f"2026-03-{day:02} 18:00", "release"),
            )
        ]

        resolution = reading("resolution", [told, *pauses], profile="standard")

        assert sum(line.startswith("stopped") for line in resolution.explanation) == 12
        assert "and 8 more pauses" in resolution.explanation

    def test_names_no_more_days_of_rest_than_a_person_reads(self, tmp_path):
        months = {"value": "80", "unit": '"working_days"', "starts_on": '"opened"'}

        lines = reading("callback", [OPENED], profile="own", book=own_book(tmp_path, months)).explanation

        assert sum(line.startswith("does not count: 2026") for line in lines) == 13  # the first day, and twelve rests
        assert any(line.endswith("more times of rest") for line in lines)

    def test_says_that_the_clocks_are_changed_abroad(self, tmp_path):
        calendars = tmp_path / "abroad.toml"
        calendars.write_text(
            'version = "1"\n[calendar.berlin]\ntitle_zh = "柏林"\ntitle_en = "Berlin"\nzone = "Europe/Berlin"\n'
            'weekly = { sun = ["00:00-24:00"] }\n',
            "utf-8",
        )
        day = {"value": "24", "unit": '"calendar_hours"', "starts_on": '"opened"', "calendar": '"berlin"'}
        book = own_book(tmp_path, day, calendars=[calendars])

        spring = reading("callback", [entry("2026-03-28 19:00", "detect")], profile="own", book=book)
        autumn = reading("callback", [entry("2026-10-24 18:00", "detect")], profile="own", book=book)

        assert spring.explanation[-1].startswith("due 2026-03-29 13:00 CEST")
        assert autumn.explanation[-1].startswith("due 2026-10-25 11:00 CET")
        assert any("from UTC+0100 to UTC+0200" in line for line in spring.explanation)

    def test_says_that_a_pause_lasts(self):
        case = [OPENED, entry("2026-03-02 09:00:30", "pause", reason="waiting_customs")]

        lines = reading("resolution", case).explanation

        assert "stopped 2026-03-02 09:00:30 CST, until it is released: waiting_customs" in lines
        assert lines[-1].startswith("due: nobody can say: it stands still")

    def test_says_that_a_clock_of_the_carriers_own_does_not_pause(self):
        case = [OPENED, entry("2026-03-02 09:00", "pause", reason="waiting_customs")]

        assert any("this clock never pauses" in line for line in reading("update", case).explanation)


waits = st.lists(
    st.tuples(st.integers(0, 5000), st.integers(0, 3000), st.sampled_from(list(PauseReason))),
    max_size=5,
    unique_by=lambda wait: wait[2],
)
opened_at = st.integers(0, 500_000).map(lambda minutes: local("2025-12-01 00:00") + timedelta(minutes=minutes))


class TestPause:
    @given(opened_at, waits, st.sampled_from(INTERNAL))
    def test_never_makes_a_due_time_earlier(self, start, waits, profile):
        def due_at(waits):
            told = [
                ClockEntry(at=start + timedelta(minutes=minutes), command=command, reason=reason)
                for begun, length, reason in waits
                for command, minutes in (("pause", begun), ("release", begun + length))
            ]
            opened = ClockEntry(at=start, command="detect")
            return reading("resolution", [opened, *sorted(told, key=lambda item: item.at)], profile=profile).due_at

        due = [due_at(waits[:number]) for number in range(len(waits) + 1)]

        assert due == sorted(due)

    @given(opened_at, waits, st.sampled_from(INTERNAL))
    def test_without_a_release_leaves_a_due_time_only_to_what_ran_out_before(self, start, waits, profile):
        told = [
            ClockEntry(at=start + timedelta(minutes=begun), command="pause", reason=reason)
            for begun, _, reason in sorted(waits)
        ]

        found = reading("resolution", [ClockEntry(at=start, command="detect"), *told], profile=profile)

        assert found.due_at is None or all(found.due_at <= pause.at for pause in told)


class TestBeginning:
    """A clock that several commands may start: whichever comes, also where the first one never does."""

    def test_of_a_persons_time_is_the_second_objection_too(self):
        objected = entry("2026-03-03 10:00", "refer_up", state="NEEDS_OPERATOR")

        for profile in ("seed-outlet", "standard", "complaint"):
            assert reading("operator", [OPENED, objected], profile=profile).started_at == local("2026-03-03 10:00")

    def test_of_the_archive_is_whatever_concluded_the_complaint(self):
        for command in ("accept", "explain", "conclude", "conclude_by_hand", "resolve_at_once", "withdraw"):
            ended = entry("2026-03-03 10:00", command, state="CONCLUDED")

            assert reading("archive", [OPENED, ended], profile="complaint").due_at == local("2026-03-04 10:00")

    def test_of_the_customers_answer_is_only_what_he_was_told(self):
        told_nobody = entry("2026-03-03 10:00", "feed_back", state="FED_BACK")

        assert due_of("customer_answer", fold([OPENED, told_nobody], start=Anchors(profile="complaint"))) is None


class TestTheComplaintOfTheLaw:
    def test_is_not_answered_by_what_was_answered_before_it_was_complained_of_anew(self):
        first = entry("2026-03-02 09:00", "receive", state="RECEIVED", facts=facts(complained_at="2026-03-02 09:00"))
        told = entry("2026-03-03 09:00", "feed_back", facts=facts(complaint_answered_at="2026-03-03 09:00"))
        anew = entry("2026-03-20 09:00", "reopen", state="RECEIVED", facts=facts(complained_at="2026-03-20 09:00"))

        assert reading("complaint", [first, told], now="2026-03-21 09:00").status is ClockStatus.MET
        assert reading("complaint", [first, told, anew], now="2026-03-21 09:00").status is ClockStatus.RUNNING
