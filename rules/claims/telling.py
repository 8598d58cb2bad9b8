"""What people read of a claim in messages: the words for its states, what is proposed and why, and the texts (R65).

How a text is put is a template (texts/), and who may read what is rules/disclosure.py. A claimant reads how his amount
comes about, and never who inside the carrier answers for it.
"""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from rules.claims.texts import BOOK
from rules.claims.wording import EVENT
from rules.evidence import KIND
from rules.exceptions.wording import Message
from rules.tables import require_words
from rules.texts import Language
from schemas.claims import Claim, ClaimChannel, ClaimPlan, Ending, PrivateParty, Relation, Resolution, Route, State
from schemas.evidence import EvidenceKind

CHANNEL: dict[ClaimChannel, tuple[str, str]] = {
    ClaimChannel.WEBSITE: ("官网", "website"),
    ClaimChannel.HOTLINE: ("理赔电话", "claims hotline"),
    ClaimChannel.OUTLET: ("营业网点", "outlet"),
    ClaimChannel.FILE: ("批量文件", "file"),
    ClaimChannel.EXCEPTION: ("异常件转入", "from an exception"),
    ClaimChannel.COMPLAINT: ("投诉转入", "from a complaint"),
    ClaimChannel.PARTNER: ("合作方", "partner"),
}
RESOLUTION: dict[Resolution, tuple[str, str]] = {
    Resolution.PAY: ("赔付", "pay"),
    Resolution.NOTHING_MORE: ("不再赔付", "nothing more is owed"),
    Resolution.DENY: ("不予赔付", "deny"),
    Resolution.TIME_BAR: ("已过索赔期限", "barred by time"),
}
ROUTE: dict[Route, tuple[str, str]] = {
    Route.SINGLE: ("单独审批", "decided by itself"),
    Route.DOCKET: ("快速理赔", "on a docket"),
}
RELATION: dict[Relation, tuple[str, str]] = {
    Relation.SENDER: ("寄件人", "sender"),
    Relation.CONSIGNEE: ("收件人", "consignee"),
    Relation.OTHER: ("其他人", "somebody else"),
    Relation.EMPLOYEE: ("内部员工", "employee"),
}
PRIVATE_PARTY: dict[PrivateParty, tuple[str, str]] = {
    PrivateParty.MARKET: ("市场部", "market area"),
    PrivateParty.BRANCH: ("分公司", "branch"),
    PrivateParty.DRIVER: ("大车司机", "truck driver"),
    PrivateParty.LOADER: ("装卸工", "loader"),
}
ENDING: dict[Ending, tuple[str, str]] = {
    Ending.SETTLED: ("已赔付", "it was paid"),
    Ending.DENIED: ("未予赔付", "it was not paid"),
    Ending.TIME_BARRED: ("已过索赔期限", "the time for claiming was over"),
    Ending.WITHDRAWN: ("您已撤回", "you took it back"),
    Ending.PRIVATELY_SETTLED: ("已与您另行解决", "it was settled with you otherwise"),
    Ending.NOTHING_OWED: ("无需赔付", "nothing is owed"),
    Ending.ABANDONED: ("未补齐信息", "what was missing was not told"),
}
"""How a claim ended, as the claimant may read it."""
PROGRESS: dict[State, tuple[str, str]] = {
    State.FILED: ("已收到，正在受理", "it was received"),
    State.ACKNOWLEDGED: ("已受理", "it was acknowledged"),
    State.EVIDENCE: ("正在收集材料和核实情况", "papers are being gathered and what happened is being found out"),
    State.LIABILITY: ("正在认定责任", "it is being settled who answers for it"),
    State.ASSESSMENT: ("正在核定金额", "the amount is being worked out"),
    State.ASSESSED: ("赔偿方案已拟定", "a proposal was drafted"),
    State.AWAITING_APPROVAL: ("赔偿方案正在审批", "a proposal is being decided on"),
    State.APPROVED: ("赔偿方案已审批，即将告知您", "it was decided, and you will hear"),
    State.OFFERED: ("等待您对方案的答复", "we wait for your answer to what was proposed"),
    State.NEGOTIATION: ("正在研究您的意见", "what you asked for is being looked at"),
    State.AGREED: ("已达成一致，正在安排支付", "it is agreed, and the payment is being arranged"),
    State.PAYING: ("正在支付", "it is being paid"),
    State.PAID: ("已支付", "it was paid"),
    State.RECOVERING: ("已支付", "it was paid"),
    State.DENIED: ("已告知不予赔付的原因", "you were told why it cannot be paid"),
    State.NEEDS_OPERATOR: ("已由专人接手处理", "somebody has taken it over"),
}
"""How far a claim is, as the claimant may read it."""
for _table, _words in (
    (CHANNEL, ClaimChannel), (RESOLUTION, Resolution), (ROUTE, Route), (RELATION, Relation),
    (PRIVATE_PARTY, PrivateParty), (ENDING, Ending), (PROGRESS, set(State) - {State.DRAFT, State.CLOSED}),
):  # fmt: skip
    require_words(_table, _words)

