"""`redress claims` and `redress claim`: what claimants tell is taken in, listed and shown with its people masked."""

import io
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from claims import (
    ACCOUNT,
    CLAIMANT,
    TOLD,
    claim_of,
    filed,
    papers_come,
    the_desk_works,
    the_parcel_was_damaged,
    to_the_offer,
)
from commands import Redress
from complaints import staff_called
from factories import NOON
from samples import JPEG
from standins import open_case

from rules.privacy import mask_name, mask_phone
from schemas.claims import State
from store import claim_forms, evidence
from store.unit_of_work import unit_of_work
from tasks.claims.offering import offer_claims
from tasks.publishing import CLAIM_FILED

FORM: dict[str, Any] = json.loads(json.dumps(TOLD, default=str))
NAME, PHONE = CLAIMANT["name"], CLAIMANT["phone"]
MASKED_NAME, MASKED_PHONE = mask_name(NAME), mask_phone(PHONE)
SECRETS = (NAME, PHONE, ACCOUNT)
OPTIONS = (
    "--channel", "hotline", "--event", "damage", "--waybill", "773000000001", "--name", NAME, "--phone", PHONE,
    "--relation", "sender", "--account", "开箱发现两只瓷碗碎裂", "--amount", "40", "--value", "100", "--proof",
    "invoice", "--lost-percent", "40", "--by", "ag-sun",
)  # fmt: skip


@pytest.fixture(autouse=True)
def parcel(redress: Redress, stand_at: Callable[[datetime], None]) -> None:
    del redress
    stand_at(NOON)
    the_parcel_was_damaged()
    staff_called("ag-sun")


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "claim.json"
    path.write_text(json.dumps(FORM), encoding="utf-8")
    return path


@pytest.fixture
def account_file(tmp_path: Path) -> Path:
    path = tmp_path / "account.txt"
    path.write_text(f"{ACCOUNT}\n", encoding="utf-8")
    return path


def payee_of(number: str) -> claim_forms.Payee:
    with unit_of_work() as connection:
        return claim_forms.payees_of(connection, [number])[number]


def said(text: bytes) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(text))


class TestFile:
    @pytest.mark.parametrize("named", [(), ("--file",)], ids=["its name", "the option"])
    def test_takes_a_claim_from_a_file_by(
        self, redress: Redress, form: Path, announced: list[str], named: tuple[str, ...]
    ) -> None:
        printed = redress("claim", "file", *named, str(form), "--json")

        assert (printed.json["state"], announced) == ("ACKNOWLEDGED", [CLAIM_FILED])
        assert claim_of(printed.json["claim_no"]).claimant_name == NAME

    def test_takes_a_claim_from_standard_input_with_options_over_it(
        self, redress: Redress, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sys.stdin", said(json.dumps(FORM).encode()))

        printed = redress("claim", "file", "-", "--channel", "outlet", "--phone", "19900004321")

        claim = claim_of(printed.out.split()[0])
        assert (claim.channel, claim.claimant_name, claim.claimant_phone) == ("outlet", NAME, "19900004321")
        assert "a proposal by" in printed.out

    def test_takes_a_claim_from_options(self, redress: Redress) -> None:
        printed = redress("claim", "file", *OPTIONS, "--business", "--happened", "2026-11-19", "--json")

        number = printed.json["claim_no"]
        with unit_of_work() as connection:
            [told] = claim_forms.forms_of(connection, number)
        assert told.content is not None
        [parcel] = told.content.parcels
        assert (parcel.id, str(parcel.value), str(parcel.lost_percent)) == ("773000000001", "100", "40")
        assert (told.content.consumer, str(told.content.happened_on), told.taken_by) == (False, "2026-11-19", "ag-sun")
        assert str(claim_of(number).claimed) == "40.00"

    def test_keeps_what_comes_with_it(self, redress: Redress, tmp_path: Path) -> None:
        photo = tmp_path / "破损.jpg"
        photo.write_bytes(JPEG)

        printed = redress("claim", "file", *OPTIONS, "--attach", f"photo_detail={photo}")

        with unit_of_work() as connection:
            [piece] = evidence.of_case(connection, printed.out.split()[0])
        assert piece.sha256 in printed.out
        assert piece.given_by == "ag-sun"
        assert "papers that are wanted: photo_whole, photo_label" in printed.out

    def test_says_what_is_missing_and_by_which_rule(self, redress: Redress) -> None:
        printed = redress("claim", "file", "--channel", "hotline", "--event", "damage")

        assert printed.exit_code == 1
        for told in ("claimant.name (R78)", "parcels (R78)", "事情经过", "--draft"):
            assert told in printed.err

    def test_keeps_a_draft_where_it_is_asked_to(self, redress: Redress) -> None:
        printed = redress("claim", "file", "--channel", "hotline", "--event", "damage", "--draft")

        assert (printed.exit_code, "is filed: DRAFT" in printed.out) == (0, True)
        assert "missing: claimant.name (R78)" in printed.out

    def test_adds_to_the_claim_that_the_matter_has(self, redress: Redress) -> None:
        number = redress("claim", "file", *OPTIONS).out.split()[0]

        assert f"{number} has what was told now" in redress("claim", "file", *OPTIONS).out

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            (("--channel", "fax", "--event", "damage"), "channel: Input should be"),
            (("--event", "damage"), "channel: Field required"),
            (("--channel", "hotline", "--event", "theft"), "event: Input should be"),
            (("--channel", "hotline", "--event", "loss", "--amount", "much"), "claimed: "),
            ((*OPTIONS, "--happened", "yesterday"), "happened_on: "),
            ((*OPTIONS, "--weight", "-1"), "parcels.0.weight_kg: "),
            ((*OPTIONS, "--attach", "bowl.jpg"), "--attach bowl.jpg: name the kind and the file"),
            ((*OPTIONS, "--attach", "photo=bowl.jpg"), "there is no kind photo"),
            (("nowhere.json",), "nowhere.json"),
        ],
    )
    def test_is_wrong_usage_with(self, redress: Redress, arguments: tuple[str, ...], sentence: str) -> None:
        printed = redress("claim", "file", *arguments)

        assert (printed.exit_code, sentence in printed.err) == (2, True), printed.err


