"""Complaints in PostgreSQL: chosen, locked, joined with what was told last, their parcel and their newest plan."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from complaint_factories import a_complaint_plan, a_finding
from factories import NOON, a_question, a_registration, at
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from rules.complaints.asking import JOINT
from rules.transitions import Move
from schemas.complaints import (
    Channel,
    Command,
    Complaint,
    ComplaintRecord,
    ComplaintType,
    MissingField,
    Stage,
    State,
    Validity,
)  # fmt: skip
from store import complaint_matters, complaint_records, complaints, inquiries
from store.case_history import Signature, broken_histories, history_of
from store.case_moves import Change
from store.complaints import COMPLAINTS, Chosen, NoSuchComplaint, Opening
from store.plans import draft_plans
from store.tracking import shipments
from store.unit_of_work import unit_of_work

SIGN = Signature(who="ag-sun", role="agent", at=NOON, policy_version="test")
WAYBILL = "773000000001"
MISSING = MissingField(at="demand.text", rule="R35", zh="客户诉求", en="what the customer wants")


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


def a_told_record(**changes: Any) -> ComplaintRecord:
    return ComplaintRecord.model_validate(
        {
            "channel": Channel.HOTLINE, "type": ComplaintType.DELAY, "waybill": WAYBILL,
            "customer": {"name": "钱七", "phone": "19900007777"}, "occurrence": {"account": "至今没有消息"},
            "demand": {"text": "尽快送达"}, "taken_by": "ag-sun", **changes,
        }
    )  # fmt: skip


def opened(
    connection: Connection, *missing: MissingField, at: datetime = NOON, columns: dict[str, Any] | None = None,
    **told: Any,
) -> Complaint:  # fmt: skip
    record = a_told_record(**told)
    set_columns = {"waybill": record.waybill, "type": record.type.value, "told_at": at, **(columns or {})}
    opening = Opening(record, missing, lambda _: set_columns, {"channel": record.channel.value})
    return complaints.open_complaint(connection, opening, prefix="CP-20261120-", sign=replace(SIGN, at=at))


def moved(connection: Connection, complaint: Complaint, target: State, **updates: Any) -> Complaint:
    """Bring a complaint to a state, whatever the table of transitions says."""
    move: Move[State, Command, Stage] = Move(complaint.state, Command.ARCHIVE, target, Stage.ARCHIVE)
    COMPLAINTS.apply(connection, [Change(case=complaint, move=move, updates=updates)], sign=SIGN)
    return complaints.one_complaint(connection, complaint.case_no)


def numbers(connection: Connection, limit: int = 500, after: str = "", **chosen: Any) -> list[str]:
    found = complaints.select_complaints(connection, Chosen(**chosen), limit=limit, after=after)
    return [one.case_no for one in found]


class TestOpenComplaint:
    def test_gives_a_number_and_the_first_entry_of_a_sealed_history(self, connection: Connection) -> None:
        complaint = opened(connection)

        assert complaint.case_no == "CP-20261120-000001"
        assert (complaint.state, complaint.version) == (State.RECEIVED, 1)
        [entry] = history_of(connection, complaint.case_no)
        assert (entry["command"], entry["stage"]) == ("receive", "INTAKE")
        assert broken_histories(connection) == (1, [])

    def test_of_what_lacks_something_is_a_draft(self, connection: Connection) -> None:
        complaint = opened(connection, MISSING)

        assert (complaint.state, complaint.missing) == (State.DRAFT, ("demand.text",))

    def test_seals_the_hash_of_what_was_told_and_no_word_of_it(self, connection: Connection) -> None:
        complaint = opened(connection)

        [entry] = history_of(connection, complaint.case_no)
        [record] = complaint_records.records_of(connection, complaint.case_no)
        assert entry["details"]["record"] == record.sha256
        assert "钱七" not in str(entry)

    def test_counts_on_for_every_complaint(self, connection: Connection) -> None:
        assert [opened(connection).case_no[-1] for _ in range(3)] == ["1", "2", "3"]


class TestOneComplaint:
    def test_shows_the_parcel_where_it_is_on_file(self, connection: Connection) -> None:
        booked = a_registration(freight="12.50", insured=True, insured_amount="500", currency="HKD")
        shipments.register(connection, [booked], at=NOON)

        complaint = opened(connection)

        assert (complaint.outlet, complaint.carrier) == ("示例城东网点", "shentong")
        assert (complaint.freight, complaint.insured_amount) == (Decimal("12.50"), Decimal(500))
        assert (complaint.declared_value, complaint.value_currency) == (Decimal(100), "HKD")

    def test_shows_nothing_of_a_parcel_that_nobody_booked(self, connection: Connection) -> None:
        complaint = opened(connection)

        assert (complaint.outlet, complaint.declared_value, complaint.value_currency) == ("", None, "CNY")

    def test_shows_what_was_told_last(self, connection: Connection) -> None:
        number = opened(connection).case_no
        later = a_told_record(customer={"name": "钱七", "phone": "19900008888"}, demand={"text": "退款"})
        complaint_records.add_record(connection, number, later, missing=[], at=at(1))

        complaint = complaints.one_complaint(connection, number)

        assert (complaint.customer_phone, complaint.wish) == ("19900008888", "退款")
        assert [record.told_at for record in complaint_records.records_of(connection, number)] == [at(0), at(1)]

    def test_shows_nobody_once_what_was_told_is_erased(self, connection: Connection) -> None:
        number = opened(connection).case_no
        connection.exec_driver_sql("UPDATE complaint_record SET content = '{}', erased_at = now()")

        complaint = complaints.one_complaint(connection, number)

        assert (complaint.customer_name, complaint.customer_phone, complaint.account) == ("", "", "")
        assert [record.content for record in complaint_records.records_of(connection, number)] == [None]
        assert broken_histories(connection) == (1, [])

    def test_shows_the_newest_plan_and_never_edits_one(self, connection: Connection) -> None:
        number = opened(connection).case_no
        for version in (1, 2):
            draft_plans(connection, [(number, a_complaint_plan(version=version))])

        assert complaints.one_complaint(connection, number).plan == a_complaint_plan(version=2)
        with pytest.raises(IntegrityError):
            draft_plans(connection, [(number, a_complaint_plan(version=2, amount=Decimal(1)))])

    def test_gives_back_a_finding_as_it_was_written(self, connection: Connection) -> None:
        complaint = moved(connection, opened(connection), State.VERIFIED, finding=a_finding())

        assert complaint.finding == a_finding()

    def test_is_refused_where_there_is_none(self, connection: Connection) -> None:
        with pytest.raises(NoSuchComplaint, match="there is no complaint CP-0"):
            complaints.one_complaint(connection, "CP-0")


class TestSelectComplaints:
    def test_goes_on_after_a_number_and_no_further_than_asked(self, connection: Connection) -> None:
        first, second, third = (opened(connection).case_no for _ in range(3))

        assert numbers(connection, limit=2) == [first, second]
        assert numbers(connection, limit=2, after=second) == [third]

    @pytest.mark.parametrize(
        ("chosen", "found"),
        [
            pytest.param({"waybill": WAYBILL}, 1, id="by the parcel"),
            pytest.param({"waybill": ""}, 0, id="by no parcel nothing"),
            pytest.param({"caller_key": "k"}, 1, id="by the caller"),
            pytest.param({"caller_key": ""}, 0, id="by no caller nothing"),
            pytest.param({"states": [State.RECEIVED]}, 1, id="in a state"),
            pytest.param({"states": [State.CLOSED]}, 0, id="in another"),
            pytest.param({"due_by": at(2)}, 1, id="due by its time"),
            pytest.param({"due_by": at(1.999)}, 0, id="due earlier"),
            pytest.param({"tell_due_by": at(2)}, 1, id="to be told by its time"),
            pytest.param({"escalated_before": NOON}, 1, id="never escalated"),
            pytest.param({"escalation_level": 0}, 1, id="that nobody has heard of"),
            pytest.param({"escalation_level": 1}, 0, id="that somebody has heard of"),
            pytest.param({"other_clock_than": "first"}, 1, id="due by another clock"),
            pytest.param({"other_clock_than": "answer"}, 0, id="due by this clock"),
            pytest.param({"no_answer_owed_at": NOON}, 1, id="about which nobody was asked"),
            pytest.param({"case_nos": []}, 0, id="none of no numbers"),
            pytest.param({"open_only": True}, 1, id="open"),
        ],
    )
    def test_chooses(self, connection: Connection, chosen: dict[str, Any], found: int) -> None:
        due = {"next_due_at": at(2), "tell_due_at": at(2), "due_kind": "escalated_answer"}
        opened(connection, columns={"caller_key": "k", **due})

        assert len(numbers(connection, **chosen)) == found

    @pytest.mark.parametrize(
        ("asked", "moment", "found"),
        [
            ({}, at(1), 0),
            ({}, at(2), 1),
            ({"round": JOINT + 1}, at(1), 1),
            ({"round": 1}, at(1), 1),
        ],
        ids=["who has time to answer", "whose time is over", "about a plan", "in an earlier round"],
    )
    def test_waits_for_somebody(
        self, connection: Connection, asked: dict[str, Any], moment: datetime, found: int
    ) -> None:
        number = opened(connection).case_no
        last = a_question(case_no=number, department="杭州转运中心", due_at=at(0), round=2)
        questions = [last, a_question(**{"case_no": number, "round": 2, **asked})]
        inquiries.ask(connection, questions, prefix="IQ-", asked_by="redress", at=NOON)

        assert len(numbers(connection, no_answer_owed_at=moment)) == found

    def test_leaves_out_what_is_closed_where_only_open_ones_matter(self, connection: Connection) -> None:
        complaint = moved(connection, opened(connection), State.CLOSED, next_due_at=at(0), follow_up_at=at(24))

        assert complaint.closed_at == NOON
        assert numbers(connection, due_by=at(99)) == []
        assert numbers(connection, open_only=True) == []
        assert numbers(connection, states=[State.CLOSED]) == [complaint.case_no]
        assert numbers(connection, follow_up_by=at(24)) == [complaint.case_no]

    def test_asks_for_an_answer_only_where_a_result_was_told(self, connection: Connection) -> None:
        told = moved(connection, opened(connection), State.FED_BACK, answer_due_at=at(72))
        moved(connection, opened(connection), State.HANDED_OFF, answer_due_at=at(72))

        assert numbers(connection, answer_due_by=at(72)) == [told.case_no]

    def test_passes_over_what_somebody_else_holds_unless_it_is_asked_for_by_its_number(self, database: str) -> None:
        del database
        with unit_of_work() as connection:
            held, free = (opened(connection).case_no for _ in range(2))

        with unit_of_work() as holder, unit_of_work() as other:
            complaints.one_complaint(holder, held, lock=True)

            chosen = Chosen(states=[State.RECEIVED])
            locked = complaints.select_complaints(other, chosen, lock=True)
            assert [one.case_no for one in locked] == [free]
            assert [one.case_no for one in complaints.select_complaints(other, chosen)] == [held, free]
            other.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
            with pytest.raises(Exception, match="lock timeout"):
                complaints.one_complaint(other, held, lock=True)


class TestSameMatter:
    def found(self, connection: Connection, **asked: Any) -> str | None:
        wanted = {"caller_key": "k", "waybill": WAYBILL, "type_": ComplaintType.DELAY, "since": at(-72), **asked}
        complaint = complaint_matters.same_matter(connection, **wanted)
        return complaint.case_no if complaint else None

    def test_is_the_same_trouble_of_the_same_parcel_whoever_tells_it(self, connection: Connection) -> None:
        number = opened(connection).case_no

        assert self.found(connection, caller_key="somebody else") == number
        assert self.found(connection, type_=ComplaintType.LOSS) is None
        assert self.found(connection, waybill="773000000002") is None

    def test_is_the_callers_where_it_is_about_no_parcel(self, connection: Connection) -> None:
        number = opened(connection, waybill="", columns={"caller_key": "k"}).case_no

        assert self.found(connection, waybill="") == number
        assert self.found(connection, waybill="", caller_key="somebody else") is None

    def test_is_nobodys_where_neither_parcel_nor_caller_is_known(self, connection: Connection) -> None:
        opened(connection, waybill="")

        assert self.found(connection, waybill="", caller_key="") is None

    @pytest.mark.parametrize(("since", "found"), [(at(0), True), (at(0.001), False)], ids=["told since", "told before"])
    def test_is_closed_ones_too_where_they_were_told_since(
        self, connection: Connection, since: datetime, *, found: bool
    ) -> None:
        moved(connection, opened(connection), State.CLOSED, ending="accepted")

        assert (self.found(connection, since=since) is not None) == found

    def test_is_no_draft_that_nobody_completed(self, connection: Connection) -> None:
        moved(connection, opened(connection), State.CLOSED, ending="abandoned")

        assert self.found(connection) is None

    def test_is_the_newest_of_several(self, connection: Connection) -> None:
        moved(connection, opened(connection, at=at(-2)), State.CLOSED)
        newest = opened(connection).case_no

        assert self.found(connection) == newest


class TestCallers:
    def test_are_counted_by_every_telling_within_the_window(self, connection: Connection) -> None:
        opened(connection, at=at(-800), columns={"caller_key": "k", "tellings": 5})
        opened(connection, columns={"caller_key": "k", "tellings": 3})
        opened(connection, columns={"caller_key": "k"})

        assert complaint_matters.calls_of(connection, "k", since=at(-720)) == 4
        assert complaint_matters.calls_of(connection, "nobody", since=at(-720)) == 0
        assert complaint_matters.calls_of(connection, "", since=at(-720)) == 0

    @pytest.mark.parametrize(
        ("finding", "counted"),
        [
            (a_finding(Validity.MALICIOUS), 1),
            (a_finding(Validity.MALICIOUS, decided=False), 0),
            (a_finding(Validity.UNPROVEN), 0),
        ],
        ids=["decided", "only proposed", "not malicious"],
    )
    def test_are_malicious_only_as_often_as_people_said_so(
        self, connection: Connection, finding: Any, counted: int
    ) -> None:
        moved(connection, opened(connection, columns={"caller_key": "k"}), State.CLOSED, finding=finding)

        assert complaint_matters.malicious_of(connection, ["k", ""]) == ({"k": counted} if counted else {})


class TestWhatElseIsKnown:
    def test_of_the_parcel_is_its_newest_earlier_complaint(self, connection: Connection) -> None:
        first, second = (opened(connection).case_no for _ in range(2))

        assert complaint_matters.earlier_about(connection, WAYBILL, than=second) == first
        assert complaint_matters.earlier_about(connection, WAYBILL, than=first) == ""
        assert complaint_matters.earlier_about(connection, "", than=second) == ""

    def test_of_the_parcel_is_no_exception_where_it_has_none(self, connection: Connection) -> None:
        assert complaint_matters.open_exception(connection, WAYBILL) == ""
        assert complaint_matters.open_exception(connection, "") == ""

    def test_is_how_many_stand_where(self, connection: Connection) -> None:
        opened(connection)
        opened(connection, MISSING)

        assert complaints.standing(connection) == {"RECEIVED": 1, "DRAFT": 1}

    def test_is_when_it_was_told_last(self, connection: Connection) -> None:
        assert complaint_matters.told_at(connection, opened(connection, at=at(-1)).case_no) == at(-1)


class TestWithOldClocks:
    def stale(self, connection: Connection, *profiles: str, calendars: str = "2026") -> list[str]:
        found = complaints.with_old_clocks(connection, profiles=profiles, calendars=calendars)
        return [one.case_no for one in found]

    def test_finds_those_whose_figures_are_no_longer_in_force(self, connection: Connection) -> None:
        clocks = {"clock_profile": "complaint@1 cn@1", "clock_calendars": "2026"}
        number = opened(connection, columns=clocks).case_no

        assert self.stale(connection, "complaint@1", "cn@1", "other@1") == []
        assert self.stale(connection, "complaint@2", "cn@1") == [number]
        assert self.stale(connection, "complaint@1", "cn@1", calendars="2027") == [number]

    def test_leaves_closed_ones_as_they_are(self, connection: Connection) -> None:
        clocks = {"clock_profile": "complaint@1", "clock_calendars": "2026"}
        moved(connection, opened(connection, columns=clocks), State.CLOSED)

        assert self.stale(connection, "complaint@2") == []
