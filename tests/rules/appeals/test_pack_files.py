"""A carrier's own rows over those that come with Redress."""

from datetime import date
from pathlib import Path

import pytest

from rules.appeals.choice import choose
from rules.appeals.pack import APPEAL_PACK
from rules.appeals.pack_files import AppealRulesInvalid, load_pack

ROW = """
version = "2027.01"

[[rule]]
id = "answer"
jurisdiction = "CN-ZJ"
value = 10
unit = "calendar_days"
source = "letter of the provincial regulator"
verified = "contract"
valid_from = 2027-01-01
"""


def loaded(tmp_path: Path, text: str):
    file = tmp_path / "appeals.toml"
    file.write_text(text, "utf-8")
    return load_pack(file)


def value(pack, id_, jurisdiction, on):
    return choose(pack, id_, jurisdiction=jurisdiction, on=on).rule.value


class TestLoadPack:
    def test_gives_the_built_in_rows_without_a_file(self):
        assert load_pack(None) is APPEAL_PACK

    def test_lets_a_row_hold_from_its_first_day_on(self, tmp_path):
        pack = loaded(tmp_path, ROW)

        assert value(pack, "answer", "CN-ZJ", date(2026, 12, 31)) == 7
        assert value(pack, "answer", "CN-ZJ", date(2027, 1, 1)) == 10
        assert value(pack, "answer", "CN", date(2027, 1, 1)) == 15
        assert pack.version == f"{APPEAL_PACK.version}+2027.01"

    def test_takes_the_place_of_a_built_in_row_that_begins_later(self, tmp_path):
        pack = loaded(tmp_path, ROW.replace("2027-01-01", "2021-01-01"))

        assert value(pack, "answer", "CN-ZJ", date(2026, 12, 31)) == 10

    def test_leaves_a_row_that_ended_before_as_it_is(self, tmp_path):
        pack = loaded(tmp_path, ROW.replace('jurisdiction = "CN-ZJ"\n', ""))

        assert value(pack, "answer", "CN", date(2019, 12, 31)) == 15
        assert value(pack, "answer", "CN", date(2027, 1, 1)) == 10

    def test_adds_a_province(self, tmp_path):
        pack = loaded(tmp_path, ROW.replace("CN-ZJ", "CN-GD"))

        assert value(pack, "answer", "CN-GD", date(2027, 1, 1)) == 10

    @pytest.mark.parametrize(
        ("spoiled", "said"),
        [
            (('id = "answer"', 'id = "reply"'), "there is no rule reply"),
            (("calendar_days", "money"), "money is no period"),
            (("value = 10", "value = 0"), "rule.0.value"),
            (("CN-ZJ", "ZJ"), "rule.0.jurisdiction"),
            (("[[rule]]", "[rule"), "appeals.toml"),
            (("valid_from = 2027-01-01", "valid_from = 2027-01-01\nvalid_to = 2026-01-01"), "before it holds"),
        ],
        ids=["no such rule", "no period", "no time", "no jurisdiction", "no TOML", "ends before it begins"],
    )
    def test_refuses_what_cannot_be_used(self, tmp_path, spoiled, said):
        with pytest.raises(AppealRulesInvalid, match=said):
            loaded(tmp_path, ROW.replace(*spoiled))

    def test_refuses_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(AppealRulesInvalid, match=r"none\.toml"):
            load_pack(tmp_path / "none.toml")
