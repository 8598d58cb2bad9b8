"""What a supervisor reads above the form in which he decides a claim, and what of it stands in its file (R56, R65).

Belongs here: how it is put, what is decided first. Does not belong here: what claimants read (`telling`), dockets
(`docket_text`).
"""

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from decimal import Decimal

from rules.claims.approving import DECISION_OWED
from rules.claims.telling import CHANNEL, RELATION, RESOLUTION
from rules.claims.wording import EVENT, PARTY, figure
from rules.evidence import KIND
from rules.exceptions.wording import SEVERITY, evidence_lines, local_time, paid_lines, plain
from rules.privacy import mask_account, mask_name, mask_phone, mask_phones
from rules.tables import require_words
from schemas.assessment import Assessment, ClaimPaper, Line, PackChoice, Score, Tier
from schemas.claims import Claim, ClaimOffer, ClaimPlan, Liability, OfferBy, OfferState
from schemas.evidence import Completeness
from schemas.ledger import Account, Balance

SCORE = {"fraud": "欺诈", "malice": "恶意"}
LEVEL = {"none": "无迹象", "low": "低", "high": "高"}
OFFER_BY: dict[OfferBy, tuple[str, str]] = {
    OfferBy.CARRIER: ("公司提出", "offered"),
    OfferBy.CLAIMANT: ("索赔人提出", "asked for"),
}
OFFER_STATE: dict[OfferState, tuple[str, str]] = {
    OfferState.OPEN: ("待答复", "open"),
    OfferState.ACCEPTED: ("已接受", "accepted"),
    OfferState.COUNTERED: ("已还价", "countered"),
    OfferState.LAPSED: ("已过期", "lapsed"),
    OfferState.RECALLED: ("已收回", "recalled"),
}
ACCOUNT: dict[Account, tuple[str, str]] = {
    Account.CLAIMS_PAYABLE: ("应付赔款", "agreed and not ordered"),
    Account.IN_PAYMENT: ("支付中", "ordered and not confirmed"),
    Account.CASH: ("已付", "paid"),
    Account.TO_ALLOCATE: ("待分摊", "nobody bears it yet"),
    Account.RECEIVABLE_FROM_PARTY: ("应收责任方", "owed by a liable party"),
    Account.RECEIVABLE_FROM_INSURER: ("应收保险公司", "owed by the insurer"),
    Account.LOSS: ("公司承担", "borne by the carrier"),
}
CLAIM_PAPER: dict[ClaimPaper, tuple[str, str]] = {
    ClaimPaper.CLAIM_FORM: ("索赔函", "a claim form"),
    ClaimPaper.ASSIGNMENT: ("权益转让书", "an assignment of the claim"),
}
for _table, _words in (
    (OFFER_BY, OfferBy), (OFFER_STATE, OfferState), (ACCOUNT, Account), (CLAIM_PAPER, ClaimPaper),
):  # fmt: skip
    require_words(_table, _words)
PAPER: dict[str, tuple[str, str]] = {paper.value: said for paper, said in (*KIND.items(), *CLAIM_PAPER.items())}
RULES_SHOWN_MAX = 50
"""Packs, and rules that were not applied, of which a case file tells; what is left out is counted."""


def form_text(claim: Claim, found: Completeness, *, owed_for: str, refusal: str, zone: tzinfo) -> str:
    """Write in markdown what stands above the form of a claim; personal data is masked, and markup escaped."""
    return "\n".join(
        (
            *((f"**⚠️ 上次提交未被接受 not accepted: {refusal}**", "") if refusal else ()),
            f"### {claim.case_no} · 快件{' '.join(EVENT[claim.event])} ({claim.event.value})",
            "",
            *what_is_proposed(claim),
            "",
            *evidence_lines(found),
            "",
            "| | |",
            "|---|---|",
            *(f"| {label} | {safe(value)} |" for label, value in _about(claim, owed_for=owed_for, zone=zone)),
        )
    )


