"""What every figure about complaints, calls, rectifications and praise means, in the words of the report."""

from rules.reporting.figures import Meaning
from schemas.reporting import Words

COMPLAINTS: dict[str, Meaning] = {
    "carried_over": Meaning(Words("期初未结", "carried over"), Words("期初仍未归档", "open as the period began")),
    "received": Meaning(
        Words("受理", "received"), Words("本期受理，信息齐全", "told in full and opened in the period")
    ),
    "closed": Meaning(Words("办结", "closed"), Words("本期归档", "archived in the period")),
    "left_open": Meaning(
        Words("期末未结", "left open"), Words("期初 + 受理 − 办结", "carried over + received - closed")
    ),
    "drafts": Meaning(
        Words("信息不全", "not told in full"),
        Words("本期登记而未补齐，不计入受理", "opened in the period and still, or for good, without what must be told"),
    ),
    "severe": Meaning(Words("严重", "severe"), Words("本期受理中严重及以上", "received, severe or critical")),
    "repeats": Meaning(
        Words("重复投诉", "repeats"),
        Words("本期受理，同一问题 3 天内再次投诉", "received, the same trouble within three days before"),
    ),
    "from_regulator": Meaning(
        Words("监管转办", "from the regulator"), Words("本期受理，由邮政管理部门转来", "received through the regulator")
    ),
    "demanding": Meaning(Words("要求赔付", "demanding money"), Words("本期受理且要求金额", "received, money demanded")),
    "decided": Meaning(Words("已判定", "decided"), Words("本期受理，经人判定", "received, a person decided")),
    "valid": Meaning(Words("有效", "valid"), Words("本期受理，判定为有效", "received, decided as valid")),
    "customer_caused": Meaning(
        Words("客户原因", "customer-caused"),
        Words("本期受理，判定为客户原因", "received, decided as caused by customers"),
    ),
    "malicious": Meaning(Words("恶意", "malicious"), Words("本期受理，判定为恶意", "received, decided as malicious")),
    "unproven": Meaning(Words("未能证实", "unproven"), Words("本期受理，未能证实", "received, decided as unproven")),
    "undecided": Meaning(Words("未判定", "undecided"), Words("本期受理，尚未判定", "received, nobody has decided yet")),
    "answered_in_time": Meaning(
        Words("按时初步答复", "answered in time"), Words("本期受理，初步答复未超时限", "received, first answer in time")
    ),
    "answered_late": Meaning(
        Words("初步答复超时", "answered late"),
        Words("本期受理，初步答复超时，或到期未答复", "received, first answer late, or due and not given"),
    ),
    "result_in_time": Meaning(
        Words("按时最终结果", "result in time"), Words("本期受理，最终结果未超时限", "received, result in time")
    ),
    "result_late": Meaning(
        Words("最终结果超时", "result late"),
        Words("本期受理，最终结果超时，或到期无结果", "received, result late, or due and not there"),
    ),
    "law_in_time": Meaning(
        Words("七日内告知", "within the law's seven days"),
        Words("本期受理，法定期限内告知", "received, told within it"),
    ),
    "law_late": Meaning(
        Words("超过七日", "beyond seven days"),
        Words("本期受理，超过快递暂行条例第28条的期限", "received, beyond 快递暂行条例 art. 28"),
    ),
    "tickets": Meaning(Words("投诉工单", "tickets"), Words("受理，客户向客服提出", "received at the desk")),
    "at_the_door": Meaning(Words("上门口述", "told at the door"), Words("受理，当面口述", "received at the door")),
    "courier_notes": Meaning(
        Words("快递员记录", "couriers' notes"), Words("受理，快递员日常记录", "received, from couriers' daily notes")
    ),
    "at_once": Meaning(
        Words("一次解决", "at once"), Words("本期办结，首次通话解决", "closed, settled in the first call")
    ),
    "accepted": Meaning(Words("客户认可", "accepted"), Words("本期办结，客户认可", "closed, the customer accepted")),
    "unobjected": Meaning(
        Words("逾期未异议", "not objected to"), Words("本期办结，告知后未提异议", "closed, told and not objected to")
    ),
    "explained": Meaning(
        Words("解释未认可", "explained, not agreed"),
        Words("本期办结，解释后未认可", "closed, explained and not agreed"),
    ),
    "withdrawn": Meaning(Words("撤诉", "withdrawn"), Words("本期办结，客户撤诉", "closed, the customer took it back")),
    "by_hand": Meaning(
        Words("人工办结", "ended by hand"), Words("本期办结，由主管办结", "closed by a supervisor's word")
    ),
    "objected": Meaning(
        Words("曾有异议", "objected"), Words("本期办结，客户曾提异议", "closed, the customer objected")
    ),
    "replanned": Meaning(Words("多轮方案", "replanned"), Words("本期办结，方案超过一轮", "closed after over one plan")),
    "escalated": Meaning(Words("曾升级", "escalated"), Words("本期办结，曾超时升级", "closed after an escalation")),
    "rated": Meaning(Words("已评价", "rated"), Words("本期办结，客户已评价", "closed, the customer rated it")),
    "satisfied": Meaning(
        Words("满意", "satisfied"), Words("本期办结，评价达到满意", "closed, with stars enough to count as satisfied")
    ),
    "still_open": Meaning(Words("未结", "still open"), Words("截至制表时未归档", "open when the report was made")),
    "overdue": Meaning(Words("超时未结", "overdue"), Words("未结且已过时限", "still open and past its due time")),
    "still_severe": Meaning(
        Words("严重未结", "severe and open"), Words("未结且严重及以上", "still open, severe or critical")
    ),
}
AS_OF_NOW = frozenset({"still_open", "overdue", "still_severe"})

