"""What holds of every assessment, whatever the facts."""

import random
from datetime import date
from decimal import Decimal
from itertools import pairwise

from claim_facts import a_claim, a_parcel
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.claims.assessing import assess
from rules.claims.money import divided
from rules.packs.book import FOLDER, load_packs
from schemas.assessment import ClaimEvent, ClaimMode, ProofKind
from schemas.complaints import PartyKind
from schemas.promises import LaneClass

MONEY = st.decimals(min_value=0, max_value=100_000, places=2)
SOME_MONEY = st.decimals(min_value="0.01", max_value=100_000, places=2)
PERCENT = st.decimals(min_value=0, max_value=100, places=2)
RATES = [
    {"base": "XDR", "quote": "CNY", "rate": "9.61", "on": "2026-03-01"},
    {"base": "USD", "quote": "CNY", "rate": "7.1234", "on": "2026-03-01"},
]
TELLS = st.sampled_from([True, False, None])


@st.composite
def parcels(draw, id_: str, *, proven: bool = False):
    """Draw a parcel; one that is not proven may have no value, or one that is only said."""
    value = draw(MONEY if proven else st.none() | MONEY)
    proof = ProofKind.INVOICE if proven or (value is not None and draw(st.booleans())) else ProofKind.NONE
    return {
        "id": id_,
        "weight_kg": draw(st.decimals(min_value="0.001", max_value=500, places=3)),
        "pieces": draw(st.integers(1, 20)),
        "value": value,
        "proof": proof,
        "lost_percent": draw(PERCENT),
        "salvage": draw(st.none() | MONEY),
        "salvage_kept_by": draw(st.sampled_from(["claimant", "carrier"])),
        "found": draw(
            st.none()
            | st.fixed_dictionaries(
                {
                    "on": st.just("2027-01-01"),
                    "choice": st.sampled_from(["parcel", "money", "undecided"]),
                    "still_lost_percent": PERCENT,
                }
            )
        ),
    }


@st.composite
def faults(draw):
    """Draw shares that are 100 % together, decided or only proposed."""
    cuts = sorted({*draw(st.lists(st.integers(1, 9_999), max_size=4)), 0, 10_000})
    by = draw(st.sampled_from(["C-7", ""]))
    return [
        {"kind": draw(st.sampled_from(list(PartyKind))), "share": Decimal(b - a) / 100, "decided_by": by}
        for a, b in pairwise(cuts)
    ]


@st.composite
def claims(draw, *, proven: bool = False):
    """Draw the facts of a claim about one to three parcels."""
    told = [draw(parcels(f"P{number}", proven=proven)) for number in range(draw(st.integers(1, 3)))]
    worth = sum((parcel["value"] or Decimal(0) for parcel in told), Decimal(0))
    finding = draw(st.sampled_from([{}, {"intent": True}, {"gross_negligence": True}, {"fraud": True}]))
    return {
        "mode": draw(st.sampled_from(list(ClaimMode))),
        "jurisdictions": draw(st.sampled_from([["CN"], ["CN-ZJ"], ["DE"], ["CN-GD", "CN-ZJ"]])),
        "event": draw(st.sampled_from(list(ClaimEvent))),
        "event_on": draw(st.dates(date(2000, 1, 1), date(2026, 12, 31))),
        "promised_on": draw(st.none() | st.dates(date(2000, 1, 1), date(2026, 12, 31))),
        "lane": draw(st.sampled_from(list(LaneClass))),
        "international": draw(st.booleans()),
        "carriage": draw(st.sampled_from(["air", "road", "unknown"])),
        "parcels": told,
        "freight": draw(MONEY),
        "declared_value": draw(st.none() | MONEY),
        "insured_amount": draw(st.none() | MONEY),
        "total_value": draw(st.none() | SOME_MONEY.map(lambda more: worth + more)),
        "agreed_amount": draw(st.none() | MONEY),
        "claimed": draw(st.none() | MONEY),
        "consumer": draw(st.booleans()),
        "terms": draw(
            st.none() | st.fixed_dictionaries({"explained": TELLS, "insurance_offered": TELLS, "conspicuous": TELLS})
        ),
        "conduct": {**finding, "decided_by": "C-7"},
        "faults": draw(st.just([]) | faults()),
        "exemptions": draw(
            st.just([])
            | st.lists(
                st.fixed_dictionaries(
                    {
                        "kind": st.sampled_from(["force_majeure", "inherent_nature", "sender_fault"]),
                        "evidence": st.sampled_from([[], ["notice"]]),
                        "decided_by": st.sampled_from(["", "C-7"]),
                    }
                ),
                max_size=2,
            )
        ),
        "payments": draw(
            st.lists(st.fixed_dictionaries({"paid_amount": MONEY, "on": st.just("2027-01-01")}), max_size=2)
        ),
        "evidence": draw(st.sampled_from([[], ["photo_whole", "photo_detail", "photo_contents"]])),
        "rates": RATES,
    }


