"""`redress recovery`: what parties owe and insurers bear is listed, ruled about, collected and settled by command."""

from collections.abc import Callable
from datetime import datetime

import pytest
from commands import Redress
from recovering import EAST, HUB, INSURER, SECRET, books_of, moment, on_file, paid_claim, share, unknown

from schemas.complaints import PartyKind
from schemas.exceptions import Role
from tasks import clock
from tasks.claims.charging import settle_charges
from tasks.claims.recovering import recover_claims
from tasks.supervision.passcodes import passcode_at

Stand = Callable[[datetime], None]


def by(staff_id: str) -> list[str]:
    """Say who acts, with the passcode that his authenticator shows now."""
    return ["--staff", staff_id, "--passcode", passcode_at(SECRET, clock.now())]


@pytest.fixture(autouse=True)
def _staff(redress: Redress, stand_at: Stand) -> None:
    del redress, stand_at
    on_file("ag-wu")
    on_file("sup-wang", Role.SUPERVISOR)


@pytest.fixture
def claim() -> str:
    """Have a claim in recovery, with two parties."""
    number = paid_claim(share(EAST, "60"), share(HUB, "40", PartyKind.SORTING_CENTRE))
    recover_claims.fn(number)
    return number


@pytest.fixture
def final(claim: str, stand_at: Stand) -> str:
    """Have both charges final."""
    stand_at(moment(8))
    settle_charges.fn()
    return claim


class TestList:
    def test_shows_charges_and_those_that_are_asked_for(self, redress: Redress, claim: str) -> None:
        assert {EAST, HUB, f"{claim}-C1"} <= set(redress("recovery", "list").out.split())
        assert [one["party"] for one in redress("recovery", "list", "--party", HUB, "--json").json] == [HUB]
        assert len(redress("recovery", "list", "--claim", claim, "--json").json) == 2
        assert redress("recovery", "list", "--state", "charged").out.endswith("No charge.\n")


class TestShow:
    def test_shows_charges_insurer_and_books(self, redress: Redress) -> None:
        number = paid_claim(share(EAST, "60"), unknown("40"))
        redress("recovery", "insurer", "open", number, "--insurer", INSURER, "--amount", "300", "--staff", "ag-wu")
        recover_claims.fn(number)

        printed = redress("recovery", "show", number)
        told = redress("recovery", "show", number, "--json").json

        assert {EAST, INSURER, "to_allocate", "RECOVERING."} <= set(printed.out.split())
        assert (told["state"], told["insurer"]["claimed"], len(told["charges"])) == ("RECOVERING", "300.00", 2)
        assert {(book["account"], book["balance"]) for book in told["books"]} >= {("to_allocate", "420.00")}

    def test_shows_what_the_insurer_said_and_why_a_claim_went_without_papers(self, redress: Redress) -> None:
        number = paid_claim(share(EAST, "100"))
        insurer, mine = ("recovery", "insurer"), ("--staff", "ag-wu")
        redress(*insurer, "open", number, "--insurer", INSURER, *mine)
        assert redress("recovery", "show", number, "--json").json["contacts"] == []
        redress(*insurer, "submit", number, *mine, "--why", "发票已遗失")
        redress(*insurer, "contact", number, *mine, "--note", "下周答复，经办人 13800138000")

        printed = redress("recovery", "show", number)
        told = redress("recovery", "show", number, "--json").json["contacts"]

        notes = ["submitted without value_proof: 发票已遗失", "下周答复，经办人 138****8000"]
        assert [(one["by"], one["note"]) for one in told] == [("ag-wu", note) for note in notes]
        assert [note for note in notes if note in printed.out] == notes
        assert "13800138000" not in printed.out

    def test_shows_no_insurer_where_none_is_asked(self, redress: Redress, claim: str) -> None:
        told = redress("recovery", "show", claim, "--json").json

        assert (told["insurer"], told["contacts"]) == (None, [])
        assert "why it went without" not in redress("recovery", "show", claim).out

    def test_says_that_there_is_no_such_claim(self, redress: Redress) -> None:
        printed = redress("recovery", "show", "CL-20261120-999999")

        assert (printed.exit_code, printed.err) == (1, "redress: there is no claim CL-20261120-999999\n")


