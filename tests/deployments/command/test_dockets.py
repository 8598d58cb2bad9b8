"""`redress case` of a docket: what its supervisor reads, and what became of its claims, without Prefect's UI."""

from pathlib import Path

import pytest
from claim_cases import answers, docket_with, gate_of
from commands import Redress
from factories import NOON

from schemas.approvals import Outcome, Via
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.supervision.gate import description_of


@pytest.fixture(autouse=True)
def _at_noon(redress: Redress, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    del redress, tmp_path
    monkeypatch.setattr(clock, "now", lambda: NOON)


class TestCaseOfADocket:
    def test_shows_what_the_supervisor_reads_above_the_form(self, redress: Redress) -> None:
        docket_no, numbers = docket_with(2)
        with unit_of_work() as connection:
            form = description_of(connection, gate_of(docket_no))

        printed = redress("case", docket_no)

        assert printed.exit_code == 0
        assert printed.out == f"{docket_no}  waiting  made 11-20 12:00\n\n{form}\n"
        assert [number for number in numbers if f"| {number[-3:]} |" in printed.out] == numbers

    def test_shows_why_the_last_answer_was_not_accepted(self, redress: Redress) -> None:
        docket_no, _ = docket_with(1)
        assert answers(docket_no, NOON, via=Via.RUN, except_for="77").outcome is Outcome.ASK_AGAIN

        assert "上次提交未被接受 not accepted: 除外的 77" in redress("case", docket_no).out

    def test_shows_what_became_of_each_claim_once_it_is_decided(self, redress: Redress) -> None:
        docket_no, numbers = docket_with(2)
        answers(docket_no, NOON, except_for=numbers[0][-3:])

        shown = redress("case", docket_no).out.splitlines()

        assert shown[0] == f"{docket_no}  decided  made 11-20 12:00, decided 11-20 12:00 by sup-zhang"
        assert f"同意 1/2 件 approved; 除外 excepted: {numbers[0]}." in shown
        assert [line.split("|")[-2].strip() for line in shown[-2:]] == ["除外 excepted", "同意 approved"]

    def test_gives_scripts_the_docket(self, redress: Redress) -> None:
        docket_no, numbers = docket_with(2)

        told = redress("case", docket_no, "--json").json

        assert (told["docket_no"], told["state"]) == (docket_no, "waiting")
        assert [(one["case_no"], one["amount"], one["outcome"]) for one in told["claims"]] == [
            (number, "800.00", "") for number in numbers
        ]

    @pytest.mark.parametrize(
        ("more", "said"),
        [((), "there is no docket DK-20261120-000009"), (("--clocks",), "--clocks is for cases")],
        ids=["that there is none", "that it has no clocks"],
    )
    def test_says(self, redress: Redress, more: tuple[str, ...], said: str) -> None:
        printed = redress("case", "DK-20261120-000009", *more)

        assert (printed.exit_code, said in printed.err) == (1, True)
