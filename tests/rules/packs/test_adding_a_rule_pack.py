"""docs/adding-a-rule-pack.md: its pack is data, and its golden cases come to what the page says."""

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from deployments.command import main
from rules.claims.assessing import assess
from rules.packs.book import Layer, Pack, load_packs
from rules.packs.kinds import CompensationRule
from schemas.assessment import ClaimFacts

PAGE = (Path(__file__).parents[3] / "docs" / "adding-a-rule-pack.md").read_text("utf-8")
[PACK] = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)
[GOLDEN] = re.findall(r"```json\n(.*?)```", PAGE, flags=re.DOTALL)
CASES = json.loads(GOLDEN, parse_float=Decimal)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "cmr.toml").write_text(PACK, "utf-8")
    return tmp_path / "cmr.toml"


class TestPage:
    @pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
    def test_has_golden_cases_that_come_out(self, file, case):
        found = assess(ClaimFacts.model_validate(case["facts"]), book=load_packs(file))

        assert found.amount.amount == Decimal(case["amount"]), case["why"]

    def test_has_cases_that_need_its_pack(self):
        case = CASES[0]

        assert assess(ClaimFacts.model_validate(case["facts"])).amount.amount != Decimal(case["amount"])

    def test_shows_the_command_that_takes_the_pack(self, file, tmp_path, capsys):
        (tmp_path / "claim.json").write_text(json.dumps(CASES[0]["facts"], default=str), "utf-8")

        assert main(["assess", str(tmp_path / "claim.json"), "--packs", str(file)]) == 0
        assert "8,396.80 CNY" in capsys.readouterr().out

    def test_shows_how_a_fault_is_told(self, file, capsys):
        file.write_text(PACK.replace('source = "CMR art. 23(3) with', '# source = "CMR art. 23(3) with'), "utf-8")

        assert main(["assess", "claim.json", "--packs", str(file)]) == 2
        [told] = re.findall(r"`cmr.toml: (.*?)`", PAGE)
        assert told in capsys.readouterr().err

    def test_explains_every_kind_of_rule_and_every_key_of_a_pack(self):
        kinds = {get_args(kind.model_fields["kind"].annotation)[0] for kind in get_args(get_args(CompensationRule)[0])}
        told = set(re.findall(r"`([a-z_]+)`", PAGE))

        assert kinds <= told
        assert set(Pack.model_fields) - {"title_zh", "title_en", "rule", "figure"} <= told
        assert set(Layer) <= told
