"""What every figure about claims, their shares, recoveries and private settlements means, in the report's words."""

from rules.reporting.figures import Meaning
from schemas.reporting import Words

CLAIMS: dict[str, Meaning] = {
    "carried_over": Meaning(Words("期初未结", "carried over"), Words("期初仍未结案", "open as the period began")),
    "filed": Meaning(Words("新增索赔", "filed"), Words("本期提出，信息齐全", "told in full and filed in the period")),
    "closed": Meaning(Words("结案", "closed"), Words("本期结案", "closed in the period")),
    "left_open": Meaning(Words("期末未结", "left open"), Words("期初 + 新增 − 结案", "carried over + filed - closed")),
    "drafts": Meaning(
        Words("信息不全", "not told in full"),
        Words("本期登记而未补齐，不计入新增", "opened in the period and still, or for good, without what must be told"),
    ),
    "major_accidents": Meaning(
        Words("重大事故", "major accidents"), Words("本期新增中的重大事故", "filed, a major accident")
    ),
    "claiming": Meaning(Words("索赔金额", "claimed"), Words("本期新增且写明金额", "filed, with an amount named")),
    "with_parcel": Meaning(
        Words("快件在册", "with a parcel on file"), Words("本期新增且快件在册", "filed, the parcel is on file")
    ),
    "insured": Meaning(
        Words("已保价", "insured"), Words("本期新增，快件在册且保价额大于零", "filed, the parcel has cover above zero")
    ),
    "answered_in_time": Meaning(
        Words("按时答复", "answered in time"), Words("本期新增，24 小时内答复", "filed, answered within 24 hours")
    ),
    "answered_late": Meaning(
        Words("答复超时", "answered late"),
        Words("本期新增，答复超过 24 小时，或到期未答复", "filed, answered after 24 hours, or due and not answered"),
    ),
    "proposed_in_time": Meaning(
        Words("按时出方案", "proposed in time"),
        Words("本期新增，30 日（国际 60 日）内告知方案", "filed, told within 30 days, 60 of an international one"),
    ),
    "proposed_late": Meaning(
        Words("方案超时", "proposed late"),
        Words("本期新增，超过 30 日（国际 60 日），或到期无方案", "filed, told after that, or due and not told"),
    ),
    "decided": Meaning(Words("已审批", "decided"), Words("本期批准方案", "a proposal was approved in the period")),
    "fast_track": Meaning(
        Words("快速理赔", "fast track"), Words("本期批准，经快速理赔批次", "decided, gathered in a docket")
    ),
    "offered": Meaning(Words("报价", "offered"), Words("本期向索赔人报价", "an amount was offered in the period")),
    "agreed": Meaning(Words("达成一致", "agreed"), Words("本期就金额达成一致", "the amount was agreed in the period")),
    "negotiated": Meaning(
        Words("经协商", "negotiated"), Words("本期达成，索赔人曾还价", "agreed after the claimant named amounts")
    ),
    "paid_in_time": Meaning(
        Words("按时支付", "paid in time"), Words("本期达成，7 日内支付", "agreed, paid within 7 days")
    ),
    "paid_late": Meaning(
        Words("支付超时", "paid late"),
        Words("本期达成，超过 7 日支付，或到期未付", "agreed, paid after 7 days, or due and not paid"),
    ),
    "paid": Meaning(Words("已赔付", "paid"), Words("本期付款到账", "the money arrived in the period")),
    "refused": Meaning(
        Words("不予赔付", "refused"),
        Words("本期告知拒赔或超过时效，未被异议", "told in the period that nothing is paid, and not objected to"),
    ),
    "denied": Meaning(Words("拒赔", "denied"), Words("不予赔付中的拒赔", "refused, denied")),
    "time_barred": Meaning(Words("超过时效", "time-barred"), Words("不予赔付中的超过时效", "refused, time-barred")),
    "settled": Meaning(Words("赔付结案", "settled"), Words("本期结案，已赔付", "closed, settled")),
    "ended_denied": Meaning(Words("拒赔结案", "ended as denied"), Words("本期结案，拒赔", "closed, denied")),
    "ended_time_barred": Meaning(
        Words("时效结案", "ended as time-barred"), Words("本期结案，超过时效", "closed, time-barred")
    ),
    "withdrawn": Meaning(Words("撤回", "withdrawn"), Words("本期结案，索赔人撤回", "closed, withdrawn")),
    "privately_settled": Meaning(
        Words("自行解决", "privately settled"), Words("本期结案，自行解决", "closed, settled by somebody himself (R83)")
    ),
    "nothing_owed": Meaning(Words("无需赔付", "nothing owed"), Words("本期结案，无需赔付", "closed, nothing owed")),
    "escalated": Meaning(Words("曾升级", "escalated"), Words("本期结案，曾超时升级", "closed after an escalation")),
    "still_open": Meaning(Words("未结", "still open"), Words("截至制表时未结案", "open when the report was made")),
    "overdue": Meaning(Words("超时未结", "overdue"), Words("未结且已过时限", "still open and past its due time")),
    "still_major": Meaning(
        Words("重大未结", "major and open"), Words("未结的重大事故", "still open, a major accident")
    ),
}
AS_OF_NOW = frozenset({"still_open", "overdue", "still_major"})

TIMES: dict[str, Meaning] = {
    "answer": Meaning(Words("答复", "answer"), Words("从提出到答复索赔人", "from filing to the answer")),
    "proposal": Meaning(Words("出方案", "proposal"), Words("从提出到告知方案", "from filing to telling the proposal")),
    "agreement": Meaning(Words("达成一致", "agreement"), Words("从提出到达成一致", "from filing to agreement")),
    "payment": Meaning(Words("付款", "payment"), Words("从达成一致到到账", "from agreement until paid")),
    "whole": Meaning(Words("全程", "whole cycle"), Words("从提出到到账", "from filing until paid")),
}

SHARES: dict[str, Meaning] = {
    "answering": Meaning(
        Words("责任项", "shares"), Words("本期新增索赔中的责任方份额", "parties named in the claims filed")
    ),
    "bearing": Meaning(
        Words("承担项", "shares of paid"), Words("本期赔付索赔中的责任方份额", "parties named in the claims paid")
    ),
}
RECOVERIES: dict[str, Meaning] = {
    "charged": Meaning(
        Words("向责任方追偿", "charged"), Words("本期记账，扣除冲销", "booked in the period, less what was reversed")
    ),
    "from_insurer": Meaning(
        Words("向保险索赔", "claimed from insurers"),
        Words("本期记账，扣除冲销", "booked in the period, less what was reversed"),
    ),
    "recovered": Meaning(
        Words("已追回", "recovered"), Words("本期记账，扣除冲销", "booked in the period, less what was reversed")
    ),
    "written_off": Meaning(
        Words("核销损失", "written off"), Words("本期记账，扣除冲销", "booked in the period, less what was reversed")
    ),
}
PRIVATELY: dict[str, Meaning] = {
    "told": Meaning(Words("自行解决", "settled privately"), Words("本期自行解决并登记", "settled in the period")),
    "with_claim": Meaning(Words("有索赔案件", "with a claim"), Words("其中写明索赔单号", "of them those of a claim")),
}
