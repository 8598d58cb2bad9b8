"""The recipe of docs/changing-a-playbook.md, followed to the letter."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from factories import NOON, a_case

from rules.exceptions.playbook_data import Playbooks, PlaybookText, UnusablePlaybooks, load_playbooks
from rules.exceptions.playbooks import OWN, estimated_cost, playbook_for
from rules.exceptions.remedies import draft_plan
from schemas.evidence import EvidenceKind
from schemas.exceptions import ExceptionType, Measure
from schemas.inquiries import Node
from schemas.playbooks import Mode, ParcelFacts

PAGE = (Path(__file__).parents[3] / "docs" / "changing-a-playbook.md").read_text("utf-8")
(EXAMPLE,) = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)
DAMAGED = ExceptionType.DAMAGED


@pytest.fixture(scope="module")
def books() -> Playbooks:
    return load_playbooks(OWN, PlaybookText("own.toml", EXAMPLE))


def refusal(text: str) -> str:
    with pytest.raises(UnusablePlaybooks) as refused:
        load_playbooks(OWN, PlaybookText("own.toml", text))
    return str(refused.value)


class TestExample:
    def test_tells_the_customer_of_damage_twice_as_often_and_of_nothing_else(self, books):
        often = {type_ for type_ in ExceptionType
                 if playbook_for(type_, books=books).update_hours != playbook_for(type_).update_hours}  # fmt: skip

        assert often == {DAMAGED}
        assert playbook_for(DAMAGED, books=books).update_hours == 12

    @pytest.mark.parametrize("insured", [True, False])
    def test_asks_the_consignee_of_an_insured_parcel_for_a_proof_of_its_value(self, books, insured):
        needs = playbook_for(DAMAGED, facts=ParcelFacts(insured=insured), books=books).mandatory

        assert ((EvidenceKind.VALUE_PROOF, Node.CONSIGNEE) in {(need.kind, need.of) for need in needs}) == insured

    def test_repacks_freight_first_and_express_as_before(self, books):
        first = {mode: draft_plan(a_case(rounds=0), now=NOON, mode=mode, books=books).measures for mode in Mode}

        assert Measure.REPACK in first.pop(Mode.LTL)
        assert set(first.values()) == {(Measure.INSPECT_AND_PHOTOGRAPH, Measure.COMPENSATE)}

    def test_costs_what_the_contract_of_the_year_says(self, books):
        costs = [estimated_cost([Measure.REPACK], on=date(year, 6, 1), books=books) for year in (2026, 2027)]

        assert costs == [Decimal("6.50"), Decimal("7.10")]

    def test_names_its_version(self, books):
        assert books.version == "acme-2026.12"


class TestRefusals:
    @pytest.mark.parametrize(
        "text",
        [
            "[DAMAGED]\nmore_evidence = 1",
            '[LOST]\nremedies = [{ measures = ["PRAY"] }]',
            '[costs]\nREPACK = [{ value = "-1", source = "x", verified = "contract" }]',
            '[LOST]\nmore_texts = { opened = "department" }',
        ],
    )
    def test_read_as_the_page_shows_them(self, text):
        shown = [line.removesuffix(" ...") for line in PAGE.splitlines() if line.startswith("own.toml: ")]

        assert [line for line in shown if refusal(text).startswith(line)]
