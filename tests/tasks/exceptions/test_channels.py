"""By which channel a letter to a customer goes out, and that its batch is read at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from factories import NOON, a_case, a_declaration, a_told_event, at
from sqlalchemy import event
from standins import tell

from rules.exceptions.wording import Message
from schemas.channels import Contacted, Segment
from schemas.exceptions import ExceptionCase, ExceptionType, State
from schemas.preferences import ChannelSegment, Door
from schemas.severity import Severity
from store import contacts
from store.outbox import Letter
from store.unit_of_work import Connection, unit_of_work
from tasks.exceptions.channels import addressed
from tasks.exceptions.letters import MANAGER, customer_message, department_notice
from tasks.preferences.declaring import take_down

CALLS = "json://127.0.0.1:9/calls"


def belongs_to(segment: Segment, phone: str = "19900001234") -> None:
    take_down([a_declaration(ChannelSegment(segment=segment), phone=phone)], door=Door.COMMAND, taken_by="ag-sun")


def unreached(**changes: Any) -> ExceptionCase:
    return a_case(**{"type": ExceptionType.UNREACHABLE, "state": State.CARRIED_OUT, **changes})


def letter_to(case: ExceptionCase) -> Letter:
    return customer_message(case, Message(subject="关于您的快件", body="请您回复"), purpose="severe", now=NOON)


def sent(*cases: ExceptionCase) -> list[Letter]:
    with unit_of_work() as connection:
        return addressed(connection, [(case, letter_to(case)) for case in cases])


def attempts(case: ExceptionCase) -> list[tuple[str, str]]:
    with unit_of_work() as connection:
        found = contacts.of_cases(connection, [case.case_no]).get(case.case_no, [])
    return [(one.channel.value, one.outcome.value) for one in found]


class TestFirstNotice:
    @pytest.mark.parametrize(
        ("segment", "channel"),
        [(Segment.YOUNG, "sms"), (Segment.ELDERLY, "voice_call"), (Segment.BUSINESS, "voice_call")],
    )
    def test_goes_by_the_first_channel_of_the_customers_segment(self, segment: Segment, channel: str) -> None:
        belongs_to(segment)

        [letter] = sent(unreached())

        assert letter.payload["channel"] == channel
        assert attempts(unreached()) == [(channel, "under_way")]

    def test_goes_by_the_standard_chain_to_somebody_nobody_knows(self) -> None:
        [letter] = sent(unreached())

        assert (letter.payload["channel"], letter.payload["is_attempt"]) == ("sms", True)

    @pytest.mark.parametrize(
        "changes",
        [{"type": ExceptionType.DELAYED}, {"customer_told_at": at(-1)}, {"objections": 1}],
        ids=["asks nothing", "not the first", "of somebody who has spoken"],
    )
    def test_is_written_and_no_attempt_where_it(self, changes: dict[str, Any]) -> None:
        belongs_to(Segment.ELDERLY)
        case = unreached(**changes)

        [letter] = sent(case)

        assert (letter.payload["channel"], letter.payload["audience"]) == ("voice_message", "customer")
        assert not letter.payload["is_attempt"]
        assert attempts(case) == []

    def test_leaves_letters_to_others_as_they_are(self) -> None:
        case = unreached()
        to_department = department_notice(case, about="严重异常", purpose="severe", to=MANAGER, now=NOON)

        with unit_of_work() as connection:
            assert addressed(connection, [(case, to_department)]) == [to_department]


class TestCall:
    @pytest.fixture(autouse=True)
    def elderly(self) -> None:
        belongs_to(Segment.ELDERLY)

    def test_is_the_task_of_the_outlet_within_an_hour(self) -> None:
        [letter] = sent(unreached())

        assert (letter.payload["audience"], letter.payload["to"]) == ("department", "示例城东网点")
        for told in ("请于 11-20 13:00 前致电收件人 王* 199****1234", "773000000001", "请您回复"):
            assert told in letter.payload["body"]
        assert "19900001234" not in str(letter.payload)

    @pytest.mark.parametrize(
        "changes",
        [{"outlet": ""}, {"type": ExceptionType.FALSE_SIGN}, {"type": ExceptionType.UNAUTHORISED_LOCKER}],
        ids=["no outlet is known", "its courier signed", "its courier left it"],
    )
    def test_is_the_task_of_customer_service_where(self, changes: dict[str, Any]) -> None:
        [letter] = sent(unreached(**changes))

        assert letter.payload["to"] == MANAGER

    def test_is_made_by_the_voice_gateway_where_there_is_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDRESS_NOTICE_VOICE_CALL_URL", CALLS)

        [letter] = sent(unreached())

        assert (letter.payload["audience"], letter.payload["to"]) == ("customer", "19900001234")
        assert (letter.payload["channel"], letter.payload["body"]) == ("voice_call", "请您回复")

    def test_waits_for_the_end_of_the_quiet_hours(self, stand_at: Callable[..., None]) -> None:
        case = unreached()
        letter = customer_message(case, Message(subject="x", body="y"), purpose="severe", now=at(12))

        with unit_of_work() as connection:
            [task] = addressed(connection, [(case, letter)])
            [attempt] = contacts.of_cases(connection, [case.case_no])[case.case_no]

        assert (task.not_before, attempt.at, attempt.outcome) == (at(20), at(20), Contacted.UNDER_WAY)


class TestPickupCode:
    @pytest.fixture(autouse=True)
    def waiting(self) -> None:
        tell(a_told_event(hours=-3, raw_text="已投柜，取件码 11-1"), a_told_event(hours=-2, raw_text="取件码【22-2】"))

    def uncollected(self, **changes: Any) -> ExceptionCase:
        return unreached(type=ExceptionType.UNCOLLECTED, **changes)

    def test_goes_along_with_a_text_message_as_the_newest_scan_tells_it(self) -> None:
        [letter] = sent(self.uncollected())

        assert letter.payload["body"] == "请您回复\n取件码：22-2。"

    def test_is_told_in_no_call(self) -> None:
        belongs_to(Segment.ELDERLY)

        assert "22-2" not in str(sent(self.uncollected()))

    def test_is_left_out_where_the_parcel_is_elsewhere(self) -> None:
        [letter] = sent(unreached())

        assert letter.payload["body"] == "请您回复"

    def test_is_left_out_where_no_scan_tells_one(self) -> None:
        [letter] = sent(self.uncollected(waybill="773000000009"))

        assert letter.payload["body"] == "请您回复"


class TestBatch:
    @contextmanager
    def counted(self, connection: Connection) -> Iterator[list[str]]:
        said: list[str] = []

        def note(*executed: Any) -> None:
            said.append(executed[2])

        event.listen(connection, "before_cursor_execute", note)
        yield said
        event.remove(connection, "before_cursor_execute", note)

    @pytest.mark.parametrize("size", [1, 50])
    def test_costs_as_many_statements_as_one_case(self, size: int) -> None:
        cases = [unreached(case_no=f"EX-{place}", severity=Severity.SEVERE) for place in range(size)]

        with unit_of_work() as connection, self.counted(connection) as said:
            letters = addressed(connection, [(case, letter_to(case)) for case in cases])

        assert len(letters) == size
        assert len(said) == 2  # the segments are read, the attempts are written