class TestAmount:
    @given(claims())
    def test_is_never_negative_and_adds_up(self, told):
        found = assess(a_claim(**told))

        for money in (found.amount, found.goods, found.freight, found.due, found.to_reclaim):
            assert money.amount >= 0
        assert found.goods.amount + found.freight.amount == found.amount.amount
        assert found.due.amount - found.to_reclaim.amount == found.amount.amount - found.paid.amount
        assert min(found.due.amount, found.to_reclaim.amount) == 0

    @given(claims())
    def test_is_never_above_the_claim(self, told):
        found = assess(a_claim(**told))

        if found.claimed is not None:
            assert found.amount.amount <= found.claimed.amount

    @given(claims())
    def test_is_never_above_a_limit_that_counted(self, told):
        found = assess(a_claim(**told))

        for cap in found.caps:
            assert found.goods.amount <= cap.limit.amount

    @given(claims(proven=True), st.data())
    def test_does_not_fall_when_more_of_a_proven_parcel_is_lost(self, told, data):
        before = assess(a_claim(**told)).amount.amount
        parcel = data.draw(st.sampled_from(told["parcels"]))
        more = data.draw(st.decimals(min_value=parcel["lost_percent"], max_value=100, places=2))

        parcel["lost_percent"] = more

        assert assess(a_claim(**told)).amount.amount >= before

    @given(claims(proven=True), SOME_MONEY)
    def test_does_not_fall_when_a_parcel_proves_to_be_worth_more(self, told, more):
        told["parcels"] = told["parcels"][:1]
        told["total_value"] = None if told["total_value"] is None else Decimal(900_000)
        before = assess(a_claim(**told)).amount.amount

        told["parcels"][0]["value"] += more

        assert assess(a_claim(**told)).amount.amount >= before

    @given(
        claims(),
        st.fixed_dictionaries(
            {
                "earlier_claims": st.integers(0, 9),
                "altered_proof": st.booleans(),
                "threats": st.booleans(),
                "abusive_contacts": st.integers(0, 9),
            }
        ),
    )
    def test_is_the_same_whatever_speaks_for_fraud(self, told, signals):
        plain, suspected = (assess(a_claim(**told, signals=seen)) for seen in ({}, signals))

        assert suspected.model_dump(exclude={"scores"}) == plain.model_dump(exclude={"scores"})

    @given(claims())
    def test_has_a_line_with_rule_source_and_input_for_every_step(self, told):
        for line in assess(a_claim(**told)).lines:
            assert line.rule
            assert line.source
            assert line.inputs


class TestSplit:
    @given(claims())
    def test_sums_to_the_whole_and_to_the_amount(self, told):
        found = assess(a_claim(**told))

        if found.split:
            assert sum(share.share for share in found.split) == 100
            assert sum(share.amount.amount for share in found.split) == found.amount.amount
            assert not {share.kind for share in found.split} & {PartyKind.SENDER, PartyKind.CONSIGNEE}

    @given(MONEY, st.lists(st.decimals(min_value=0, max_value=1000, places=4), min_size=1, max_size=12))
    def test_leaves_no_cent_over(self, total, weights):
        parts = divided(total, weights)

        assert sum(parts) == total
        assert all(part >= 0 for part in parts)
        assert all(part == part.quantize(Decimal("0.01")) for part in parts)


class TestLoading:
    FILES = tuple(sorted(FOLDER.glob("*.toml")))

    @settings(max_examples=25)
    @given(st.randoms(use_true_random=False), claims())
    def test_in_whatever_order_gives_the_same_assessment(self, random_: random.Random, told):
        shuffled = random_.sample(self.FILES, len(self.FILES))

        book = load_packs(*shuffled, built_in=False)

        assert assess(a_claim(**told), book=book) == assess(a_claim(**told))

    def test_of_rows_in_the_opposite_order_gives_the_same_assessment(self):
        book = load_packs()
        turned = type(book)(
            tuple(pack.model_copy(update={"rule": tuple(reversed(pack.rule))}) for pack in reversed(book.packs))
        )

        told = a_claim(jurisdictions=["CN-ZJ"], parcels=[a_parcel(), a_parcel(id="B", proof="none")])
        assert assess(told, book=turned).amount == assess(told, book=book).amount
