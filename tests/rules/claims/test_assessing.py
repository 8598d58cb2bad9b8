"""What an assessment asks for, leaves open and refuses."""

from decimal import Decimal

import pytest
from claim_facts import SHOWN, a_claim, a_parcel, a_row, book_with

from rules.claims.assessing import assess
from rules.claims.money import CannotAssess
from rules.packs.book import PackBook
from schemas.assessment import Assessment, ClaimEvent

DECIDED = {"decided_by": "C-7"}


def codes(found: Assessment) -> set[str]:
    return {open_.code for open_ in found.provisional}


def skipped(found: Assessment) -> str:
    return "\n".join(rule.en for rule in found.not_applied)


class TestTreatment:
    def test_leaves_a_delay_a_delay_once_the_parcel_was_delivered(self):
        found = assess(
            a_claim(event="delay", promised_on="2026-03-01", event_on="2026-03-20", delivered_on="2026-03-20")
        )

        assert found.treated_as is ClaimEvent.DELAY
        assert "it is a delay" in skipped(found)

    def test_leaves_it_so_while_nobody_tells_the_promise(self):
        found = assess(a_claim(event="delay"))

        assert found.treated_as is ClaimEvent.DELAY
        assert "The promised day is not told" in skipped(found)

    def test_pays_a_proven_loss_that_comes_of_a_delay(self):
        found = assess(a_claim(event="delay", delivered_on="2026-03-04", parcels=[a_parcel(lost_percent=40)]))

        assert (found.goods.amount, found.freight.amount) == (400, 20)


class TestLoss:
    @pytest.mark.parametrize(
        ("told", "goods"),
        [
            ({"lost_weight_kg": "0.5"}, "250"),
            ({"pieces": 4, "lost_pieces": 1}, "250"),
            ({"lost_value": 333}, "333"),
            ({"lost_percent": "33.33"}, "333.30"),
            ({"value": 0, "lost_value": 0}, "0"),
        ],
    )
    def test_is_counted_by_what_the_parcel_tells(self, told, goods):
        assert assess(a_claim(event="partial_loss", parcels=[a_parcel(**told)])).goods.amount == Decimal(goods)

    def test_of_a_shipment_is_shared_by_weight_where_a_value_is_not_known(self):
        parcels = [{"id": "A", "weight_kg": 1, "lost_percent": 100}, {"id": "B", "weight_kg": 3}]
        found = assess(a_claim(insured_amount=400, parcels=parcels))

        assert found.goods.amount == 100
        assert "by weight" in found.lines[-2].en

    def test_is_shared_by_pieces_where_a_weight_is_not_known(self):
        parcels = [{"id": "A", "lost_percent": 100}, {"id": "B", "pieces": 4}]

        assert assess(a_claim(insured_amount=400, parcels=parcels)).goods.amount == 80

    def test_of_a_total_value_that_is_told_follows_the_share_where_values_are_not(self):
        parcels = [{"id": "A", "lost_percent": 100, "salvage": 10}, {"id": "B", "pieces": 4}]
        found = assess(a_claim(insured_amount=400, total_value=800, parcels=parcels))

        assert found.goods.amount == 75  # 400 / 800 × (800 / 5 − 10)

    def test_cannot_be_of_more_than_the_total_value(self):
        with pytest.raises(
            CannotAssess, match=r"^total_value: it is 900\.00 CNY, the parcels alone are worth 1,000\.00 CNY"
        ):
            assess(a_claim(event="damage", insured_amount=400, total_value=900, parcels=[a_parcel(lost_percent=50)]))

    def test_leaves_nothing_when_what_is_left_is_worth_more(self):
        parcels = [a_parcel(lost_percent=10, salvage=500)]

        assert assess(a_claim(event="damage", parcels=parcels)).goods.amount == 0

    @pytest.mark.parametrize(
        ("insured", "goods", "less"), [(400, 360, "40.00"), (1000, 900, "100.00")], ids=["in part", "in full"]
    )
    def test_takes_what_is_left_from_the_insured_amount_as_far_as_that_covers_it(self, insured, goods, less):
        found = assess(a_claim(insured_amount=insured, parcels=[a_parcel(lost_percent=100, salvage=100)]))

        assert found.goods.amount == goods
        assert any(f"less {less} CNY that is left" in line.en for line in found.lines)

    def test_takes_what_is_left_from_the_insured_amount_where_no_value_is_known(self):
        parcels = [{"id": "A", "lost_percent": 100, "salvage": 100}]

        assert assess(a_claim(insured_amount=400, parcels=parcels)).goods.amount == 300

    def test_keeps_what_is_left_out_of_it_where_no_rule_says_so(self):
        book = book_with(a_row("pay_proven", order=1), alone=True)

        found = assess(a_claim(parcels=[a_parcel(lost_percent=100, salvage=100)]), book=book)
        assert found.goods.amount == 1000

    def test_of_a_parcel_of_unknown_value_with_salvage_stays_unknown(self):
        found = assess(a_claim(parcels=[{"id": "A", "weight_kg": 2, "lost_percent": 100, "salvage": 5}]))

        assert "value_not_proven" in codes(found)
        assert "its value is not known" in found.lines[0].en


