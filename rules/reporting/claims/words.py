"""What the codes of a claim are called in a report, in Chinese as in the glossary."""

from rules.claims import wording
from rules.reporting.complaints.words import PARTY
from rules.reporting.words import SEVERITY
from rules.tables import require_words
from schemas.claims import ClaimChannel, Ending, PrivateParty, Route, State
from schemas.reporting import Words

EVENT: dict[str, Words] = {event: Words(*said) for event, said in wording.EVENT.items()}
CHANNEL: dict[str, Words] = {
    ClaimChannel.WEBSITE: Words("官网", "website"),
    ClaimChannel.HOTLINE: Words("理赔电话", "hotline"),
    ClaimChannel.OUTLET: Words("营业网点", "outlet"),
    ClaimChannel.FILE: Words("批量文件", "file"),
    ClaimChannel.EXCEPTION: Words("异常件", "exception"),
    ClaimChannel.COMPLAINT: Words("投诉", "complaint"),
    ClaimChannel.PARTNER: Words("合作方", "partner"),
}
STATE: dict[str, Words] = {
    State.DRAFT: Words("待补齐", "draft"),
    State.FILED: Words("已提出", "filed"),
    State.ACKNOWLEDGED: Words("已受理", "acknowledged"),
    State.EVIDENCE: Words("取证中", "evidence"),
    State.LIABILITY: Words("定责中", "liability"),
    State.ASSESSMENT: Words("核定中", "assessment"),
    State.ASSESSED: Words("已核定", "assessed"),
    State.AWAITING_APPROVAL: Words("待审批", "awaiting approval"),
    State.APPROVED: Words("已批准", "approved"),
    State.OFFERED: Words("已报价", "offered"),
    State.NEGOTIATION: Words("协商中", "negotiation"),
    State.AGREED: Words("已达成", "agreed"),
    State.PAYING: Words("支付中", "paying"),
    State.PAID: Words("已支付", "paid"),
    State.RECOVERING: Words("追偿中", "recovering"),
    State.DENIED: Words("已拒赔", "denied"),
    State.NEEDS_OPERATOR: Words("待人工", "needs operator"),
    State.CLOSED: Words("已结案", "closed"),
}
ENDING: dict[str, Words] = {
    Ending.SETTLED: Words("赔付结案", "settled"),
    Ending.DENIED: Words("拒赔结案", "denied"),
    Ending.TIME_BARRED: Words("超过时效", "time-barred"),
    Ending.WITHDRAWN: Words("撤回", "withdrawn"),
    Ending.PRIVATELY_SETTLED: Words("自行解决", "privately settled"),
    Ending.NOTHING_OWED: Words("无需赔付", "nothing owed"),
    Ending.ABANDONED: Words("作废", "abandoned"),
}
ROUTE: dict[str, Words] = {
    Route.SINGLE: Words("单独审批", "by itself"),
    Route.DOCKET: Words("快速理赔", "fast track"),
}
PRIVATE_PARTY: dict[str, Words] = {
    PrivateParty.MARKET: Words("市场", "market"),
    PrivateParty.BRANCH: Words("分公司", "branch"),
    PrivateParty.DRIVER: Words("大车司机", "driver"),
    PrivateParty.LOADER: Words("装卸工", "loader"),
}
SIDE: dict[str, Words] = {
    "party": Words("责任方", "liable parties"),
    "insurer": Words("保险公司", "insurers"),
    "nobody": Words("无人承担", "nobody"),
}
"""Who is asked for what was paid."""
for _table, _codes in (
    (CHANNEL, ClaimChannel),
    (STATE, State),
    (ENDING, Ending),
    (ROUTE, Route),
    (PRIVATE_PARTY, PrivateParty),
):
    require_words(_table, _codes)

__all__ = ["CHANNEL", "ENDING", "EVENT", "PARTY", "PRIVATE_PARTY", "ROUTE", "SEVERITY", "SIDE", "STATE"]