class TestObjectAndRule:
    def test_take_an_objection_and_uphold_the_charge(self, redress: Redress, claim: str) -> None:
        objected = redress("recovery", "object", f"{claim}-C1", "--by", EAST, "--words", "封签完好")
        assert objected.out == f"{claim}-C1 is objected.\n"

        ruled = redress("recovery", "rule", f"{claim}-C1", *by("sup-wang"), "--ruling", "监控显示破损")

        assert ruled.out == f"{claim}-C1 is charged, 600.00 CNY are owed.\n"

    def test_lift_a_charge_and_charge_somebody_else(self, redress: Redress, claim: str) -> None:
        redress("recovery", "object", f"{claim}-C1", "--by", EAST, "--words", "封签完好")
        told = [*by("sup-wang"), "--ruling", "途中破损", "--lift", "--instead", "干线公司", "--kind", "partner"]

        assert redress("recovery", "rule", f"{claim}-C1", *told, "--json").json["state"] == "lifted"

        [other] = redress("recovery", "list", "--party", "干线公司", "--json").json
        assert (other["kind"], other["amount"], other["state"]) == ("partner", "600.00", "noticed")

    def test_say_why_not(self, redress: Redress, claim: str) -> None:
        refused = redress("recovery", "rule", f"{claim}-C1", *by("sup-wang"), "--ruling", "x")
        wrong = redress("recovery", "rule", f"{claim}-C1", *by("sup-wang"), "--ruling", "x", "--instead", HUB)
        another = redress(
            "recovery", "rule", f"{claim}-C1", "--staff", "sup-wang", "--passcode", "000000", "--ruling", "x"
        )

        assert (refused.exit_code, wrong.exit_code, another.exit_code) == (1, 2, 1)
        assert "passcode" in another.err
        assert "no objection waits" in refused.err
        assert "add --lift" in wrong.err


class TestRecoveredAndWriteOff:
    def test_book_what_was_paid_take_it_back_and_write_off_the_rest(self, redress: Redress, final: str) -> None:
        key = f"{final}-C1"
        paid = redress("recovery", "recovered", key, "--reference", "a", "--staff", "ag-wu", "--amount", "200")
        assert paid.out == f"{key} is charged, 400.00 CNY are owed.\n"
        back = redress("recovery", "undo-recovered", key, "--reference", "a", "--staff", "ag-wu", "--why", "bounced")
        assert back.out == f"{key} is charged, 600.00 CNY are owed.\n"

        asked = ["--staff", "ag-wu", "--approved-by", "sup-wang", "--why", "bankrupt"]
        alone = redress("recovery", "write-off", key, *asked, "--passcode", "000000")
        assert (alone.exit_code, "loss" in books_of(final)) == (1, False)
        approved = redress("recovery", "write-off", key, *asked, "--passcode", passcode_at(SECRET, clock.now()))
        assert approved.out == f"{key} is written_off.\n"

        assert books_of(final) == {f"receivable_from_party {HUB}": "400.00", "loss": "600.00"}

    @pytest.mark.parametrize(
        ("amount", "exit_code", "said"),
        [
            ("much", 2, "no amount"),
            ("1.005", 2, "two decimal places"),
            ("NaN", 2, "two decimal"),
            ("900", 1, "are owed"),
        ],
    )
    def test_refuse_an_amount_that_cannot_be(
        self, redress: Redress, final: str, amount: str, exit_code: int, said: str
    ) -> None:
        told = ["--reference", "a", "--staff", "ag-wu", "--amount", amount]

        printed = redress("recovery", "recovered", f"{final}-C1", *told)

        assert printed.exit_code == exit_code
        assert said in printed.err

    def test_refuse_another_amount_under_a_reference(self, redress: Redress, final: str) -> None:
        told = ["recovery", "recovered", f"{final}-C1", "--reference", "a", "--staff", "ag-wu", "--amount"]
        redress(*told, "200")

        printed = redress(*told, "300")

        assert (printed.exit_code, "with other lines" in printed.err) == (1, True)


class TestSettlement:
    def test_shows_what_each_party_owes_and_for_which_claims(self, redress: Redress, final: str) -> None:
        printed = redress("recovery", "settlement", "2026-11", "--items")
        told = redress("recovery", "settlement", "2026-11", "--party", EAST, "--json").json

        assert {EAST, HUB, "600.00", "400.00", final} <= set(printed.out.split())
        assert [(one["party"], one["charged"], one["closing"]) for one in told] == [(EAST, "600.00", "600.00")]
        assert told[0]["items"][0]["claim_no"] == final

    def test_says_where_there_is_none_and_what_is_no_month(self, redress: Redress) -> None:
        assert redress("recovery", "settlement", "2026-11").out.endswith("anything in 2026-11.\n")
        printed = redress("recovery", "settlement", "11/2026")
        assert (printed.exit_code, "no month such as 2026-11" in printed.err) == (2, True)


