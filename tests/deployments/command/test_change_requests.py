"""`redress change`: what waits is seen masked, decided with a passcode, and on record."""

import pytest
from change_requests import ask, code_for, hire, passcode
from commands import Redress
from factories import a_registration, an_event
from standins import register, tell

from schemas.exceptions import Role
from schemas.tracking import Event
from store.unit_of_work import unit_of_work
from tasks.change_requests.asking import give_code

SECRETS = ("19900001234", "19900007777", "钱小七")


@pytest.fixture
def waiting(redress: Redress) -> str:
    """Give the number of a request that waits for a supervisor."""
    del redress
    register(a_registration(declared_value="5000"))
    hire("sup-zhang", Role.SUPERVISOR)
    hire("ag-sun")
    number = ask(change={"consignee_name": "钱小七", "consignee_phone": "19900007777"}).number
    give_code(number, code_for(number))
    return number


class TestList:
    def test_shows_what_waits_and_masks_who_it_is_about(self, redress: Redress, waiting: str) -> None:
        for arguments in ([], ["--json"], ["--state", "VERIFIED"], ["--all"]):
            printed = redress("change", "list", *arguments)

            assert waiting in printed.out
            assert "199****7777" in printed.out
            assert not [secret for secret in SECRETS if secret in printed.out]

    def test_has_only_what_was_asked_for(self, redress: Redress, waiting: str) -> None:
        assert redress("change", "list", "--state", "DONE").out.splitlines()[-1] == "No change request."
        assert redress("change", "list", "--state", "NOWHERE").exit_code == 1


class TestShow:
    @pytest.mark.parametrize("arguments", [[], ["--json"]], ids=["for people", "as JSON"])
    def test_tells_the_history_masked(self, redress: Redress, waiting: str, arguments: list[str]) -> None:
        printed = redress("change", "show", waiting, *arguments)

        assert "verify" in printed.out
        assert not [secret for secret in SECRETS if secret in printed.out]

    def test_says_when_there_is_none(self, redress: Redress) -> None:
        assert "there is no change request CR-1" in redress("change", "show", "CR-1").err


class TestDecision:
    def test_lets_it_go_on(self, redress: Redress, waiting: str) -> None:
        printed = redress("change", "approve", waiting, "--staff", "sup-zhang", "--passcode", passcode())

        assert printed.out == f"{waiting} is approved and ordered from the carrier.\n"

    def test_sends_it_back(self, redress: Redress, waiting: str) -> None:
        arguments = ("--staff", "sup-zhang", "--passcode", passcode(), "--comment", "无此事")

        assert redress("change", "refuse", waiting, *arguments).out == f"{waiting} is refused.\n"

    @pytest.mark.parametrize(("staff_id", "said"), [("ag-sun", "approver's role"), ("nobody", "passcode is not right")])
    def test_is_not_anybody_s(self, redress: Redress, waiting: str, staff_id: str, said: str) -> None:
        printed = redress("change", "approve", waiting, "--staff", staff_id, "--passcode", passcode())

        assert printed.exit_code == 1
        assert said in printed.err


class TestCounter:
    ARGUMENTS = ("--asked-by", "sender", "--papers", "身份证", "--staff", "ag-sun")

    @pytest.fixture(autouse=True)
    def _hired(self, redress: Redress) -> None:
        del redress
        register(a_registration())
        hire("ag-sun")

    def test_takes_a_request_with_papers(self, redress: Redress) -> None:
        printed = redress(
            "change", "ask", "773000000001", *self.ARGUMENTS, "--passcode", passcode(), "--name", "钱小七"
        )

        assert "SENT_TO_CARRIER" in printed.out

    def test_says_what_is_wrong(self, redress: Redress) -> None:
        code = ("--passcode", passcode())

        assert "change something" in redress("change", "ask", "773000000001", *self.ARGUMENTS, *code).err
        unknown = redress("change", "ask", "773000000009", *self.ARGUMENTS, *code, "--name", "钱小七")
        assert "not right" in unknown.err

    def test_notes_what_the_outlet_did(self, redress: Redress) -> None:
        tell(an_event(Event.OUT_FOR_DELIVERY, -1))
        number = ask().number
        give_code(number, code_for(number))
        arguments = ("--staff", "ag-sun", "--passcode", passcode(), "--comment", "收派员已改派")

        assert redress("change", "done", number, *arguments).out == f"{number} is done.\n"


class TestVerifyHistory:
    def test_covers_change_requests(self, redress: Redress, waiting: str) -> None:
        assert redress("verify-history").out == "1 histories are whole.\n"
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE change_request_history SET note = 'x' WHERE seq = 1")

        assert f"{waiting}: entry 1 was changed" in redress("verify-history", waiting).err