_TOLD = (
    "wanted", "papers", "answer_by", "proposal_by", "pay_by", "next_update_at", "progress", "reasons", "about",
    "hotline",
)  # fmt: skip


def matter(claim: Claim, language: Language = "zh") -> str:
    """Say what is claimed for."""
    said = EVENT[claim.event]
    return f"the {said.en} of a parcel" if language == "en" else f"快件{said.zh}"


def papers_in_words(kinds: Collection[EvidenceKind], language: Language = "zh") -> str:
    """List papers and pictures that are wanted."""
    return ("、", ", ")[language == "en"].join(KIND[kind][language == "en"] for kind in kinds)


def derivation(plan: ClaimPlan | None, language: Language = "zh") -> str:
    """Say how an amount comes about, line after line, each with its source; of a person's own, his reasons."""
    if plan is None:
        return ""
    lines = plan.assessment.lines if plan.assessment is not None and not plan.drafted_by else ()
    told = [_line(line.zh, line.en, line.source, language) for line in lines] or [reasons(plan, language)]
    told.append(set_otherwise(plan, language))
    return ("；", "; ")[language == "en"].join(one for one in told if one)


def set_otherwise(plan: ClaimPlan, language: Language) -> str:
    """Say that an approver set another amount than the lines come to; nothing where he did not."""
    if plan.drafted_by or plan.assessment is None or plan.amount in {plan.assessment.due.amount, Decimal(0)}:
        return ""
    amount = f"{plan.amount} {plan.currency}"
    return f"on approval set at {amount}" if language == "en" else f"经审批定为 {amount}"


def _line(zh: str, en: str, source: str, language: Language) -> str:
    if language == "en":
        return f"{en} ({source})"
    return f"{zh}（{source}）"


def reasons(plan: ClaimPlan, language: Language = "zh") -> str:
    """Give the reasons of a proposal as the claimant reads them."""
    said = [ground.en if language == "en" else ground.zh for ground in plan.grounds]
    return ("；", "; ")[language == "en"].join(one for one in said if one)


def write(name: str, claim: Claim, language: Language = "zh", **told: str) -> Message:
    """Write the text of this name about a claim; what its reader may not know is left out of what it can tell.

    `told` is what only the caller knows, such as until when an answer is wanted; what nobody told is empty.
    """
    subject, body = BOOK.render(name, _facts(claim, language, told), language=language)
    return Message(subject=subject, body=body)


def _facts(claim: Claim, language: Language, told: Mapping[str, str]) -> dict[str, Any]:
    if stray := told.keys() - set(_TOLD):
        raise TypeError(f"no text tells {sorted(stray)}")
    amount = claim.agreed_amount if claim.agreed_amount is not None else claim.offered
    return {
        **dict.fromkeys(_TOLD, ""),
        "progress": PROGRESS.get(claim.state, ("", ""))[language == "en"],
        **told,
        "claim_no": claim.case_no,
        "claim_event": claim.event.value,
        "matter": matter(claim, language),
        "waybill": claim.waybill,
        "outlet": claim.outlet,
        "state": claim.state.value,
        "severity": claim.severity.value,
        "amount": amount if amount is not None else "",
        "currency": claim.currency,
        "claimed": claim.claimed if claim.claimed is not None else "",
        "derivation": derivation(claim.plan, language),
        "account_tail": claim.payee_tail,
    }