def what_is_proposed(claim: Claim) -> Iterator[str]:
    """Write what is decided: the proposal, how it comes about, what speaks against it, and who answers."""
    plan = claim.plan
    if plan is None:
        return
    yield f"**方案 proposal {plan.version}：{' '.join(RESOLUTION[plan.resolution])} {plan.amount} {plan.currency}**"
    yield ""
    yield f"- {' · '.join(_compared(claim, plan))}"
    yield from (f"- 理由 because: {safe(ground.zh)} {safe(ground.en)}" for ground in plan.grounds)
    if plan.drafted_by:
        yield f"- 人工拟定 drafted by {safe(plan.drafted_by)}"
    yield from paid_lines(claim.paid_elsewhere)
    if plan.assessment is not None:
        yield ""
        yield from _derivation(plan.assessment)
    yield ""
    yield from _liability(claim.liability)
    yield from (
        f"- 内部分摊 borne by: {' '.join(PARTY[share.kind])} {safe(share.name)} {figure(share.share)}% {share.amount}"
        for share in plan.split
    )


def _compared(claim: Claim, plan: ClaimPlan) -> Iterator[str]:
    """Put what is claimed beside what was assessed, and what was paid before."""
    claimed = f"{claim.claimed} {claim.currency}" if claim.claimed is not None else "未指明金额 no amount named"
    yield f"索赔 claimed: {claimed}"
    if plan.assessment is not None:
        yield f"核定 assessed: {plan.assessment.due}"
        if plan.assessment.paid.amount:
            yield f"此前已付 paid before: {plan.assessment.paid}"
    if claim.proposals_refused:
        yield f"曾退回 refused before: {claim.proposals_refused}"


def _derivation(assessment: Assessment) -> Iterator[str]:
    yield "核定过程 how it comes about:"
    yield ""
    yield from (f"1. {_line(line)}" for line in assessment.lines)
    yield from (f"1. ⚠️ 待定 still open: {safe(one.zh)} {safe(one.en)}" for one in assessment.provisional)
    yield ""
    yield from (f"- 快速赔付 quick way: {_tier(tier)}" for tier in assessment.tiers)
    yield from (
        f"- 建议，由人决定 proposed to a person, not in the amount: **{one.amount}** {safe(one.zh)} {safe(one.en)} "
        f"(`{one.rule}`, {safe(one.source)})"
        for one in assessment.proposals
    )
    yield from (f"- {_score(score)}" for score in assessment.scores)


def _tier(tier: Tier) -> str:
    zh, en = (sep.join(PAPER[name][n] for name in tier.missing) for n, sep in enumerate(("、", ", ")))
    missing = f"；缺少 missing: {zh} {en}" if tier.missing else ""
    return f"{safe(tier.zh)} {safe(tier.en)} (`{tier.rule}`, {safe(tier.source)}){missing}"


def _line(line: Line) -> str:
    amount = f" → **{line.amount}**" if line.amount is not None else ""
    return f"{safe(line.zh)} {safe(line.en)} (`{line.rule}`, {safe(line.source)}){amount}"


def _score(score: Score) -> str:
    reasons = "; ".join(f"{reason.zh} {reason.en} (+{reason.points})" for reason in score.reasons)
    said = f"{SCORE[score.kind]} {score.kind}: {LEVEL[score.level]} {score.level} ({score.points})"
    return f"{said}: {safe(reasons)}" if reasons else said


def _liability(liability: Liability | None) -> Iterator[str]:
    if liability is None:
        return
    said = f"认定 decided by {liability.decided_by}" if liability.is_decided else "拟认定 proposed"
    confirmed = f"，复核 confirmed by {liability.confirmed_by}" if liability.confirmed_by else ""
    yield f"**责任 liability ({said}{confirmed})**"
    yield ""
    yield from (f"- {party} {safe(basis)}" for party, basis in liable(liability))
    yield from (f"- {safe(ground.zh)} {safe(ground.en)}" for ground in liability.grounds)
    if liability.contested_by:
        yield f"- ⚠️ 异议 contested by {safe(liability.contested_by)}: {safe(liability.contest)}"
    if liability.note:
        yield f"- {safe(liability.note)}"