class TestMeasures:
    def test_say_that_nothing_is_proven_and_ask(self):
        found = assess(a_claim(parcels=[a_parcel(proof="none")]))

        assert found.goods.amount == 0
        assert codes(found) >= {"value_not_proven"}

    @pytest.mark.parametrize("kind", ["pay_insured", "pay_proportion", "pay_declared", "pay_agreed", "pay_proven"])
    def test_give_way_where_what_they_pay_by_is_not_told(self, kind):
        book = book_with(a_row(kind, order=1), alone=True)

        found = assess(a_claim(parcels=[{"id": "A"}]), book=book)
        assert found.goods.amount == 0
        assert len(found.not_applied) == 1

    def test_pay_for_each_kilogram_that_is_gone(self):
        book = book_with(a_row("pay_per_kg", order=1, value="12.5", currency="CNY"))
        parcels = [a_parcel(lost_percent=50)]

        assert assess(a_claim(event="damage", parcels=parcels), book=book).goods.amount == Decimal("12.50")

    def test_pay_a_multiple_of_the_whole_freight_without_limit(self):
        book = book_with(a_row("pay_multiple_of_freight", order=1, factor=7, of="whole"))
        parcels = [a_parcel(lost_percent=100), a_parcel(id="B")]

        assert assess(a_claim(parcels=parcels), book=book).goods.amount == 140

    def test_pay_a_stated_loss_up_to_an_amount_only(self):
        told = {
            "mode": "ltl", "terms": {}, "evidence": ["photo_whole", "photo_detail", "photo_contents"],
            "parcels": [a_parcel(value="1000.01", proof="none")],
        }  # fmt: skip

        assert assess(a_claim(**told)).goods.amount == 0
        assert "more than 1,000.00 CNY" in skipped(assess(a_claim(**told)))

    def test_pay_for_every_parcel_by_the_first_rule_that_can(self):
        parcels = [a_parcel(value=100), {"id": "B", "weight_kg": 3}]
        found = assess(a_claim(jurisdictions=["CN-ZJ"], parcels=parcels))

        assert found.goods.amount == 100 + 120  # proven, and ten times the freight of three of five kilograms
        assert found.freight.amount == 0