class TestTheAccount:
    def test_is_read_from_a_file(self, redress: Redress, account_file: Path) -> None:
        printed = redress("claim", "file", *OPTIONS, "--payee", NAME, "--account-file", str(account_file))

        assert payee_of(printed.out.split()[0]) == (NAME, ACCOUNT)
        assert ACCOUNT not in printed.out + printed.err

    def test_is_read_from_standard_input(self, redress: Redress, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", said(f"{ACCOUNT}\n".encode()))

        printed = redress("claim", "file", *OPTIONS, "--payee", NAME, "--account-file", "-")

        assert payee_of(printed.out.split()[0]) == (NAME, ACCOUNT)

    def test_is_asked_for_at_a_terminal(self, redress: Redress, monkeypatch: pytest.MonkeyPatch) -> None:
        terminal = said(b"")
        monkeypatch.setattr(terminal, "isatty", lambda: True)
        monkeypatch.setattr("sys.stdin", terminal)
        monkeypatch.setattr("getpass.getpass", lambda _: ACCOUNT)

        printed = redress("claim", "file", *OPTIONS, "--payee", NAME)

        assert payee_of(printed.out.split()[0]) == (NAME, ACCOUNT)

    def test_is_asked_for_at_no_pipe(self, redress: Redress, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", said(b""))

        printed = redress("claim", "file", *OPTIONS, "--payee", NAME)

        assert (printed.exit_code, "--account-file" in printed.err) == (2, True)

    def test_that_is_none_is_refused_without_being_shown(self, redress: Redress, account_file: Path) -> None:
        account_file.write_text("12-34-56-78", encoding="utf-8")

        printed = redress("claim", "file", *OPTIONS, "--payee", NAME, "--account-file", str(account_file))

        assert (printed.exit_code, "payee.account: " in printed.err, "12-34" in printed.err) == (2, True, False)

    def test_that_cannot_be_read_is_said_so(self, redress: Redress, tmp_path: Path) -> None:
        printed = redress("claim", "file", *OPTIONS, "--payee", NAME, "--account-file", str(tmp_path / "none"))

        assert (printed.exit_code, "--account-file" in printed.err) == (2, True)


class TestComplete:
    def test_files_a_draft(self, redress: Redress, announced: list[str]) -> None:
        number = filed(keep_draft=True, parcels=[]).claim_no

        printed = redress("claim", "complete", number, "--lost-percent", "40", "--by", "ag-sun")

        assert (printed.exit_code, claim_of(number).state) == (0, State.ACKNOWLEDGED), printed.err
        assert announced == [CLAIM_FILED]

    def test_adds_an_account_and_a_picture(self, redress: Redress, account_file: Path, tmp_path: Path) -> None:
        number = filed(payee=None).claim_no
        photo = tmp_path / "全景.jpg"
        photo.write_bytes(JPEG)

        told = ("--payee", NAME, "--account-file", str(account_file), "--attach", f"photo_whole={photo}")
        printed = redress("claim", "add", number, *told, "--by", "ag-sun", "--json")

        assert payee_of(number) == (NAME, ACCOUNT)
        assert [piece["kind"] for piece in printed.json["attachments"]] == ["photo_whole"]
        assert printed.json["papers"] == ["photo_detail", "photo_label"]

    def test_says_of_a_claim_that_there_is_not_that_there_is_none(self, redress: Redress) -> None:
        printed = redress("claim", "complete", "CL-20261120-000099", "--name", NAME)

        assert (printed.exit_code, printed.err) == (1, "redress: there is no claim CL-20261120-000099\n")


class TestFromCase:
    def test_files_what_an_exception_comes_to(self, redress: Redress) -> None:
        case = open_case()

        printed = redress("claim", "from-case", case, "--staff", "ag-sun", "--lost-percent", "40", "--amount", "40")

        claim = claim_of(printed.out.split()[0])
        assert (claim.origin_case, claim.event, str(claim.claimed)) == (case, "damage", "40.00")

    @pytest.mark.parametrize(
        ("number", "sentence"),
        [("EX-20261120-000099", "there is no case"), ("CP-20261120-000099", "there is no complaint")],
    )
    def test_says_that_there_is_none(self, redress: Redress, number: str, sentence: str) -> None:
        printed = redress("claim", "from-case", number, "--staff", "ag-sun")

        assert (printed.exit_code, sentence in printed.err) == (1, True)


class TestClaims:
    def test_lists_the_open_ones_and_counts_all(self, redress: Redress) -> None:
        number = filed().claim_no
        other = filed(keep_draft=True, account="", claimant={"phone": "19900004321"}).claim_no

        printed = redress("claims")

        assert number in printed.out
        assert other in printed.out
        assert printed.out.splitlines()[-1] == "1 ACKNOWLEDGED, 1 DRAFT"

    def test_fits_a_terminal(self, redress: Redress) -> None:
        filed()

        assert max(len(line.rstrip()) for line in redress("claims").out.splitlines()) <= 100

    @pytest.mark.parametrize(
        "arguments",
        [
            ("--state", "ACKNOWLEDGED"), ("--event", "damage"), ("--waybill", "773000000001"),
            ("--due", "2026-12-31"), ("--all",), (),
        ],
    )  # fmt: skip
    def test_chooses_by(self, redress: Redress, arguments: tuple[str, ...]) -> None:
        number = filed().claim_no

        assert [one["case_no"] for one in redress("claims", *arguments, "--json").json] == [number]

    @pytest.mark.parametrize(
        "arguments",
        [
            ("--state", "DRAFT"), ("--event", "loss"), ("--waybill", "773000000002"), ("--due", "2026-11-20"),
            ("--branch", "示例城西网点"), ("--overdue",),
        ],
    )  # fmt: skip
    def test_leaves_out_by(self, redress: Redress, arguments: tuple[str, ...]) -> None:
        filed()

        assert redress("claims", *arguments, "--json").json == []

    def test_masks_people(self, redress: Redress) -> None:
        filed()

        [told] = redress("claim", "list", "--json").json

        assert (told["claimant_name"], told["claimant_phone"], told["payee_tail"]) == (
            mask_name(NAME),
            mask_phone(PHONE),
            "****3445",
        )

    def test_knows_the_states(self, redress: Redress) -> None:
        printed = redress("claims", "--state", "LOST")

        assert (printed.exit_code, "there is no state LOST; there are DRAFT" in printed.err) == (2, True)


class TestShow:
    @pytest.fixture
    def number(self) -> str:
        number = filed().claim_no
        papers_come(number)
        to_the_offer(number, NOON)
        return number

    @pytest.mark.parametrize("as_json", [(), ("--json",)], ids=["as tables", "as JSON"])
    def test_shows_nobody(self, redress: Redress, number: str, as_json: tuple[str, ...]) -> None:
        printed = redress("claim", "show", number, *as_json)

        assert printed.exit_code == 0, printed.err
        assert [secret for secret in SECRETS if secret in printed.out] == []

    def test_shows_everything_about_a_claim(self, redress: Redress, number: str) -> None:
        found = redress("claim", "show", number, "--json").json

        assert set(found) == {
            "claim", "forms", "proposals", "offers", "clocks", "missing", "payouts", "bookings", "balances", "history",
            "decisions", "outbox", "inquiries", "evidence", "waivers",
        }  # fmt: skip
        assert [row["command"] for row in found["history"]][:2] == ["file", "acknowledge"]
        assert [row["decision"] for row in found["decisions"]] == ["approve"]
        assert found["proposals"][-1]["assessment"]["lines"]

    def test_prints_what_a_person_asks_first(self, redress: Redress, number: str) -> None:
        out = redress("claim", "show", number).out

        for told in (
            number,
            "damage",
            f"{MASKED_NAME} {MASKED_PHONE}",
            "asks for 40.00 CNY",
            "answers: ",
            "proposal 1: pay",
        ):
            assert told in out
        for title in (
            "Forms",
            "Negotiation",
            "Payouts",
            "Ledger",
            "Clocks",
            "Evidence",
            "Inquiries",
            "History",
            "Sent",
        ):
            assert title in out

    def test_says_of_a_claim_that_there_is_not_that_there_is_none(self, redress: Redress) -> None:
        printed = redress("claim", "show", "CL-20261120-000099")

        assert (printed.exit_code, printed.err) == (1, "redress: there is no claim CL-20261120-000099\n")


class TestClocks:
    def test_explains_each_due_time(self, redress: Redress) -> None:
        number = filed().claim_no

        out = redress("claim", "clocks", number).out

        for told in ("compensation_proposal", "resolution", "starts", "Next due: "):
            assert told in out

    def test_says_of_a_claim_that_there_is_not_that_there_is_none(self, redress: Redress) -> None:
        assert redress("claim", "clocks", "CL-20261120-000099").exit_code == 1


class TestDerivation:
    @pytest.fixture
    def number(self) -> str:
        number = filed().claim_no
        papers_come(number)
        the_desk_works()
        offer_claims.fn()
        return number

    def test_says_line_by_line_by_which_rule_and_source(self, redress: Redress, number: str) -> None:
        plan = claim_of(number).plan
        assert plan is not None
        assert plan.assessment is not None

        out = redress("claim", "derivation", number).out

        for line in plan.assessment.lines:
            assert line.zh in out
            assert f"{line.rule} ({line.source})" in out
        assert out.splitlines()[-1] == f"方案 1: 赔付 {plan.amount} CNY"

    def test_speaks_english(self, redress: Redress, number: str) -> None:
        plan = claim_of(number).plan
        assert plan is not None
        assert plan.assessment is not None

        out = redress("claim", "derivation", number, "--lang", "en").out

        assert all(line.en in out for line in plan.assessment.lines)
        assert out.splitlines()[-1] == f"Proposal 1: pay {plan.amount} CNY"

    def test_is_the_whole_assessment_as_json(self, redress: Redress, number: str) -> None:
        assert redress("claim", "derivation", number, "--json").json["assessment"]["due"]["currency"] == "CNY"

    def test_says_that_nothing_is_proposed(self, redress: Redress) -> None:
        number = filed().claim_no

        printed = redress("claim", "derivation", number)

        assert (printed.exit_code, printed.err) == (1, f"redress: {number}: nothing is proposed yet\n")


class TestByItsNumber:
    """What is asked of any case by its number is asked of a claim in the same way."""

    def test_its_clocks_are_paused_and_released(self, redress: Redress) -> None:
        number = filed().claim_no

        paused = redress("pause", number, "--reason", "waiting_third_party", "--staff", "ag-sun")
        released = redress("release", number, "--staff", "ag-sun")

        assert paused.out == f"{number} is paused; `redress claim clocks {number}` shows what still runs.\n"
        assert released.out == f"{number} is no longer paused.\n"

    def test_its_evidence_is_added_waived_and_listed(self, redress: Redress, tmp_path: Path) -> None:
        number = filed().claim_no
        photo = tmp_path / "全景.jpg"
        photo.write_bytes(JPEG)

        redress("evidence", "add", number, str(photo), "--kind", "photo_whole", "--by", "ag-sun")
        redress("evidence", "waive", number, "--kind", "photo_label", "--staff", "ag-sun", "--why", "面单已脱落")

        listed = redress("evidence", "list", number, "--json").json
        assert [piece["kind"] for piece in listed["evidence"]] == ["photo_whole"]
        assert [waiver["kind"] for waiver in listed["waivers"]] == ["photo_label"]
        assert [one["kind"] for one in redress("claim", "show", number, "--json").json["missing"]] == ["photo_detail"]

    def test_its_history_is_verified(self, redress: Redress) -> None:
        assert redress("verify-history", filed().claim_no).out == "1 histories are whole.\n"