def liable(liability: Liability | None) -> Iterator[tuple[str, str]]:
    """Name each liable party with its share, and on what that rests."""
    for party in liability.parties if liability else ():
        name = f" {safe(party.name)}" if party.name else ""
        yield f"{' '.join(PARTY[party.kind])}{name} {figure(party.share)}%", party.basis


def _about(claim: Claim, *, owed_for: str, zone: tzinfo) -> Iterator[tuple[str, str]]:
    yield "需审批 decision owed for", " ".join(DECISION_OWED.get(owed_for, (owed_for,)))
    yield "索赔人 claimant", f"{mask_name(claim.claimant_name)} {mask_phone(claim.claimant_phone)}"
    yield "身份 relation", " ".join(RELATION[claim.relation])
    account = mask_account(claim.payee_tail) if claim.payee_tail else ""
    yield "收款人 payee", f"{mask_name(claim.payee)} {account}"
    yield "渠道 channel", " ".join(CHANNEL[claim.channel])
    yield "经过 account", claim.account
    yield "严重度 severity", f"{SEVERITY[claim.severity]} {claim.severity.name} ({claim.severity_score})"
    if claim.is_major:
        yield "重大事故 major", "是 yes"
    yield "运单 waybill", f"{claim.waybill} {claim.carrier}".strip()
    yield "网点 outlet", claim.outlet
    yield "内件 goods", claim.goods
    yield "声明价值 declared", _worth(claim.declared_value, claim)
    yield "保价 insured", _worth(claim.insured_amount, claim)
    yield "运费 freight", _worth(claim.freight, claim)
    yield "签收 delivered", local_time(claim.delivered_at, zone)
    yield "来源 comes from", claim.origin_case


def _worth(amount: Decimal | None, claim: Claim) -> str:
    return "" if amount is None else f"{amount} {claim.value_currency}"


def rule_lines(plan: ClaimPlan | None) -> tuple[str, ...]:
    """Write which rule packs an assessment chose, and which rules it did not apply, each with why."""
    if plan is None or plan.assessment is None:
        return ()
    not_applied = [
        f"- 未适用 not applied: {safe(rule.zh)} {safe(rule.en)} (`{rule.rule}`)" for rule in plan.assessment.not_applied
    ]
    return (*_bounded([_pack(pack) for pack in plan.assessment.packs]), *_bounded(not_applied))


def _pack(pack: PackChoice) -> str:
    said = "采用规则包 rule pack chosen" if pack.holds else "未采用规则包 rule pack not chosen"
    return f"- {said}: `{pack.pack}` {safe(pack.zh)} {safe(pack.en)}"


def _bounded(lines: Sequence[str]) -> Iterator[str]:
    yield from lines[:RULES_SHOWN_MAX]
    if (left := len(lines) - RULES_SHOWN_MAX) > 0:
        yield f"- 另有 {left} 条 and {left} more"


def offer_lines(offers: Sequence[ClaimOffer], *, zone: tzinfo) -> tuple[str, ...]:
    """Write what carrier and claimant named to each other (R79)."""
    return tuple(
        f"- {offer.number}. {local_time(offer.made_at, zone)} {' '.join(OFFER_BY[offer.by])} {offer.amount} "
        f"{offer.currency} · {' '.join(OFFER_STATE[offer.state])} {safe(offer.note) if offer.note else ''}".rstrip()
        for offer in offers
    )


def balance_lines(balances: Sequence[Balance]) -> tuple[str, ...]:
    """Write what stands where in the ledger; a credit is negative."""
    return tuple(
        f"- {' '.join(ACCOUNT[one.account])}{f' {safe(one.party)}' if one.party else ''}: {one.balance} {one.currency}"
        for one in balances
    )


def safe(told: str) -> str:
    """Mask what somebody told and keep it from being read as markup."""
    return plain(mask_phones(told))