TIMES: dict[str, Meaning] = {
    "answer": Meaning(
        Words("初步答复", "first answer"), Words("从受理到首次答复客户", "from opening to the first answer")
    ),
    "result": Meaning(
        Words("最终结果", "result"),
        Words("从受理到告知结果；有异议的到最后一次", "from opening to the result; after objections, to the last"),
    ),
    "handling": Meaning(Words("全程处理", "handling"), Words("从受理到归档", "from opening to the archive")),
}

CALLS: dict[str, Meaning] = {
    "calls": Meaning(Words("来电", "calls"), Words("本期客户来电", "customers' calls in the period")),
    "gave_up": Meaning(
        Words("时限内挂断", "gave up early"),
        Words("未接来电，客户在时限内先挂断，不计入接听率", "not answered; the caller gave up before the limit"),
    ),
    "phone_in_time": Meaning(Words("按时接听", "answered in time"), Words("时限内接听", "answered within the limit")),
    "phone_late": Meaning(
        Words("接听超时", "answered late"), Words("超过时限接听或未接", "answered after the limit, or not at all")
    ),
    "messages": Meaning(Words("线上留言", "messages"), Words("本期线上留言", "online messages in the period")),
    "online_in_time": Meaning(Words("按时回复", "replied in time"), Words("时限内回复", "replied to within the limit")),
    "online_late": Meaning(
        Words("回复超时", "replied late"), Words("超过时限回复或未回复", "after the limit, or not at all")
    ),
    "rang_briefly": Meaning(
        Words("铃响未超", "rang briefly"), Words("接起前铃响未超次数", "no more rings than allowed")
    ),
    "rang_long": Meaning(Words("铃响过多", "rang long"), Words("接起前铃响超过次数", "more rings than allowed")),
    "settled_in_time": Meaning(
        Words("按时解答", "settled in time"), Words("接起后在时限内解答", "over within the limit from the answer")
    ),
    "settled_late": Meaning(
        Words("解答超时", "settled late"), Words("接起后超过时限", "longer than the limit from the answer")
    ),
    "left_to_the_caller": Meaning(
        Words("客户先挂机", "the customer hung up"), Words("客服未先挂机", "the agent did not hang up first")
    ),
    "agent_hung_up": Meaning(
        Words("客服先挂机", "the agent hung up"), Words("客服先于客户挂机", "the agent hung up first")
    ),
}
RECTIFICATIONS: dict[str, Meaning] = {
    "ordered": Meaning(Words("新增整改", "ordered"), Words("本期下达", "ordered in the period")),
    "verified": Meaning(Words("复核通过", "verified"), Words("本期复核通过", "found done in the period")),
    "failed": Meaning(Words("未能完成", "failed"), Words("本期宣告未完成", "given up in the period")),
    "owed": Meaning(Words("待整改", "owed"), Words("截至制表时未做", "not done when the report was made")),
    "owed_overdue": Meaning(Words("逾期", "overdue"), Words("待整改且已过期限", "owed, and past its time")),
    "unverified": Meaning(Words("待复核", "to be verified"), Words("已做，尚无人复核", "done, nobody has looked yet")),
}
RECTIFICATIONS_OF_NOW = frozenset({"owed", "owed_overdue", "unverified"})
PRAISE: dict[str, Meaning] = {
    "praised": Meaning(Words("暖心反馈", "praise"), Words("本期收到", "told in the period")),
    "praised_in_month": Meaning(
        Words("本月暖心反馈", "praise of the month"),
        Words("期末所在月，截至期末", "of the month in which the period ends, up to its end"),
    ),
}