class TestInsurer:
    @pytest.fixture
    def asked(self, redress: Redress) -> str:
        number = paid_claim(share(EAST, "100"))
        redress("recovery", "insurer", "open", number, "--insurer", INSURER, "--policy", "P-7", "--staff", "ag-wu")
        return number

    def test_is_listed_until_it_has_ended(self, redress: Redress, asked: str, stand_at: Stand) -> None:
        assert asked in redress("recovery", "insurer", "list").out
        assert redress("recovery", "insurer", "list", "--overdue", "--json").json == []
        stand_at(moment(7))
        assert [one["policy_no"] for one in redress("recovery", "insurer", "list", "--overdue", "--json").json] == [
            "P-7"
        ]

        given_up = redress("recovery", "insurer", "give-up", asked, "--staff", "ag-wu", "--why", "no cover")

        assert "given_up, 1000.00 CNY expected" in given_up.out
        assert redress("recovery", "insurer", "list").out.endswith("No insurer is asked anything.\n")
        assert asked in redress("recovery", "insurer", "list", "--ended").out

    def test_has_papers_of_which_the_missing_are_named(self, redress: Redress, asked: str) -> None:
        printed = redress("recovery", "insurer", "papers", asked)

        assert (printed.exit_code, printed.err) == (1, f"redress: {asked}: value_proof missing\n")
        assert "价值证明" in printed.out
        assert redress("recovery", "insurer", "papers", asked, "--json").json["missing_papers"] == []

    def test_is_submitted_asked_about_and_told_of_by_hand(self, redress: Redress, asked: str) -> None:
        refused = redress("recovery", "insurer", "submit", asked, "--staff", "ag-wu")
        assert (refused.exit_code, "value_proof missing" in refused.err) == (1, True)
        assert "submitted" in redress("recovery", "insurer", "submit", asked, "--staff", "ag-wu", "--why", "x").out
        contacted = redress(
            "recovery",
            "insurer",
            "contact",
            asked,
            "--staff",
            "ag-wu",
            "--note",
            "x",
            "--next-on",
            "2026-12-05",
            "--json",
        )
        assert contacted.json["contact_due_at"] == "2026-12-05T01:00:00Z"

        by_hand = ["recovery", "insurer", "told", asked, "--staff", "ag-wu", "--step"]
        assert "accepted, 1000.00 CNY" in redress(*by_hand, "accept", "--report", "R-77").out
        assert "granted, 700 CNY" in redress(*by_hand, "result", "--amount", "700", "--ratio", "70").out.replace(
            ".00", ""
        )
        paid = redress(
            *by_hand, "bill", "--amount", "700", "--payee", "总部", "--paid-at", "2026-11-24T10:00+08:00", "--json"
        )
        assert (paid.json["state"], paid.json["paid"], paid.json["report_no"]) == ("paid", "700.00", "R-77")
        recover_claims.fn(asked)
        assert books_of(asked) == {"to_allocate": "300.00"}

    @pytest.mark.parametrize(
        ("told", "exit_code", "said"),
        [
            (["told", "--step", "bill", "--staff", "ag-wu"], 2, "payee"),
            (["told", "--step", "result", "--staff", "ag-wu", "--amount", "0"], 2, "say why nothing is paid"),
            (["told", "--step", "accept", "--staff", "ag-wu"], 1, "nothing was submitted yet"),
            (["contact", "--staff", "ag-wu", "--note", "x", "--next-on", "soon"], 2, "no day such as 2026-12-05"),
            (["contact", "--staff", "ag-wu", "--note", "x", "--next-on", "2026-11-01"], 1, "is not to come"),
        ],
        ids=["no payee", "no reason", "too early", "no day", "a day that is over"],
    )
    def test_refuses(self, redress: Redress, asked: str, told: list[str], exit_code: int, said: str) -> None:
        command, *rest = told

        printed = redress("recovery", "insurer", command, asked, *rest)

        assert printed.exit_code == exit_code
        assert said in printed.err

    def test_is_nobody_where_nobody_is_asked(self, redress: Redress) -> None:
        printed = redress("recovery", "insurer", "contact", paid_claim(), "--staff", "ag-wu", "--note", "x")

        assert (printed.exit_code, "no insurer is asked about" in printed.err) == (1, True)
