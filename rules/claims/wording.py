"""What derivations say, in Chinese and in English: words of the vocabulary and the sentences that recur.

Belongs here: words. A sentence that only one step says stands with that step.
"""

from decimal import Decimal
from typing import NamedTuple

from rules.packs.kinds import Circumstance, ClauseFact
from rules.tables import require_words
from schemas.assessment import ClaimEvent, ClaimMode, FoundChoice, GroundKind, ProofKind
from schemas.complaints import PartyKind
from schemas.money import SDR, Money


class Said(NamedTuple):
    """A sentence in both languages."""

    zh: str
    en: str


EVENT: dict[ClaimEvent, Said] = {
    ClaimEvent.LOSS: Said("丢失", "loss"),
    ClaimEvent.PARTIAL_LOSS: Said("部分丢失", "partial loss"),
    ClaimEvent.DAMAGE: Said("损毁", "damage"),
    ClaimEvent.SHORTAGE: Said("内件短少", "shortage"),
    ClaimEvent.DELAY: Said("延误", "delay"),
    ClaimEvent.CONTENT_MISMATCH: Said("内件不符", "content mismatch"),
    ClaimEvent.MISDELIVERY: Said("误投", "misdelivery"),
}
MODE: dict[ClaimMode, Said] = {
    ClaimMode.EXPRESS: Said("快递", "express"),
    ClaimMode.LTL: Said("零担", "LTL"),
    ClaimMode.AIR: Said("空运", "air"),
    ClaimMode.ROAD: Said("公路", "road"),
    ClaimMode.POSTAL: Said("邮政", "postal"),
}
PROOF: dict[ProofKind, Said] = {
    ProofKind.INVOICE: Said("发票", "invoice"),
    ProofKind.PAYMENT_RECORD: Said("付款记录", "payment record"),
    ProofKind.PLATFORM_ORDER: Said("平台订单", "order on a platform"),
    ProofKind.SALES_CONTRACT: Said("买卖合同", "contract of sale"),
    ProofKind.CUSTOMS_DECLARATION: Said("报关单", "customs declaration"),
    ProofKind.APPRAISAL: Said("评估报告", "appraisal"),
    ProofKind.REPAIR_QUOTE: Said("维修报价", "repair quote"),
    ProofKind.NONE: Said("无证明", "without proof"),
}
GROUND: dict[GroundKind, Said] = {
    GroundKind.FORCE_MAJEURE: Said("不可抗力", "force majeure"),
    GroundKind.INHERENT_NATURE: Said("货物自然性质", "the nature of the goods"),
    GroundKind.SENDER_FAULT: Said("寄件人过错", "the sender's fault"),
    GroundKind.CONSIGNEE_FAULT: Said("收件人过错", "the consignee's fault"),
}
PARTY: dict[PartyKind, Said] = {
    PartyKind.OUTLET: Said("网点", "outlet"),
    PartyKind.SORTING_CENTRE: Said("分拣中心", "sorting centre"),
    PartyKind.LINE_HAUL: Said("干线", "line haul"),
    PartyKind.COURIER: Said("收派员", "courier"),
    PartyKind.CUSTOMER_SERVICE: Said("客服", "customer service"),
    PartyKind.PARTNER: Said("合作方", "partner"),
    PartyKind.SENDER: Said("寄件人", "sender"),
    PartyKind.CONSIGNEE: Said("收件人", "consignee"),
    PartyKind.FORCE_MAJEURE: Said("不可抗力", "force majeure"),
    PartyKind.UNKNOWN: Said("未明", "unknown"),
}
CIRCUMSTANCE: dict[Circumstance, Said] = {
    Circumstance.INSURED: Said("已保价", "insured"),
    Circumstance.DECLARED: Said("已声明价值", "a value was declared"),
    Circumstance.TOTAL: Said("全部损失", "all of it is lost"),
    Circumstance.PARTIAL: Said("部分损失", "a part is lost"),
    Circumstance.CONSUMER: Said("索赔人为消费者", "the claimant is a consumer"),
    Circumstance.CLAIMANT_IS_SENDER: Said("索赔人为寄件人", "the sender claims"),
    Circumstance.INTERNATIONAL: Said("国际运输", "international carriage"),
    Circumstance.BY_AIR: Said("航空运输", "carried by air"),
    Circumstance.BY_ROAD: Said("公路运输", "carried by road"),
    Circumstance.BY_RAIL: Said("铁路运输", "carried by rail"),
    Circumstance.BY_SEA: Said("海上运输", "carried by sea"),
    Circumstance.DELIVERED: Said("已交付", "delivered"),
    Circumstance.INTENT: Said("承运人故意", "intent of the carrier"),
    Circumstance.GROSS_NEGLIGENCE: Said("承运人重大过失", "gross negligence of the carrier"),
    Circumstance.CARRIER_FRAUD: Said("承运人欺诈", "fraud of the carrier"),
    Circumstance.NOT_CONSPICUOUS: Said("条款未以显著方式告知", "the clause was not printed so that it is seen"),
}
CLAUSE_FACT: dict[ClauseFact, Said] = {
    ClauseFact.EXPLAINED: Said("已提示并说明", "that it was pointed out and explained"),
    ClauseFact.INSURANCE_OFFERED: Said("已提供保价选择", "that insured carriage was offered"),
    ClauseFact.CONSPICUOUS: Said("以显著方式告知", "that it was printed so that it is seen"),
}
FOUND_CHOICE: dict[FoundChoice, Said] = {
    FoundChoice.PARCEL: Said("取回快件", "to have the parcel"),
    FoundChoice.MONEY: Said("保留赔款", "to keep the money"),
    FoundChoice.UNDECIDED: Said("尚未选择", "not decided yet"),
}
BASIS = {"value": Said("价值", "value"), "weight": Said("重量", "weight"), "pieces": Said("件数", "pieces")}

for _table, _words in (
    (EVENT, ClaimEvent), (MODE, ClaimMode), (PROOF, ProofKind), (GROUND, GroundKind), (PARTY, PartyKind),
    (CIRCUMSTANCE, Circumstance), (CLAUSE_FACT, ClauseFact), (FOUND_CHOICE, FoundChoice),
):  # fmt: skip
    require_words(_table, _words)


def money(amount: Decimal, currency: str) -> str:
    """Write an amount with its currency."""
    return str(Money(amount=amount, currency=currency))


def unit_price(price: Decimal, currency: str) -> str:
    """Write what a kilogram or a parcel counts for, in all its places."""
    return f"{figure(price)} {'SDR' if currency == SDR else currency}"


def figure(number: Decimal) -> str:
    """Write a number without zeros that say nothing."""
    return f"{number.normalize():f}"


def percent(fraction: Decimal) -> str:
    """Write a fraction as per cent, to two places."""
    return f"{figure((fraction * 100).quantize(Decimal('0.01')))}%"
