"""The rule packs in force, with a carrier's own files beside those of Redress, and claims assessed by them."""

import os
import re
from decimal import Decimal
from pathlib import Path

import pytest
from claim_facts import SHOWN
from claims import claim_of, filed, papers_come, the_desk_works, the_parcel_was_damaged
from claims_desk import established, proposed

from rules.packs.book import BOOK, PackBook, PacksInvalid
from schemas.claims import State
from schemas.evidence import EvidenceKind
from tasks.claims.assessing import assess_claims
from tasks.claims.packs import packs_in_force

PAGE = (Path(__file__).parents[3] / "docs" / "adding-a-rule-pack.md").read_text("utf-8")
[CMR] = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)
TERMS = """[[pack]]
name = "own-terms"
version = "1"
layer = "contract"
jurisdiction = "*"
modes = ["express"]
order = 10
dated_by = "accepted_on"
title_zh = "本公司服务合同"
title_en = "our own terms"

[[pack.rule]]
id = "insured"
kind = "pay_insured"
order = 10
when = ["insured"]
title_zh = "保价的，按保价金额"
title_en = "insured: the insured amount"
source = "our terms 7.2"
verified = "contract"
valid_from = 2020-01-01
"""
BROKEN = TERMS.replace('source = "our terms 7.2"\n', "")


def rewritten(file: Path, content: str) -> None:
    """Write a file anew, with another time of its change however soon that is."""
    before = file.stat().st_mtime_ns
    file.write_text(content, "utf-8")
    os.utime(file, ns=(before + 1_000_000_000, before + 1_000_000_000))


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name a file of the carrier's own terms."""
    file = tmp_path / "own.toml"
    file.write_text(TERMS, "utf-8")
    monkeypatch.setenv("REDRESS_RULE_PACKS_FILES", str(file))
    return file


def names_of(book: PackBook) -> set[str]:
    return {pack.name for pack in book}


class TestPacksInForce:
    @pytest.mark.parametrize("named", [None, "", " , "])
    def test_are_those_of_redress_where_no_file_is_named(
        self, named: str | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("REDRESS_RULE_PACKS_FILES", raising=False)
        if named is not None:
            monkeypatch.setenv("REDRESS_RULE_PACKS_FILES", named)

        assert packs_in_force() is BOOK

    def test_have_the_carriers_own_beside_them(self, own: Path) -> None:
        assert names_of(packs_in_force()) == names_of(BOOK) | {"own-terms"}

    def test_are_of_every_file_that_is_named(self, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (own.parent / "cmr.toml").write_text(CMR, "utf-8")
        monkeypatch.setenv("REDRESS_RULE_PACKS_FILES", f"{own}, {own.parent / 'cmr.toml'},")

        assert names_of(packs_in_force()) == names_of(BOOK) | {"own-terms", "cmr"}

    def test_are_read_once_as_long_as_the_files_stay_as_they_are(self, own: Path) -> None:
        assert packs_in_force() is packs_in_force()

    def test_are_read_again_when_a_file_was_changed(self, own: Path) -> None:
        packs_in_force()
        rewritten(own, TERMS.replace('version = "1"', 'version = "2"'))

        assert packs_in_force().pack("own-terms").version == "2"

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (BROKEN.encode(), r"own\.toml: own-terms\.insured\.source: Field required"),
            (TERMS.replace("own-terms", "express-terms").encode(), r"own\.toml: express-terms: there is a pack"),
            (b"\xff\xfe", r"own\.toml: 'utf-8' codec"),
            (b"[", r"own\.toml: "),
            (None, r"own\.toml: \[Errno 2\]"),
        ],
        ids=["a row without a source", "a name of ours", "no text", "no TOML", "no file"],
    )
    def test_are_refused_with_the_files_name_for(self, own: Path, content: bytes | None, said: str) -> None:
        own.unlink()
        if content is not None:
            own.write_bytes(content)

        with pytest.raises(PacksInvalid, match=said):
            packs_in_force()


def to_the_assessment() -> str:
    """Bring a claim for an insured parcel whose contract is shown to where only its proposal is made."""
    the_parcel_was_damaged()
    number = filed(claimed=100).claim_no
    established(number, terms=SHOWN)
    papers_come(number)
    return number


class TestClaim:
    def test_is_assessed_by_the_example_terms_where_the_carrier_names_none(self) -> None:
        number = to_the_assessment()

        the_desk_works()

        assert proposed(number).amount == Decimal(40)

    def test_is_assessed_by_the_carriers_own_terms(self, own: Path) -> None:
        number = to_the_assessment()

        the_desk_works()

        plan = proposed(number)
        assert plan.amount == Decimal(100)
        assert f"{packs_in_force().pack('own-terms').reference}:insured@2020-01-01" in plan.basis

    def test_is_assessed_by_a_treaty_that_the_carrier_adds(self, own: Path) -> None:
        own.write_text(CMR, "utf-8")
        the_parcel_was_damaged(declared_value=None, insured_amount=None, weight_kg=Decimal(1))
        lost = {"id": "773000000001", "value": 500, "proof": "invoice"}
        number = filed(event="loss", parcels=[lost], claimed=500).claim_no
        rate = {"base": "SDR", "quote": "CNY", "rate": "9.60", "on": "2026-11-19"}
        established(number, mode="road", international=True, rates=[rate])
        papers_come(number, EvidenceKind.VALUE_PROOF)

        the_desk_works()

        assert proposed(number).amount == Decimal("91.97"), "8.33 SDR × 1 kg × 9.60, and the freight of 12"

    def test_is_assessed_by_a_changed_file_from_the_next_assessment_on(self, own: Path) -> None:
        number = to_the_assessment()
        the_desk_works()
        rewritten(own, TERMS.replace('when = ["insured"]', 'when = ["insured", "total"]'))
        assert proposed(number).amount == Decimal(100)

        established(number, consumer=False)
        the_desk_works()

        assert (proposed(number).version, proposed(number).amount) == (2, Decimal(40))

    def test_waits_where_the_file_is_broken_and_goes_on_once_it_is_mended(self, own: Path) -> None:
        number = to_the_assessment()
        rewritten(own, BROKEN)

        with pytest.raises(PacksInvalid, match=r"own\.toml: own-terms\.insured\.source: Field required"):
            the_desk_works()
        assert claim_of(number).state is State.ASSESSMENT
        assert claim_of(number).plan is None

        rewritten(own, TERMS)
        assert assess_claims.fn() == [number]
        assert proposed(number).amount == Decimal(100)
