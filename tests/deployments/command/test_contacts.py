"""`redress contact`, and what `redress case` shows of reaching a customer."""

from collections.abc import Callable

import pytest
from commands import Redress
from factories import a_registration, a_supervisor, an_event
from standins import register, tell

from schemas.exceptions import Role
from schemas.tracking import Event
from store import staff
from store.unit_of_work import unit_of_work
from tasks.exceptions.detection import find_exceptions
from tasks.supervision.passcodes import new_secret


@pytest.fixture
def number(redress: Redress, stand_at: Callable[..., None]) -> str:
    """Open the case of a parcel whose consignee is unreachable."""
    del redress, stand_at
    register(a_registration())
    tell(an_event(Event.PICKED_UP, -9), an_event(Event.DELIVERY_FAILED, -1, reason="consignee.unreachable"))
    with unit_of_work() as connection:
        staff.add(connection, a_supervisor(staff_id="ag-sun", roles=frozenset({Role.AGENT})), secret=new_secret())
    [opened] = find_exceptions.fn().opened
    return opened


CALLED = ("--channel", "voice_call", "--outcome", "no_answer", "--as", "ag-sun")


class TestContact:
    def test_writes_down_what_came_of_an_attempt(self, redress: Redress, number: str) -> None:
        printed = redress("contact", number, *CALLED, "--at", "2026-11-20T11:30", "--note", "响铃无人接听")

        assert (printed.exit_code, printed.out) == (0, f"{number}: voice_call no_answer is on record.\n")
        [attempt] = redress("case", number, "--json").json["contacts"]
        assert (attempt["by"], attempt["at"], attempt["note"]) == ("ag-sun", "2026-11-20T03:30:00Z", "响铃无人接听")

    def test_gives_it_back_as_it_is_kept(self, redress: Redress, number: str) -> None:
        assert redress("contact", number, *CALLED, "--json").json["outcome"] == "no_answer"

    @pytest.mark.parametrize(
        ("changed", "exit_code", "why"),
        [
            (("--as", "nobody"), 1, "nobody is nobody who works here"),
            (("--channel", "pigeon"), 2, "pigeon"),
            (("--outcome", "under_way"), 2, "under_way"),
            (("--at", "yesterday"), 2, "--at yesterday is no time"),
            (("--at", "2026-11-20T13:00"), 1, "still to come"),
            (("--note", "x" * 2001), 2, "note"),
        ],
    )
    def test_that_is_wrong_fails_in_one_line(
        self, redress: Redress, number: str, changed: tuple[str, str], exit_code: int, why: str
    ) -> None:
        said = dict(zip(CALLED[::2], CALLED[1::2], strict=True)) | {changed[0]: changed[1]}

        printed = redress("contact", number, *(part for pair in said.items() for part in pair))

        assert printed.exit_code == exit_code
        assert why in printed.err

    def test_of_an_unknown_case_says_so(self, redress: Redress, number: str) -> None:
        assert "there is no case EX-0" in redress("contact", "EX-0", *CALLED).err


class TestCase:
    def test_shows_the_attempts_and_how_far_the_procedure_has_come(self, redress: Redress, number: str) -> None:
        redress("contact", number, *CALLED)

        shown = redress("case", number).out

        assert "voice_call" in shown
        assert "尚缺 missing: 第一次信息通知、第二次信息通知" in shown
        assert "《浙江省快递业促进条例》第三十三条" in shown

    def test_gives_the_procedure_as_json(self, redress: Redress, number: str) -> None:
        found = redress("case", number, "--json").json["unreachable"]

        assert found["missing"] == ["call", "first_message", "second_message", "silence"]
        assert found["basis"] == ["messages_apart[*]@2022-03-01", "silence[*]@2022-03-01"]

    def test_has_no_procedure_for_another_type(self, redress: Redress, number: str) -> None:
        register(a_registration(waybill="773000000002"))
        tell(
            an_event(Event.PICKED_UP, -9), an_event(Event.EXCEPTION, -1, reason="carrier.damaged"),
            waybill="773000000002",
        )  # fmt: skip
        [other] = find_exceptions.fn().opened

        assert redress("case", other, "--json").json["unreachable"] is None