class TestNeeds:
    @pytest.mark.parametrize(
        ("told", "field"),
        [
            ({"freight": None, "terms": SHOWN}, "freight"),
            ({"freight": None, "jurisdictions": ["CN-ZJ"], "parcels": [{"id": "A"}]}, "freight"),
            ({"international": True, "carriage": "air", "parcels": [a_parcel(weight_kg=None)]}, "parcels.0.weight_kg"),
            ({"international": True, "carriage": "air"}, "rates"),
            ({"freight": None, "conduct": {"fraud": True, **DECIDED}}, "freight"),
        ],
    )
    def test_are_named_by_their_field(self, told, field):
        with pytest.raises(CannotAssess, match=f"^{field}: "):
            assess(a_claim(**told))

    def test_are_no_matter_where_nothing_is_owed(self):
        found = assess(a_claim(freight=None, parcels=[{"id": "A"}], terms=SHOWN))

        assert found.amount.amount == 0
        assert "Nothing is owed" in skipped(found)
        assert "freight_unknown" in codes(found)

    def test_are_rates_from_the_right_currency_to_the_right_one(self):
        rates = [
            {"base": "XDR", "quote": "USD", "rate": "1.3", "on": "2026-03-01"},
            {"base": "XDR", "quote": "CNY", "rate": "10", "on": "2026-03-01", "source": "IMF"},
        ]
        found = assess(a_claim(international=True, carriage="air", rates=rates))

        [line] = [line for line in found.lines if line.step == "cap"]
        assert line.inputs["rates"] == "1 XDR = 10 CNY, 2026-03-01 IMF"
        assert "2 kg × 26 SDR × 10 (2026-03-01)" in line.en


class TestLimits:
    def test_of_an_amount_are_for_the_claim_or_for_each_parcel(self):
        parcels = [a_parcel(lost_percent=100), a_parcel(id="B", lost_percent=100), a_parcel(id="C")]
        for per, goods in (("claim", 300), ("parcel", 600)):
            book = book_with(a_row("cap_amount", value=300, currency="CNY", per=per))

            assert assess(a_claim(parcels=parcels), book=book).goods.amount == goods

    def test_of_the_insured_amount_give_way_where_nothing_is_insured(self):
        found = assess(a_claim(), book=book_with(a_row("cap_insured")))

        assert found.goods.amount == 1000
        assert "Nothing was insured" in skipped(found)

    def test_of_the_actual_loss_give_way_where_it_is_not_proven(self):
        found = assess(a_claim(mode="ltl", terms={}, insured_amount=700, parcels=[a_parcel(proof="none")]))

        assert found.goods.amount == 700
        assert "The actual loss is not proven" in skipped(found)

    def test_that_are_not_reached_are_told_and_change_nothing(self):
        found = assess(a_claim(), book=book_with(a_row("cap_amount", value=5000, currency="CNY")))

        assert [cap.reduced for cap in found.caps] == [False]
        assert "which is not exceeded" in skipped(found)

    def test_by_a_clause_that_no_law_judges_do_not_count_and_a_person_is_asked(self):
        found = assess(a_claim(jurisdictions=["DE"], terms=SHOWN))

        assert found.goods.amount == 1000
        assert "clause_unjudged" in codes(found)

    def test_by_a_clause_of_which_nothing_is_known_do_not_count_and_a_proof_is_asked(self):
        found = assess(a_claim(terms={}))

        assert found.goods.amount == 1000
        assert "clause_unproven" in codes(found)

    def test_by_a_clause_are_judged_once_for_all(self):
        rows = [a_row("cap_amount", id=name, value=value, currency="CNY", clause="uninsured_limit")
                for name, value in (("one", 90), ("two", 70))]  # fmt: skip
        found = assess(a_claim(terms=SHOWN), book=book_with(*rows))

        assert len([line for line in found.lines if line.step == "clause"]) == 1
        assert found.amount.amount == 60


class TestRefund:
    def test_is_given_once_by_the_strongest_rule(self):
        found = assess(a_claim(event="delay"), book=book_with(a_row("refund_freight", percent=50)))

        assert found.freight.amount == 10
        assert "goes first" in skipped(found)

    def test_is_no_part_of_a_lump_sum(self):
        found = assess(a_claim(jurisdictions=["CN-ZJ"], parcels=[{"id": "A"}]))

        assert (found.goods.amount, found.freight.amount) == (200, 0)
        assert "It is a lump sum" in skipped(found).replace(": it", ": It")


