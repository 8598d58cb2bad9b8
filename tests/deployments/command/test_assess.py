"""`redress assess`: pure; the amount with its derivation, exit 2 for facts that make no sense."""

import io
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from claim_facts import SHOWN, a_parcel
from commands import Printed
from engine_under_test import REDRESS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deployments.command import main
from deployments.command.assess import assess
from deployments.command.outcome import WrongUsage

CLAIM: dict[str, Any] = {
    "claim": "CL-1", "mode": "express", "event": "loss", "event_on": "2026-03-04", "freight": 20, "claimed": 1200,
    "parcels": [a_parcel()],
}  # fmt: skip
TREATY = """[[pack]]
name = "{name}"
version = "1"
layer = "treaty"
jurisdiction = "*"
modes = ["express"]
title_zh = "自有规则"
title_en = "own rules"

[[pack.rule]]
id = "paid"
kind = "pay_multiple_of_freight"
order = 10
factor = {factor}
title_zh = "按运费倍数"
title_en = "a multiple of the freight"
source = "the test"
verified = "contract"
valid_from = 2020-01-01
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "claim.json"


@pytest.fixture
def run(file: Path, capsys: pytest.CaptureFixture[str]):
    def called(content: object, *arguments: str) -> Printed:
        file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        capsys.readouterr()
        exit_code = main(["assess", str(file), *arguments])
        return Printed(exit_code, *capsys.readouterr())

    return called


class TestAssess:
    def test_tells_the_amount_line_by_line_in_both_languages(self, run):
        printed = run(CLAIM)

        assert printed.exit_code == 0
        assert printed.out.startswith("赔偿 amount: 1,020.00 CNY")
        assert "已证明的损失1,000.00 CNY" in printed.out
        assert "A loss of 1,000.00 CNY is proven." in printed.out
        assert "民法典 832, 833" in printed.out
        assert "from parcels.0.value: 1,000.00 CNY (invoice)" in printed.out

    def test_tells_what_stands_beside_the_amount(self, run):
        told = CLAIM | {
            "mode": "ltl", "terms": SHOWN, "signals": {"threats": True, "altered_proof": True},
            "conduct": {"fraud": True, "decided_by": "C-7"}, "claimed": None,
            "faults": [{"kind": "outlet", "name": "W-12", "share": 100, "decided_by": "C-7"}],
        }  # fmt: skip

        out = run(told).out
        for part in ("待定 provisional", "建议 proposed", "500.00 CNY", "快速赔付", "missing: photo_whole",
                     "fraud 4 (low)", "malice 3 (low)", "W-12", "未适用", "+ cn-civil-code", "- montreal"):  # fmt: skip
            assert part in out

    def test_prints_for_scripts_the_same_with_amounts_as_text(self, run):
        told = run(CLAIM, "--json").json

        assert told["amount"] == {"amount": "1020.00", "currency": "CNY"}
        assert told["claim"] == "CL-1"
        assert {"step", "rule", "source", "verified", "inputs", "amount", "zh", "en"} == set(told["lines"][0])
        assert told["payer"]["who"] == "brand"

    def test_reads_standard_input(self, capsys, monkeypatch):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(CLAIM).encode())))

        assert main(["assess", "-", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["amount"]["amount"] == "1020.00"

    def test_reads_an_amount_to_its_last_place(self, run):
        told = json.dumps(CLAIM | {"claimed": None}).replace('"value": 1000', '"value": 1000.10')

        assert run(told, "--json").json["goods"]["amount"] == "1000.10"

    def test_prints_the_schema_of_the_facts(self, capsys):
        assert main(["assess", "--schema"]) == 0

        schema = json.loads(capsys.readouterr().out)
        assert set(schema["required"]) == {"mode", "event", "event_on", "parcels"}
        assert "insured_amount" in schema["properties"]

    def test_needs_neither_database_nor_engine_nor_prefect(self, file):
        file.write_text(json.dumps(CLAIM), "utf-8")
        asked = (
            "import sys; from deployments.command import main; code = main(sys.argv[1:]); "
            "loaded = {'prefect', 'sqlalchemy', 'store', 'adapters'} & set(sys.modules); sys.exit(code or bool(loaded))"
        )

        done = subprocess.run([sys.executable, "-c", asked, "assess", file], capture_output=True, check=False)
        assert done.returncode == 0

    def test_is_a_command(self):
        assert subprocess.run([REDRESS, "assess", "--schema"], capture_output=True, check=False).returncode == 0


class TestPacks:
    """Which packs count: those in force for claims, or those that are tried out."""

    @pytest.fixture
    def own(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        (tmp_path / "own.toml").write_text(TREATY.format(name="own", factor=3), "utf-8")
        monkeypatch.setenv("REDRESS_RULE_PACKS_FILES", str(tmp_path / "own.toml"))
        return tmp_path / "own.toml"

    def test_are_those_in_force_for_claims(self, run, own: Path):
        assert run(CLAIM, "--json").json["goods"]["amount"] == "60.00"

    def test_are_those_tried_out_instead(self, run, own: Path, tmp_path: Path):
        (tmp_path / "tried.toml").write_text(TREATY.format(name="tried", factor=5), "utf-8")

        printed = run(CLAIM, "--json", "--packs", str(tmp_path / "tried.toml"))

        assert printed.json["goods"]["amount"] == "100.00"
        told = [pack["pack"].split("/")[0] for pack in printed.json["packs"]]
        assert "tried" in told
        assert "own" not in told

    def test_are_refused_with_file_and_row_where_those_in_force_cannot_be_used(self, run, own: Path):
        own.write_text(TREATY.format(name="own", factor=-1), "utf-8")

        printed = run(CLAIM)

        assert printed.exit_code == 2
        assert f"{own}: own.paid" in printed.err
        assert printed.err.count("\n") == 1

    def test_are_told_apart_in_the_help(self, capsys):
        assert main(["assess", "--help"]) == 0
        assert "REDRESS_RULE_PACKS_FILES" in capsys.readouterr().out


class TestFault:
    @pytest.mark.parametrize(
        ("told", "said"),
        [
            ({"mode": "ship"}, "mode: Input should be 'express'"),
            ({"colour": 1}, "colour: there is no such field (--schema lists them)"),
            ({"event_on": 20260304}, "event_on: should be a day, such as 2026-12-01"),
            ({"event_on": "1026-03-04"}, "event_on: should lie between 1990 and 2200"),
            ({"freight": -1}, "freight.amount: Input should be greater than or equal to 0"),
            ({"freight": 1.005}, "freight.amount: Decimal input should have no more than 2 decimal places"),
            ({"freight": 20_000_000_000}, "freight: should be no more than 10,000,000,000"),
            ({"freight": {"amount": 1, "currency": "yuan"}}, "freight.currency: String should match pattern"),
            ({"parcels": []}, "parcels: Tuple should have at least 1 item"),
            ({"parcels": [a_parcel(), a_parcel()]}, "parcels: two have the same id"),
            ({"parcels": [a_parcel(lost_percent=5, lost_pieces=1)]}, "parcels.0: only one may say how much is lost"),
            ({"parcels": [a_parcel(lost_pieces=2)]}, "parcels.0: lost_pieces: 2 of 1 pieces cannot be lost"),
            ({"parcels": [a_parcel(lost_weight_kg=3)]}, "parcels.0: lost_weight_kg: it is a part of weight_kg"),
            ({"parcels": [a_parcel(lost_value=1001)]}, "parcels.0: lost_value: it is a part of value"),
            ({"parcels": [{"id": "A", "proof": "invoice"}]}, "parcels.0: proof: there is no value that it proves"),
            ({"event": "damage"}, "parcels: of a damage one must say how much of it is lost"),
            ({"faults": [{"kind": "outlet", "share": 60}]}, "faults: the shares are 60 % together, not 100 %"),
            ({"conduct": {"intent": True}}, "conduct: decided_by: somebody must have found it"),
            ({"accepted_on": "2026-03-05"}, "event_on: it lies before accepted_on"),
            ({"rates": [{"base": "SDR", "quote": "CNY", "rate": 9, "on": "2026-03-01"}] * 2}, "rates: two lead from"),
            ({"terms": {"contract": "nobodys"}}, "terms.contract: there is no contract nobodys"),
            ({"parcels": [5]}, "parcels.0: a JSON object is wanted"),
            ({"freight": None, "terms": SHOWN}, "freight: a rule that applies counts by it"),
        ],
    )
    def test_is_told_in_one_line_with_file_and_field(self, run, file, told, said):
        printed = run(CLAIM | told)

        assert printed.exit_code == 2
        assert f"{file}: {said}" in printed.err
        assert printed.err.count("\n") == 1

    def test_inside_a_parcel_says_nothing_false_of_the_parcels(self, run, file):
        printed = run(CLAIM | {"parcels": [a_parcel(weight_kg=-1, colour=1)]})

        assert printed.err.strip().endswith(
            f"{file}: parcels.0.weight_kg: Input should be greater than or equal to 0; "
            "parcels.0.colour: there is no such field (--schema lists them)"
        )

    def test_beyond_the_first_few_is_counted(self, run):
        assert run({"parcels": [], "a": 1, "b": 2, "c": 3}).err.strip().endswith("; and 2 more")

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ("{", "cannot be read as JSON"),
            ('{"mode": "express", "mode": "ltl"}', "mode stands twice in one object"),
            ('{"freight": NaN}', "NaN is no number"),
            ("[" * 100_000, "cannot be read as JSON"),
            ("[]", "claim.json: a JSON object is wanted"),
        ],
    )
    def test_is_told_of_what_is_no_such_file(self, run, content, said):
        printed = run(content)

        assert printed.exit_code == 2
        assert said in printed.err

    def test_is_told_of_a_file_that_is_too_large(self, run, monkeypatch):
        monkeypatch.setattr("deployments.command.json_files.FILE_BYTES_MAX", 10)

        assert "has more than 10 bytes" in run(CLAIM).err

    @pytest.mark.parametrize("arguments", [[], ["--jsn"], ["nothing.json"]])
    def test_is_told_of_a_wrong_call(self, arguments, capsys):
        assert main(["assess", *arguments]) == 2
        assert capsys.readouterr().err.count("\n") == 1

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        field=st.sampled_from([*CLAIM, "rates", "faults", "terms", "payments", "insured_amount", "currency"]),
        value=st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
            lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "amount"]), inner),
            max_leaves=4,
        ),
    )
    def test_is_refused_or_assessed_whatever_a_field_holds(self, tmp_path, field, value):
        (tmp_path / "any.json").write_text(json.dumps(CLAIM | {field: value}), "utf-8")

        try:
            assess(tmp_path / "any.json", json=True)
        except WrongUsage as refused:
            assert field in str(refused) or "any.json" in str(refused)  # noqa: PT017 - either outcome is right

    def test_is_none_for_the_largest_amounts(self, run):
        parcels = [a_parcel(id=str(n), value=10**10, weight_kg="999999.999") for n in range(1_000)]
        rate = {"base": "USD", "quote": "CNY", "rate": 1_000_000, "on": "2026-03-01"}
        told = CLAIM | {
            "parcels": [p | {"value": {"amount": 10**10, "currency": "USD"}} for p in parcels],
            "rates": [rate],
        }

        printed = run(told | {"claimed": None}, "--json")
        assert printed.exit_code == 0
        assert Decimal(printed.json["goods"]["amount"]) == Decimal(10) ** 19
