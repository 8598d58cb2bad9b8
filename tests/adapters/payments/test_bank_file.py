"""The bank's files: a batch is the same bytes whenever it is written, and no line of a result is believed unread."""

import csv
import io
import stat
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import Refused, Unavailable
from adapters.payments.bank_file import (
    HASH_DIGITS,
    RESULT_COLUMNS,
    Row,
    UnreadableFile,
    hash_total,
    parse_results,
    read_results,
    render,
    statements_of,
    write_once,
)
from adapters.payments.settings import PaymentSettings
from schemas.payments import FORMULA_STARTS, PaymentStatus

KEY = "CL-20261128-000001-P1"
HEAD = ",".join(RESULT_COLUMNS)


def a_row(number: int = 1, **changes: object) -> Row:
    values = {
        "key": f"CL-20261128-{number:06d}-P1", "payee": "王小明", "account": f"62220202001122{number:05d}",
        "amount": Decimal("120.50"), "currency": "CNY", "reference": "理赔款", **changes,
    }  # fmt: skip
    return Row(**values)  # type: ignore[arg-type]


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


class TestBatch:
    def test_has_a_head_with_its_sums_a_line_for_each_payout_and_an_end(self) -> None:
        rows = [a_row(1), a_row(2, amount=Decimal("0.50"))]

        head, columns, *lines, end = read(render("PB-1", "CNY", rows))

        assert head == ["REDRESS-PAYOUTS-1", "PB-1", "CNY", "2", "121.00", hash_total(rows)]
        assert columns == ["key", "payee", "account", "amount", "currency", "reference"]
        assert lines[0] == [rows[0].key, "王小明", rows[0].account, "120.50", "CNY", "理赔款"]
        assert (len(lines), end) == (2, ["END", "PB-1"])

    def test_is_the_same_bytes_every_time(self) -> None:
        assert render("PB-1", "CNY", [a_row()]) == render("PB-1", "CNY", [a_row()])

    @pytest.mark.parametrize("start", FORMULA_STARTS)
    def test_holds_no_formula(self, start: str) -> None:
        with pytest.raises(Refused, match="formula"):
            render("PB-1", "CNY", [a_row(payee=f"{start}HYPERLINK(1)")])

    @pytest.mark.parametrize("payee", ["王\n小明", "王\r小明", "王\t小明", "王\x00小明", "王\u202e小明"])
    def test_holds_nothing_that_cannot_be_printed(self, payee: str) -> None:
        with pytest.raises(Refused):
            render("PB-1", "CNY", [a_row(payee=payee)])

    @given(st.text(st.characters(blacklist_categories=("C", "Z")), min_size=1, max_size=40))
    def test_reads_back_as_it_was_written(self, payee: str) -> None:
        if payee.startswith(FORMULA_STARTS):
            return
        assert read(render("PB-1", "CNY", [a_row(payee=payee)]))[2][1] == payee

    def test_has_another_sum_when_an_account_was_changed(self) -> None:
        assert hash_total([a_row(1)]) != hash_total([a_row(2)])
        assert len(hash_total([a_row(number) for number in range(99)])) == HASH_DIGITS
        assert hash_total([a_row(account="ABCDEF")]) == "0" * HASH_DIGITS

    def test_shows_no_account_when_a_row_is_printed(self) -> None:
        assert repr(a_row()) == f"Row({KEY})"


@pytest.fixture
def settings(tmp_path: Path) -> PaymentSettings:
    return PaymentSettings(payment_bank_folder=tmp_path / "bank")


class TestWriteOnce:
    def test_puts_a_file_there_for_this_user_alone(self, settings: PaymentSettings) -> None:
        path = write_once("PB-1.csv", b"one", settings=settings)

        assert path.read_bytes() == b"one"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert [one.name for one in path.parent.iterdir()] == ["PB-1.csv"]

    def test_leaves_the_same_file_as_it_is(self, settings: PaymentSettings) -> None:
        before = write_once("PB-1.csv", b"one", settings=settings).stat().st_mtime_ns

        assert write_once("PB-1.csv", b"one", settings=settings).stat().st_mtime_ns == before

    def test_writes_over_nothing(self, settings: PaymentSettings) -> None:
        path = write_once("PB-1.csv", b"one", settings=settings)

        with pytest.raises(Refused, match="something else"):
            write_once("PB-1.csv", b"two", settings=settings)
        assert path.read_bytes() == b"one"

    def test_tells_that_the_folder_is_none(self, tmp_path: Path) -> None:
        (tmp_path / "bank").write_bytes(b"")

        with pytest.raises(Unavailable):
            write_once("PB-1.csv", b"one", settings=PaymentSettings(payment_bank_folder=tmp_path / "bank"))

    def test_lies_in_the_home_where_no_folder_is_named(self, tmp_path: Path) -> None:
        assert PaymentSettings(home=tmp_path).folder == tmp_path / "payments"