class TestFloor:
    FLOOR = a_row("floor_amount", value=1500, currency="CNY")

    def test_raises_what_is_owed(self):
        assert assess(a_claim(), book=book_with(self.FLOOR)).goods.amount == 1500

    def test_is_no_matter_above_it(self):
        found = assess(a_claim(parcels=[a_parcel(value=2000)]), book=book_with(self.FLOOR))

        assert found.goods.amount == 2000
        assert "It is no less than 1,500.00 CNY" in skipped(found)

    def test_is_no_matter_where_nothing_is_owed(self):
        assert assess(a_claim(event="delay"), book=book_with(self.FLOOR)).goods.amount == 0

    def test_stays_within_the_claim_unless_the_rule_says_otherwise(self):
        beyond = {**self.FLOOR, "beyond_claim": True}

        assert assess(a_claim(claimed=900), book=book_with(self.FLOOR)).amount.amount == 900
        named = assess(a_claim(claimed=900), book=book_with(beyond))
        assert named.amount.amount == 1520
        assert any(line.step == "floor" for line in named.lines)

    def test_and_claim_are_no_limit_where_no_rule_says_so(self):
        book = book_with(a_row("pay_proven", order=1), alone=True)

        assert assess(a_claim(claimed=900), book=book).amount.amount == 1000


class TestReductions:
    def test_need_evidence_and_a_decision(self):
        for told in ({"evidence": ["notice"]}, DECIDED):
            found = assess(a_claim(exemptions=[{"kind": "force_majeure", **told}]))

            assert found.goods.amount == 1000
            assert "exemption_undecided" in codes(found)

    def test_take_off_what_lies_with_force_majeure_but_not_of_an_insured_postal_item(self):
        shares = [{"kind": "force_majeure", "share": 40, **DECIDED}, {"kind": "outlet", "share": 60, **DECIDED}]

        assert assess(a_claim(faults=shares)).goods.amount == 600
        insured = assess(a_claim(mode="postal", insured_amount=1000, faults=shares))
        assert insured.goods.amount == 1000
        assert [share.kind for share in insured.split] == ["force_majeure", "outlet"]

    def test_add_up_over_several_rules(self):
        shares = [
            {"kind": "sender", "share": 10, **DECIDED}, {"kind": "force_majeure", "share": 40, **DECIDED},
            {"kind": "unknown", "share": 50, **DECIDED},
        ]  # fmt: skip
        conduct = {"gross_negligence": True, **DECIDED}

        assert assess(a_claim(mode="postal", faults=shares, conduct=conduct)).goods.amount == 500

    def test_that_two_rules_wait_for_are_asked_for_once(self):
        book = book_with(a_row("exempt_when", ground="force_majeure"))
        found = assess(a_claim(exemptions=[{"kind": "force_majeure"}]), book=book)

        assert [open_.code for open_ in found.provisional].count("exemption_undecided") == 1


class TestPayments:
    def test_are_taken_off(self):
        found = assess(a_claim(payments=[{"paid_amount": 300, "on": "2026-03-10"}]))

        assert (found.amount.amount, found.paid.amount, found.due.amount) == (1020, 300, 720)

    def test_are_left_alone_where_no_rule_says_so(self):
        book = book_with(a_row("pay_proven", order=1), alone=True)
        told = a_claim(payments=[{"paid_amount": 300, "on": "2026-03-10"}])

        assert assess(told, book=book).due.amount == 1000

    def test_of_a_parcel_that_was_found_are_left_alone_where_no_rule_says_so(self):
        book = book_with(a_row("pay_proven", order=1), alone=True)
        found = assess(a_claim(parcels=[a_parcel(found={"on": "2026-04-01", "choice": "money"})]), book=book)

        assert found.goods.amount == 1000
        assert not [line for line in found.lines if line.step == "found"]


class TestWithoutRules:
    def test_nothing_is_owed_and_everything_is_open(self):
        found = assess(a_claim(), book=PackBook(()))

        assert (found.amount.amount, found.lines, found.payer) == (0, (), None)
        assert "value_not_proven" in codes(found)
