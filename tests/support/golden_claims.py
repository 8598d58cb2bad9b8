"""The golden cases of claims: facts, the amount, and where that comes from. Each is worked out by hand."""

from typing import Any, NamedTuple

from claim_facts import SHOWN, a_parcel


class Golden(NamedTuple):
    """One case: what is told, what it comes to, by which rules, and why that is right."""

    told: dict[str, Any]
    amount: str
    rules: tuple[str, ...]  # each decided a line of the derivation
    source: str


ZHEJIANG = {"jurisdictions": ["CN-ZJ"]}
UNPROVEN = {"parcels": [{"id": "A", "weight_kg": 2}]}
TWO = [a_parcel(id="A", weight_kg=1, value=300, lost_percent=100), a_parcel(id="B", weight_kg=3, value=900)]
BY_AIR = {
    "mode": "air", "international": True, "freight": None, "parcels": [a_parcel(weight_kg=10, value=8000)],
    "rates": [{"base": "SDR", "quote": "CNY", "rate": "9.5", "on": "2024-12-27"}],
}  # fmt: skip
PALLET = {"mode": "ltl", "freight": 200, "parcels": [a_parcel(weight_kg=100, value=5000)], "terms": SHOWN}
CARTONS = {"mode": "ltl", "freight": 200, "terms": SHOWN}
THREE_PHOTOS = ["photo_whole", "photo_detail", "photo_contents"]
LOST_THEN_FOUND = {
    "insured_amount": 800, "payments": [{"paid_amount": 820, "on": "2026-03-20"}],
}  # fmt: skip


def found(choice: str, **told: Any) -> list[dict[str, Any]]:
    return [a_parcel(found={"on": "2026-04-02", "choice": choice, **told})]


