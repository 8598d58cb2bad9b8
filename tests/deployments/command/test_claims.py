"""`redress claim file`, `complete`, `from-case`: what is claimed is taken in, from files, options or another case."""

import io
import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from claims import (
    ACCOUNT,
    CLAIMANT,
    TOLD,
    claim_of,
    filed,
    the_parcel_was_damaged,
)
from commands import Redress
from complaints import staff_called
from factories import NOON
from samples import JPEG
from standins import open_case

from schemas.claims import State
from store import claim_forms, evidence
from store.unit_of_work import unit_of_work
from tasks.publishing import CLAIM_FILED

FORM: dict[str, Any] = json.loads(json.dumps(TOLD, default=str))
NAME, PHONE = CLAIMANT["name"], CLAIMANT["phone"]
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

    def test_adds_to_one_of_several_parcels_and_leaves_what_else_was_told(self, redress: Redress) -> None:
        number = filed(parcels=[{"id": "A", "lost_percent": 40, "value": 100}, {"id": "B"}]).claim_no

        redress("claim", "add", number, "--parcel", "A", "--weight", "2.5", "--by", "ag-sun")

        with unit_of_work() as connection:
            told = claim_forms.last_forms(connection, [number])[number].parcels
        parcels = {parcel.id: (parcel.weight_kg, parcel.value, parcel.lost_percent) for parcel in told}
        assert parcels == {"A": (Decimal("2.5"), Decimal(100), Decimal(40)), "B": (None, None, None)}

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
