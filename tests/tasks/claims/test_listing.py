"""Business customers' lists: each row a claim, what does not fit named with its line, the same list twice nothing."""

import io
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from claims import ACCOUNT, claim_of
from complaints import commands_of, nothing_is_broken

from schemas.claims import State
from store import claims as claim_store
from store.unit_of_work import unit_of_work
from tasks.claims import intake
from tasks.claims.listing import UnreadableList, WrongColumns, import_claims

HEADER = "运单号,事由,经过,索赔人,电话,与快件的关系,物品价值,损失比例,索赔金额,收款人,收款账号"


@pytest.fixture(autouse=True)
def clock_stands(stand_at: object) -> None:
    """Have the clock stand."""


def a_row(number: int = 1, **changes: str) -> str:
    cells = {
        "waybill": f"77300000000{number}", "event": "损毁", "account": "开箱发现碎裂", "name": "赵六",
        "phone": "19900005678", "relation": "寄件人", "value": "100", "lost_percent": "40%", "claimed": "40",
        "payee": "赵六", "account_no": ACCOUNT, **changes,
    }  # fmt: skip
    return ",".join(cells.values())


def a_list(folder: Path, *rows: str, header: str = HEADER) -> Path:
    file = folder / "claims.csv"
    file.write_text("\n".join([header, *rows]), "utf-8")
    return file


def counted() -> dict[str, int]:
    with unit_of_work() as connection:
        return claim_store.standing(connection)


class TestImporting:
    def test_files_every_row(self, tmp_path: Path) -> None:
        taken = import_claims(a_list(tmp_path, *(a_row(number) for number in range(5))), by="ag-sun")

        assert (taken.rows, len(taken.filed), taken.added, taken.repeated, taken.unfit) == (5, 5, (), 0, ())
        claim = claim_of(taken.filed[0])
        assert (claim.state, claim.channel, claim.claimed, claim.payee_tail) == (
            State.ACKNOWLEDGED, "file", 40, ACCOUNT[-4:],
        )  # fmt: skip
        assert nothing_is_broken()

    def test_reads_a_workbook_as_it_does_a_csv(self, tmp_path: Path) -> None:
        held = io.BytesIO()
        with xlsxwriter.Workbook(held) as book:
            sheet = book.add_worksheet()
            for place, line in enumerate([HEADER, a_row()]):
                sheet.write_row(place, 0, line.split(","))
        file = tmp_path / "claims.xlsx"
        file.write_bytes(held.getvalue())

        taken = import_claims(file)

        assert import_claims(a_list(tmp_path, a_row())).repeated == len(taken.filed) == 1

    def test_of_the_same_list_twice_adds_nothing(self, tmp_path: Path) -> None:
        file = a_list(tmp_path, a_row(1), a_row(2))
        first = import_claims(file)

        second = import_claims(file)

        assert (second.rows, second.filed, second.added, second.repeated) == (2, (), (), 2)
        assert commands_of(first.filed[0]) == ["file", "acknowledge"]

    def test_of_a_row_that_stands_there_twice_takes_one(self, tmp_path: Path) -> None:
        taken = import_claims(a_list(tmp_path, a_row(), a_row()))

        assert (taken.rows, len(taken.filed), taken.repeated) == (2, 1, 1)

    def test_of_a_row_that_was_put_right_adds_to_its_claim(self, tmp_path: Path) -> None:
        [number] = import_claims(a_list(tmp_path, a_row())).filed

        taken = import_claims(a_list(tmp_path, a_row(claimed="60")))

        assert (taken.added, claim_of(number).claimed) == ((number,), 60)

    def test_of_a_list_that_was_cut_off_goes_on_with_the_rest(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(intake, "TOGETHER", 2)
        file, take_in, calls = a_list(tmp_path, *(a_row(number) for number in range(5))), intake._take_in, []

        def cut_off(*arguments: Any, **named: Any) -> Any:
            calls.append(1)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return take_in(*arguments, **named)

        monkeypatch.setattr(intake, "_take_in", cut_off)
        with pytest.raises(KeyboardInterrupt):
            import_claims(file)

        taken = import_claims(file)

        assert (len(taken.filed), taken.repeated) == (3, 2)
        assert counted() == {"ACKNOWLEDGED": 5}


class TestRowsThatDoNotFit:
    def test_are_named_with_line_and_column_and_never_with_what_stands_there(self, tmp_path: Path) -> None:
        taken = import_claims(
            a_list(
                tmp_path,
                a_row(1),
                a_row(2, event="心情不好"),
                a_row(3, account_no=ACCOUNT + "--"),
                a_row(4, phone=""),
                a_row(5, claimed="-5", lost_percent="150%"),
                a_row(6),
            )
        )

        assert (taken.rows, len(taken.filed)) == (6, 2)
        assert [row.line for row in taken.unfit] == [3, 4, 5, 6]
        reasons = {row.line: " ".join(row.reasons) for row in taken.unfit}
        assert reasons[3].startswith("事由/event: ")
        assert reasons[4].startswith("收款账号/payee_account: ")
        assert reasons[5] == "缺少 missing: 索赔人联系电话 a phone number at which the claimant can be reached"
        assert {part.split(":")[0] for part in taken.unfit[3].reasons} == {"损失比例/lost_percent", "索赔金额/claimed"}
        assert ACCOUNT not in taken.model_dump_json()
        assert "心情不好" not in taken.model_dump_json()

    def test_come_again_once_they_were_put_right(self, tmp_path: Path) -> None:
        import_claims(a_list(tmp_path, a_row(1, phone="")))

        assert len(import_claims(a_list(tmp_path, a_row(1))).filed) == 1


class TestListsThatAreNone:
    @pytest.mark.parametrize(
        ("content", "error"),
        [
            (b"", UnreadableList), (b"\xff\xff\xff", UnreadableList), (b"PK\x03\x04", UnreadableList),
            ("运单号,心情\n1,2".encode(), WrongColumns), (b"\x00" * 100, WrongColumns),
        ],
        ids=["empty", "another encoding", "no workbook", "a column that nobody knows", "bytes"],
    )  # fmt: skip
    def test_are_refused_and_nothing_is_taken_in(self, tmp_path: Path, content: bytes, error: type[Exception]) -> None:
        file = tmp_path / "claims.csv"
        file.write_bytes(content)

        with pytest.raises(error):
            import_claims(file)
        assert counted() == {}

    def test_too_large_are_not_even_read(self, tmp_path: Path) -> None:
        file = tmp_path / "claims.csv"
        with file.open("wb") as large:
            large.truncate(30_000_000)

        with pytest.raises(UnreadableList, match="larger than"):
            import_claims(file)