CASES: dict[str, Golden] = {
    # Insured (保价).
    "insured, all of it lost": Golden(
        {"insured_amount": 800, "total_value": 1000}, "820.00", ("insured_total", "fee_waived"),
        "GB/T 27917, 快递暂行条例 27: the insured amount of 800, and the fee of 20 is waived",
    ),
    "insured, a part damaged": Golden(
        {"event": "damage", "insured_amount": 800, "parcels": [a_parcel(lost_percent=30)]}, "240.00",
        ("insured_partial",),
        "邮政法 47 as the usual cover: 800 / 1,000 × 300 of loss",
    ),
    "insured, a part of pieces missing": Golden(
        {"event": "shortage", "insured_amount": 600, "parcels": [a_parcel(pieces=8, lost_pieces=2)]}, "150.00",
        ("insured_partial",),
        "600 / 1,000 × (2 of 8 pieces of 1,000 = 250)",
    ),
    "insured for more than the goods are worth, a part lost": Golden(
        {"event": "partial_loss", "insured_amount": 2000, "parcels": [a_parcel(lost_value=400)]}, "400.00",
        ("insured_partial",),
        "the share that is insured is never above the whole: the loss of 400",
    ),
    "insured by the carrier's terms": Golden(
        {"insured_amount": 800, "terms": SHOWN, "claimed": 800}, "800.00", ("insured_total", "claim_limit"),
        "the contract's insured amount; with the fee it would be 820, but 800 is claimed",
    ),
    # Delay.
    "delayed by two days": Golden(
        {"event": "delay", "promised_on": "2026-03-01", "event_on": "2026-03-03", "delivered_on": "2026-03-03",
         "insurance_fee": 5}, "20.00", ("fee_waived",),
        "GB/T 27917: the fee of this service is waived, those of insurance and the like are not",
    ),
    "completely delayed within one city, on the fourth day": Golden(
        {"event": "delay", "lane": "same_city", "promised_on": "2026-03-01", "event_on": "2026-03-05"}, "1020.00",
        ("complete_delay_same_city", "actual_loss", "fee_waived"),
        "GB/T 27917: more than 3 days after the promise it may be treated as lost",
    ),
    "delayed within one city, on the third day": Golden(
        {"event": "delay", "lane": "same_city", "promised_on": "2026-03-01", "event_on": "2026-03-04"}, "20.00",
        ("fee_waived",),
        "the third day after the promise is not past it",
    ),
    "completely delayed between provinces, on the eighth day": Golden(
        {"event": "delay", "lane": "inter_province", "promised_on": "2026-03-01", "event_on": "2026-03-09"}, "1020.00",
        ("complete_delay", "actual_loss", "fee_waived"),
        "GB/T 27917: more than 7 days after the promise it may be treated as lost",
    ),
    # Content mismatch (内件不符).
    "the wrong goods under the right name": Golden(
        {"event": "content_mismatch"}, "1020.00", ("content_mismatch", "actual_loss", "fee_waived"),
        "GB/T 27917: treated as lost; 民法典 833: its value of 1,000, and the fee is waived",
    ),
    # Zhejiang.
    "Zhejiang, a value was declared": Golden(
        ZHEJIANG | {"declared_value": 500}, "520.00", ("declared",),
        "浙江办法 22: the declared value, and the fee is waived",
    ),
    "Zhejiang, not declared, proven": Golden(
        ZHEJIANG | {"terms": SHOWN}, "1020.00", ("proven",),
        "浙江办法 22: the actual loss, whatever the contract's clause says, and the fee is waived",
    ),
    "Zhejiang, not proven, ten times the fee": Golden(
        ZHEJIANG | UNPROVEN, "200.00", ("ten_times_fee",), "浙江办法 22: 10 × 20, a lump sum",
    ),
    "Zhejiang, not proven, ten times the fee above the limit": Golden(
        ZHEJIANG | UNPROVEN | {"freight": 95}, "800.00", ("ten_times_fee",), "浙江办法 22: 950, at most 800",
    ),
    "Zhejiang, not proven, negotiated": Golden(
        ZHEJIANG | UNPROVEN | {"agreed_amount": 260}, "280.00", ("negotiated",),
        "浙江办法 22: what was negotiated goes before ten times the fee; the fee is waived",
    ),
    # The uninsured clause.
    "uninsured, no terms shown": Golden(
        {}, "1020.00", ("actual_loss", "fee_waived"), "快递暂行条例 27, 民法典 833: the actual loss, no cap by law",
    ),
    "uninsured clause that binds": Golden(
        {"terms": SHOWN}, "60.00", ("uninsured_clause", "uninsured_limit"),
        "the contract: 3 × 20, the refund of the fee within it; 民法典 496, 497 are met",
    ),
    "uninsured clause that was not explained": Golden(
        {"terms": SHOWN | {"explained": False}}, "1020.00", ("uninsured_clause",), "民法典 496",
    ),
    "uninsured clause without an offer of insurance": Golden(
        {"terms": SHOWN | {"insurance_offered": False}}, "1020.00", ("uninsured_clause",), "民法典 497",
    ),
    "uninsured clause and gross negligence": Golden(
        {"terms": SHOWN, "conduct": {"gross_negligence": True, "decided_by": "C-7"}}, "1020.00",
        ("uninsured_clause",), "民法典 506",
    ),
    "uninsured clause and intent": Golden(
        {"terms": SHOWN, "conduct": {"intent": True, "decided_by": "C-7"}}, "1020.00",
        ("uninsured_clause",), "民法典 506",
    ),
    # Postal items, which alone have a cap by law.
    "registered item, uninsured": Golden(
        {"mode": "postal"}, "60.00", ("actual_loss", "three_times_postage"), "邮政法 47: at most 3 × 20",
    ),
    "registered item, uninsured, gross negligence": Golden(
        {"mode": "postal", "conduct": {"gross_negligence": True, "decided_by": "C-7"}}, "1000.00", ("actual_loss",),
        "邮政法 47: no limit then",
    ),
    "registered item, insured, force majeure": Golden(
        {"mode": "postal", "insured_amount": 800,
         "exemptions": [{"kind": "force_majeure", "evidence": ["notice"], "decided_by": "C-7"}]}, "800.00",
        ("insured_total",), "邮政法 48: force majeure does not exempt insured items",
    ),
    "express, force majeure": Golden(
        {"exemptions": [{"kind": "force_majeure", "evidence": ["notice"], "decided_by": "C-7"}]}, "20.00",
        ("force_majeure", "fee_waived"), "民法典 832: nothing for the goods; the fee is waived all the same",
    ),
    # Montreal.
    "Montreal, the day before the new limit": Golden(
        BY_AIR | {"event_on": "2024-12-27"}, "2090.00", ("limit_per_kg",), "22 SDR × 10 kg × 9.5",
    ),
    "Montreal, the day of the new limit": Golden(
        BY_AIR | {"event_on": "2024-12-28"}, "2470.00", ("limit_per_kg",), "26 SDR × 10 kg × 9.5",
    ),
    "Montreal, after the limit of 2010": Golden(
        BY_AIR | {"event_on": "2015-06-01"}, "1805.00", ("limit_per_kg",), "19 SDR × 10 kg × 9.5",
    ),
    "Montreal, the original limit": Golden(
        BY_AIR | {"event_on": "2008-06-01"}, "1615.00", ("limit_per_kg",), "17 SDR × 10 kg × 9.5",
    ),
    "Montreal, a special interest was declared": Golden(
        BY_AIR | {"event_on": "2025-06-01", "insured_amount": 6000}, "6000.00", ("insured_total",),
        "art. 22(3): up to what was declared",
    ),
    "air cargo within the country": Golden(
        BY_AIR | {"event_on": "2025-06-01", "international": False}, "8000.00", ("actual_loss",),
        "民法典 833: the treaty does not hold",
    ),
    # LTL.
    "LTL, uninsured by air": Golden(
        PALLET | {"carriage": "air"}, "2000.00", ("air_per_kg",), "德邦 terms: 20 × 100 kg",
    ),
    "LTL, uninsured by road": Golden(
        PALLET, "600.00", ("road_freight",), "德邦 terms: 3 × 200",
    ),
    "LTL, uninsured by road, half of it lost": Golden(
        PALLET | {"event": "partial_loss", "parcels": [a_parcel(weight_kg=100, value=5000, lost_percent=50)]},
        "300.00", ("road_freight",), "德邦 terms: 3 × the 100 of freight for what is lost",
    ),
    "LTL, insured, all of it lost, above the actual loss": Golden(
        PALLET | {"insured_amount": 6000}, "5000.00", ("insured_total", "insured_actual"),
        "德邦 terms: the insured 6,000, never above the actual loss of 5,000",
    ),
    "LTL, insured, a part lost": Golden(
        PALLET | {"event": "damage", "insured_amount": 5000,
                  "parcels": [a_parcel(weight_kg=100, value=5000, lost_percent=20)]}, "1000.00", ("insured_partial",),
        "德邦 terms: 5,000 × 20 %",
    ),
    "LTL, first tier, by photographs": Golden(
        CARTONS | {"event": "damage", "evidence": THREE_PHOTOS,
                   "parcels": [{"id": "A", "weight_kg": 20, "value": 900, "lost_percent": 50}]}, "300.00",
        ("small_claim", "road_freight"),
        "德邦 terms: a stated loss of 450 is taken on photographs; 3 × the 100 of freight for what is lost",
    ),
    "LTL, first tier, by photographs, below the limit": Golden(
        CARTONS | {"event": "damage", "evidence": THREE_PHOTOS,
                   "parcels": [{"id": "A", "weight_kg": 20, "value": 500, "lost_percent": 40}]}, "200.00",
        ("small_claim",),
        "德邦 terms: a stated loss of 500 × 40 % is taken on photographs, below 3 × the 80 of freight for it",
    ),
    "LTL, second tier, with its papers, below the limit": Golden(
        CARTONS | {"event": "damage", "freight": 800,
                   "evidence": [*THREE_PHOTOS, "claim_form", "loss_list", "value_proof"],
                   "parcels": [a_parcel(weight_kg=20, value=2000, lost_percent=75)]}, "1500.00", ("actual_loss",),
        "德邦 terms: above 1,000 the value is proven: 2,000 × 75 %, below 3 × the 600 of freight for it",
    ),
    "LTL, second tier, above the limit": Golden(
        CARTONS | {"freight": 400, "evidence": [*THREE_PHOTOS, "claim_form", "loss_list", "value_proof"],
                   "parcels": [a_parcel(weight_kg=20, value=1500)]}, "1200.00", ("actual_loss", "road_freight"),
        "德邦 terms: above 1,000 the value of 1,500 is proven; 3 × 400 of freight",
    ),
    "LTL, first tier, without photographs": Golden(
        CARTONS | {"event": "damage", "parcels": [{"id": "A", "weight_kg": 20, "value": 900, "lost_percent": 50}]},
        "0.00", ("loss_counted",), "德邦 terms: without them the value has to be proven",
    ),
    # Mixed fault.
    "mixed fault, the sender's packaging has 30 %": Golden(
        {"faults": [
            {"kind": "sender", "share": 30, "basis": "packaging", "decided_by": "C-7"},
            {"kind": "outlet", "name": "W-12", "share": 70, "decided_by": "C-7"},
        ]}, "720.00", ("mixed_fault", "fee_waived"), "民法典 592: 1,000 less 30 %, and the fee",
    ),
    "mixed fault that nobody decided": Golden(
        {"faults": [{"kind": "sender", "share": 30}, {"kind": "outlet", "share": 70}]}, "1020.00",
        ("actual_loss", "fee_waived"), "a proposed share moves no money",
    ),
    # Several parcels.
    "two parcels of which one is lost, uninsured": Golden(
        {"freight": 40, "parcels": TWO}, "310.00", ("actual_loss", "fee_waived"),
        "民法典 833: its value of 300, and its part of the fee: 40 × 1 of 4 kg",
    ),
    "two parcels of which one is lost, insured": Golden(
        {"freight": 40, "parcels": TWO, "insured_amount": 600}, "160.00", ("insured_partial", "fee_waived"),
        "600 / 1,200 × 300, and 10 of the fee",
    ),
    "two parcels of which one is lost, Zhejiang, declared": Golden(
        ZHEJIANG | {"freight": 40, "parcels": TWO, "declared_value": 1000}, "260.00", ("declared", "fee_waived"),
        "1,000 × 300 / 1,200, and 10 of the fee",
    ),
    "two parcels of which one is lost, Zhejiang, not proven": Golden(
        ZHEJIANG | {"freight": 40, "parcels": [
            {"id": "A", "weight_kg": 1, "lost_percent": 100}, {"id": "B", "weight_kg": 3}]}, "100.00",
        ("ten_times_fee",), "10 × the 10 of the fee that fall on the lost one, by weight",
    ),
    # Paid as lost, found later.
    "found later, the claimant wants the parcel": Golden(
        LOST_THEN_FOUND | {"parcels": found("parcel")}, "20.00", ("found", "fee_waived", "payments"),
        "nobody has both: what is left is the fee of a parcel that came late",
    ),
    "found later with a part spoilt, the claimant wants the parcel": Golden(
        LOST_THEN_FOUND | {"parcels": found("parcel", still_lost_percent=25)}, "220.00",
        ("found", "insured_partial", "fee_waived", "payments"), "800 / 1,000 × 250, and the fee",
    ),
    "found later, the claimant keeps the money": Golden(
        LOST_THEN_FOUND | {"parcels": found("money")}, "820.00", ("found", "insured_total", "payments"),
        "the parcel is the carrier's then",
    ),
    # Salvage, misdelivery, currencies.
    "damaged, the claimant keeps what is left": Golden(
        {"event": "damage", "parcels": [a_parcel(lost_percent=100, salvage=150)]}, "850.00", ("salvage", "actual_loss"),
        "民法典 584: 1,000 less what he still has",
    ),
    "damaged, the carrier takes what is left": Golden(
        {"event": "damage", "parcels": [a_parcel(lost_percent=100, salvage=150, salvage_kept_by="carrier")]}, "1000.00",
        ("actual_loss",), "the claimant has nothing of it",
    ),
    "misdelivered": Golden(
        {"event": "misdelivery"}, "1020.00", ("misdelivered", "actual_loss", "fee_waived"), "treated as lost",
    ),
    "a value in another currency": Golden(
        {"parcels": [a_parcel(value={"amount": "100.00", "currency": "USD"})], "freight": None,
         "rates": [{"base": "USD", "quote": "CNY", "rate": "7.1234", "on": "2026-03-04"}]}, "712.34", ("actual_loss",),
        "100 × 7.1234, rounded to the cent",
    ),
}  # fmt: skip
