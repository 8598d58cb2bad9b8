"""`redress private-settlements`: taking down what somebody settled himself, and the list of a month."""

import pytest
from commands import Redress
from factories import a_supervisor

from store import staff
from store.unit_of_work import unit_of_work

TOLD = (
    "private-settlements", "add", "--party", "driver", "--name", "赵六", "--amount", "120.5", "--on", "2025-11-20",
    "--waybill", "778000000001", "--staff", "sup-zhang",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _zhang_works_here(redress: Redress) -> None:
    del redress
    with unit_of_work() as connection:
        staff.add(connection, a_supervisor(), secret="x" * 32)


class TestAdd:
    def test_puts_it_on_file(self, redress: Redress) -> None:
        kept = redress(*TOLD, "--note", "当面赔付", "--json").json

        assert (kept["party"], kept["amount"], kept["currency"]) == ("driver", "120.50", "CNY")
        assert (kept["settled_on"], kept["told_by"], kept["note"]) == ("2025-11-20", "sup-zhang", "当面赔付")
        assert "is on file." in redress(*TOLD).out

    @pytest.mark.parametrize(
        ("changed", "why"),
        [
            (("--amount", "viel"), "--amount: 'viel' is no number"),
            (("--amount", "-5"), "--amount"),
            (("--amount", "0.001"), "--amount"),
            (("--currency", "yuan"), "--currency"),
        ],
    )
    def test_names_the_option_that_is_wrong(self, redress: Redress, changed: tuple[str, str], why: str) -> None:
        place = TOLD.index(changed[0]) if changed[0] in TOLD else len(TOLD)
        told = redress(*TOLD[:place], f"{changed[0]}={changed[1]}", *TOLD[place + 2 :])

        assert told.exit_code == 2
        assert why in told.err

    @pytest.mark.parametrize(
        ("more", "why"),
        [(("--claim", "CL-20260101-000009"), "there is no claim"), (("--on", "2999-01-01"), "has not come yet")],
    )
    def test_says_in_one_line_what_cannot_be_taken_down(
        self, redress: Redress, more: tuple[str, ...], why: str
    ) -> None:
        place = TOLD.index("--on")
        told = redress(*(TOLD if more[0] != "--on" else TOLD[:place] + TOLD[place + 2 :]), *more)

        assert told.exit_code == 1
        assert why in told.err
        assert told.err.count("\n") == 1


class TestList:
    def test_shows_a_month(self, redress: Redress) -> None:
        redress(*TOLD)

        assert [one["name"] for one in redress("private-settlements", "list", "--month", "2025-11", "--json").json] == [
            "赵六"
        ]
        assert "120.50" in redress("private-settlements", "list", "--month", "2025-11").out
        assert redress("private-settlements", "list", "--json").json == []

    def test_asks_for_a_month(self, redress: Redress) -> None:
        told = redress("private-settlements", "list", "--month", "2025-W01")

        assert told.exit_code == 2
        assert "--month: '2025-W01' is no month" in told.err
