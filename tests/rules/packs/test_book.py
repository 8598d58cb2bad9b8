"""Files of rule packs: what is read, and what is refused with the file and the row."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from rules.packs.book import BOOK, Layer, PacksInvalid, load_packs
from rules.packs.kinds import Stage
from schemas.assessment import ClaimMode

HEAD = """[[pack]]
name = "own"
version = "1"
layer = "contract"
jurisdiction = "*"
modes = ["express"]
order = 50
title_zh = "自有"
title_en = "own terms"
"""
ROW = """[[pack.rule]]
id = "limit"
kind = "cap_amount"
value = 100
currency = "CNY"
title_zh = "限额"
title_en = "a limit"
source = "own terms 4"
verified = "contract"
valid_from = 2026-01-01
"""
PAID = """[[pack.rule]]
id = "paid"
kind = "pay_proven"
order = 10
title_zh = "赔付"
title_en = "the loss"
source = "own terms 5"
verified = "contract"
valid_from = 2026-01-01
"""
TOLD = """[[pack.figure]]
id = "hours"
value = 8
unit = "calendar_hours"
source = "own terms 6"
verified = "contract"
valid_from = 2026-01-01
"""


@pytest.fixture
def refused(tmp_path: Path):
    def refusal(content: str) -> str:
        (tmp_path / "own.toml").write_text(content, "utf-8")
        with pytest.raises(PacksInvalid) as found:
            load_packs(tmp_path / "own.toml")
        return str(found.value).removeprefix(f"{tmp_path}/")

    return refusal


class TestLoad:
    def test_puts_a_carriers_own_beside_those_of_redress(self, tmp_path):
        (tmp_path / "own.toml").write_text(HEAD + ROW + TOLD, "utf-8")

        book = load_packs(tmp_path / "own.toml")

        assert len(book.packs) == len(BOOK.packs) + 1
        assert book.pack("own").rule[0].id == "limit"

    def test_changes_the_reference_with_a_figure(self, tmp_path):
        references = set()
        for value in ("100", "101"):
            (tmp_path / "own.toml").write_text((HEAD + ROW).replace("value = 100", f"value = {value}"), "utf-8")
            references.add(load_packs(tmp_path / "own.toml").pack("own").reference)

        assert len(references) == 2

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (HEAD + ROW + "colour = 1\n", "own.toml: own.limit.colour: Extra inputs are not permitted"),
            (HEAD + "colour = 1\n" + ROW, "own.toml: own.colour: Extra inputs are not permitted"),
            (HEAD + ROW.replace('source = "own terms 4"\n', ""), "own.toml: own.limit.source: Field required"),
            (HEAD + ROW.replace("own terms 4", ""), "own.toml: own.limit.source: String should have at least 1"),
            (HEAD + ROW.replace('"cap_amount"', '"cap_mood"'), "own.toml: own.limit: Input tag 'cap_mood' found"),
            (HEAD + ROW + ROW, "own.toml: own: limit: two rows hold on the same day (2026-01-01)"),
            (HEAD + PAID + PAID.replace('"paid"', '"other"'), "own.toml: own: other: it has the same order as paid"),
            (HEAD + TOLD + TOLD, "own.toml: own: hours[*]@2026-01-01 and hours[*]@2026-01-01 hold on the same day"),
            (HEAD, "own.toml: own: it has no row"),
            (
                HEAD + 'when = ["total"]\n' + ROW,
                "own.toml: own: when: how much is lost (total) is a question for a row",
            ),
            (HEAD + ROW + "valid_to = 2026-01-01\n", "own.toml: own.limit: it ends on 2026-01-01, before it holds"),
            (HEAD + ROW + 'when = ["total"]\nunless = ["total"]\n', "own.toml: own.limit: total cannot be both needed"),
            (HEAD + ROW.replace("value = 100", "value = -1"), "own.toml: own.limit.value: Input should be greater"),
            (HEAD.replace('"own"', '"common"') + ROW, "own.toml: common: there is a pack of that name already"),
            (HEAD.replace("order = 50\n", "") + PAID, "own.toml: own: which goes first, it or express-terms?"),
            ("pack = 3\n", "own.toml: Input should be a valid tuple"),
            ("pack = [3]\n", "own.toml: 0: Input should be a valid dictionary"),
            ("[[pack]\n", "own.toml: "),
            ("", "own.toml: pack: Field required"),
        ],
    )
    def test_refuses(self, refused, content, told):
        assert refused(content).startswith(told)

    @pytest.mark.parametrize(
        ("kind", "told"),
        [
            ('"pay_multiple_of_freight"\norder = 1\nfactor = 2\nup_to = 5', "up_to and currency stand together"),
            ('"clause_enforceable_if"\nclause = "c"', "it requires nothing and is void for nothing"),
        ],
    )
    def test_refuses_a_row_that_makes_no_sense(self, refused, kind, told):
        row = ROW.replace('"cap_amount"\nvalue = 100\ncurrency = "CNY"', kind)

        assert refused(HEAD + row).startswith(f"own.toml: own.limit: {told}")

    def test_refuses_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(PacksInvalid, match=r"nothing\.toml: .*No such file"):
            load_packs(tmp_path / "nothing.toml")

    def test_lets_packs_for_other_products_measure_on_equal_terms(self, tmp_path):
        head = HEAD.replace("order = 50\n", "")
        ice, fire = (f'products = ["{product}"]\n' for product in ("ice", "fire"))
        own = head + "order = 50\n" + ice + PAID
        (tmp_path / "own.toml").write_text(own + head.replace('"own"', '"other"') + "order = 50\n" + fire + PAID)

        assert load_packs(tmp_path / "own.toml").pack("other")

    def test_lets_one_pack_measure_after_the_other_on_equal_terms(self, tmp_path):
        old, new = PAID + "valid_to = 2026-07-01\n", PAID.replace("2026-01-01", "2026-07-01")
        (tmp_path / "own.toml").write_text(HEAD + old + HEAD.replace('"own"', '"other"') + new)

        assert load_packs(tmp_path / "own.toml").pack("other")


class TestBook:
    def test_has_no_cap_of_law_for_uninsured_express(self):
        caps = [
            (pack.layer, pack.jurisdiction, getattr(row, "clause", None))
            for pack in BOOK
            for row in pack.rule
            if ClaimMode.EXPRESS in pack.modes and row.stage is Stage.CAP
        ]

        assert {layer for layer, _, clause in caps if clause is None} == {Layer.TREATY}
        assert {layer for layer, _, clause in caps if clause} == {Layer.CONTRACT}

    def test_has_the_limits_of_montreal_one_after_the_other(self):
        rows = [row for row in BOOK.pack("montreal").rule if row.id == "limit_per_kg"]

        for day, value in (("2003-11-04", 17), ("2010-06-01", 19), ("2024-12-27", 22), ("2024-12-28", 26)):
            [held] = [row for row in rows if row.holds_on(date.fromisoformat(day))]
            assert getattr(held, "value", None) == value

    def test_gives_other_procedures_their_figures(self):
        figures = BOOK.pack("cn-zj-express").figures()

        assert figures.pick("messages_apart", on=date(2026, 1, 1)).value == Decimal(8)
        assert [rule.jurisdiction for rule in figures] == ["CN-ZJ", "CN-ZJ"]

    def test_says_what_it_does_not_have(self):
        with pytest.raises(KeyError):
            BOOK.pack("nobodys")