class TestResults:
    def test_are_read_line_by_line(self) -> None:
        results = parse_results(
            f"{HEAD}\r\nPB-1,{KEY},paid,120.50,cny,B1,\r\nPB-1,{KEY},RETURNED,120.50,CNY,B1,closed\r\n"
        )

        assert results.batch_nos == {"PB-1"}
        assert [(row.line, row.status, row.amount, row.currency, row.reason) for row in results.rows] == [
            (2, PaymentStatus.PAID, Decimal("120.50"), "CNY", ""),
            (3, PaymentStatus.REVERSED, Decimal("120.50"), "CNY", "closed"),
        ]

    @pytest.mark.parametrize(
        ("cells", "said"),
        [
            (f"PB-1,{KEY},MAYBE,1.00,CNY,,", "no status: 'MAYBE'"),
            (f"PB-1,{KEY},PAID,1,CNY,,", "no amount"),
            (f"PB-1,{KEY},PAID,-1.00,CNY,,", "no amount"),
            (f"PB-1,{KEY},PAID,1e3,CNY,,", "no amount"),
            (f"PB-1,{KEY},PAID,NaN,CNY,,", "no amount"),
            (f'PB-1,{KEY},PAID,"1,000.00",CNY,,', "no amount"),
            (f"PB-1,{KEY},PAID", "no amount"),
            (f"PB-1,{KEY},PAID,1.00,CNY,,,more", "more cells"),
        ],
    )
    def test_tell_the_line_that_cannot_be_understood(self, cells: str, said: str) -> None:
        results = parse_results(f"{HEAD}\n{cells}\nPB-1,{KEY},PAID,1.00,CNY,,\n")

        assert [(one.line, said in one.reason) for one in results.refused] == [(2, True)]
        assert [row.line for row in results.rows] == [3]

    def test_hide_accounts_in_the_banks_reasons(self) -> None:
        results = parse_results(f"{HEAD}\nPB-1,{KEY},REFUSED,1.00,CNY,,no 6222020200112233445\n")

        assert results.rows[0].reason == "no ****3445"

    @given(st.text(max_size=200))
    def test_of_any_text_are_read_or_refused(self, written: str) -> None:
        try:
            parse_results(written)
        except (UnreadableFile, csv.Error):
            return


class TestResultFile:
    def test_may_be_in_the_encoding_of_chinese_banks(self, tmp_path: Path) -> None:
        for encoding in ("utf-8", "utf-8-sig", "gb18030"):
            file = tmp_path / f"{encoding}.csv"
            file.write_bytes(f"{HEAD}\nPB-1,{KEY},REFUSED,1.00,CNY,,账户已销户\n".encode(encoding))

            assert read_results(file).rows[0].reason == "账户已销户"

    @pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00\xff", b'batch,"unclosed'])
    def test_that_is_no_file_of_the_bank_is_unreadable(self, tmp_path: Path, content: bytes) -> None:
        file = tmp_path / "results.csv"
        file.write_bytes(content)

        with pytest.raises(UnreadableFile, match=r"results\.csv"):
            read_results(file)

    def test_that_is_too_large_or_not_there_is_unreadable(self, tmp_path: Path) -> None:
        file = tmp_path / "results.csv"
        with pytest.raises(UnreadableFile, match="No such file"):
            read_results(file)
        file.write_bytes(b"x" * 11)
        with pytest.raises(UnreadableFile, match="larger than 10 bytes"):
            read_results(file, settings=PaymentSettings(payment_file_bytes_max=10))

    def test_is_a_statement_when_it_lies_where_statements_do(self, settings: PaymentSettings) -> None:
        write_once("statements/2026-11-20-a.csv", b"", settings=settings)
        write_once("statements/2026-11-21.csv", b"", settings=settings)

        assert [path.name for path in statements_of("2026-11-20", settings=settings)] == ["2026-11-20-a.csv"]
