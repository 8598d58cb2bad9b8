"""Which rules hold, and that the choice is explained."""

import pytest
from claim_facts import SHOWN, a_claim, a_row, book_with

from rules.claims.assessing import assess
from rules.claims.choosing import choose
from rules.claims.money import CannotAssess
from rules.packs.book import BOOK, Pack, PackBook
from schemas.assessment import ClaimFacts


def holding(facts: ClaimFacts) -> list[str]:
    return [choice.pack.partition("/")[0] for choice in choose(facts, book=BOOK).packs if choice.holds]


def explained(facts: ClaimFacts, pack: str, *, book: PackBook = BOOK) -> tuple[str, str]:
    [choice] = [choice for choice in choose(facts, book=book).packs if choice.pack.startswith(f"{pack}/")]
    return choice.zh, choice.en


class TestChoose:
    def test_takes_the_law_of_the_country_and_the_standard_for_express(self):
        assert holding(a_claim()) == [
            "cn-civil-code", "cn-consumer-law", "cn-express-regulation", "cn-express-standard", "common"
        ]  # fmt: skip

    def test_puts_the_law_of_a_province_before_that_of_the_country(self):
        assert holding(a_claim(jurisdictions=["CN-ZJ"]))[:3] == ["cn-zj-consumer", "cn-zj-express", "cn-civil-code"]

    def test_puts_the_treaty_before_all(self):
        assert holding(a_claim(international=True, carriage="air"))[0] == "montreal"

    def test_knows_carriage_by_air_from_the_mode_unless_it_went_otherwise(self):
        assert "montreal" in holding(a_claim(mode="air", international=True))
        assert "montreal" not in holding(a_claim(mode="air", international=True, carriage="road"))

    def test_knows_what_is_international_from_the_lane(self):
        assert "montreal" in holding(a_claim(mode="air", lane="international"))

    def test_takes_no_contract_that_nobody_showed(self):
        assert not {"express-terms", "ltl-terms"} & set(holding(a_claim()))
        assert "terms" in explained(a_claim(), "express-terms")[1]

    def test_takes_the_contract_of_the_mode_or_the_named_one(self):
        assert "express-terms" in holding(a_claim(terms={}))
        assert "ltl-terms" in holding(a_claim(mode="ltl", terms={"contract": "ltl-terms"}))

    def test_takes_one_contract_only(self):
        own = {"name": "own-terms", "layer": "contract", "order": 50}
        book = book_with(a_row("pay_agreed", order=10), **own)

        choice = choose(a_claim(terms={}), book=book)

        assert [c.pack.partition("/")[0] for c in choice.packs if c.holds and c.layer == "contract"] == ["own-terms"]
        assert explained(a_claim(terms={}), "express-terms", book=book)[1] == "another contract holds"

    @pytest.mark.parametrize(
        ("name", "said"),
        [("nobodys", "there is no contract nobodys; there are"), ("ltl-terms", "ltl-terms is no contract for express")],
    )
    def test_refuses_a_contract_that_does_not_fit(self, name, said):
        with pytest.raises(CannotAssess, match=f"^terms.contract: {said}"):
            choose(a_claim(terms={"contract": name}), book=BOOK)

    def test_says_why_a_pack_does_not_hold(self):
        assert explained(a_claim(), "cn-zj-consumer")[1] == "for CN-ZJ, the claim is of CN"
        assert explained(a_claim(), "cn-postal-law")[1] == "not for express"
        assert "consumer" in explained(a_claim(jurisdictions=["CN-ZJ"], consumer=False), "cn-zj-consumer")[1]

    def test_says_that_a_pack_is_for_other_products(self):
        book = book_with(a_row("cap_claimed"), products=["ice"])

        assert explained(a_claim(), "own", book=book)[1] == "only for the products ice"
        assert not explained(a_claim(product="ice"), "own", book=book)[1].startswith("only")

    def test_puts_the_jurisdiction_that_the_claim_names_first_first(self):
        packs = [
            Pack.model_validate(
                {**BOOK.pack("cn-zj-consumer").model_dump(), "name": name, "jurisdiction": jurisdiction}
            )
            for name, jurisdiction in (("a", "CN-GD"), ("b", "CN-ZJ"))
        ]
        choice = choose(a_claim(jurisdictions=["CN-ZJ", "CN-GD"]), book=PackBook(tuple(packs)))

        assert [pack.pack[0] for pack in choice.packs] == ["b", "a"]

    def test_takes_a_contract_as_it_stood_when_the_parcel_was_accepted(self):
        rows = [
            a_row("cap_amount", value=100, currency="CNY", valid_to="2026-03-02"),
            a_row("cap_amount", value=50, currency="CNY", valid_from="2026-03-02"),
        ]
        book = book_with(*rows, layer="contract", dated_by="accepted_on", order=50)

        accepted = assess(a_claim(accepted_on="2026-03-01", terms={}), book=book)
        unknown = assess(a_claim(terms={}), book=book)

        assert (accepted.goods.amount, unknown.goods.amount) == (100, 50)

    def test_tells_a_rule_that_did_not_hold_on_the_day(self):
        facts = a_claim(event_on="2010-03-04")

        said = [rule.en for rule in assess(facts).not_applied if "did not hold on 2010-03-04" in rule.en]
        assert any("market price" in sentence for sentence in said)
        assert len([sentence for sentence in said if sentence.startswith("insured, all of it")]) == 1


class TestPrecedence:
    def test_lets_a_stronger_pack_displace_the_limits_of_weaker_ones(self):
        found = assess(a_claim(jurisdictions=["CN-ZJ"], terms=SHOWN))

        assert not found.caps
        assert any("Displaced by Zhejiang" in rule.en for rule in found.not_applied)

    def test_does_not_let_it_where_its_own_rules_do_not_apply(self):
        found = assess(a_claim(jurisdictions=["CN-ZJ"], terms=SHOWN, consumer=False))

        assert found.amount.amount == 60

    def test_puts_the_limit_of_the_treaty_in_the_place_of_the_contracts(self):
        rate = {"base": "XDR", "quote": "CNY", "rate": "9.5", "on": "2026-03-01"}
        found = assess(a_claim(international=True, carriage="air", terms=SHOWN, rates=[rate]))

        assert [cap.limit.amount for cap in found.caps] == [494]  # 26 SDR × 2 kg × 9.5
        assert found.amount.amount == 494
