"""What the codes of a case are called in a report, in Chinese as in the glossary; other codes stand for themselves."""

from collections.abc import Iterable, Mapping, Sequence

from rules.tables import require_words
from schemas.exceptions import ClosingReason, ExceptionType, Measure, Origin, State
from schemas.reporting import Words
from schemas.severity import Severity
from schemas.tracking import Reason

TYPE: dict[str, Words] = {
    "DAMAGED": Words("破损件", "damaged"),
    "LOST": Words("丢失件", "lost"),
    "SHORT": Words("短少件", "short"),
    "DELAYED": Words("延误件", "delayed"),
    "NO_SCAN": Words("轨迹停滞", "no scan"),
    "MISROUTED": Words("错发件", "misrouted"),
    "RETURNED": Words("退回件", "returned"),
    "FORWARDED": Words("转寄件", "forwarded"),
    "ADDRESS_ERROR": Words("地址错误件", "address error"),
    "UNREACHABLE": Words("联系不上", "unreachable"),
    "REFUSED": Words("拒收件", "refused"),
    "UNCOLLECTED": Words("超时未取件", "uncollected"),
    "HELD_AT_OUTLET": Words("滞留件", "held at outlet"),
    "OUT_OF_AREA": Words("超区件", "out of area"),
    "CUSTOMS_HELD": Words("海关扣留件", "customs held"),
    "WEATHER_BACKLOG": Words("天气积压件", "weather backlog"),
    "FALSE_SIGN": Words("虚假签收件", "false sign"),
    "UNAUTHORISED_LOCKER": Words("擅自投柜件", "unauthorised locker"),
    "TRACKING_UNTRUE": Words("轨迹失实件", "tracking untrue"),
    "DELIVERY_TROUBLE": Words("疑难件", "delivery trouble"),
}
ORIGIN: dict[str, Words] = {
    "reported": Words("上报", "reported"),
    "silence": Words("静默发现", "silence"),
    "staff": Words("人工建单", "staff"),
    "breach": Words("违背约定", "breach"),
}
PARTY: dict[str, Words] = {
    "carrier": Words("承运方", "carrier"),
    "sender": Words("寄件方", "sender"),
    "consignee": Words("收件方", "consignee"),
    "customs": Words("海关", "customs"),
    "external": Words("外部原因", "external"),
    "unknown": Words("未知", "unknown"),
}
CAUSE: dict[str, Words] = {
    "carrier.damaged": Words("运输破损", "damaged"),
    "carrier.lost": Words("遗失", "lost"),
    "carrier.short": Words("短少", "short"),
    "carrier.missort": Words("错分", "missort"),
    "carrier.misroute": Words("错发", "misroute"),
    "carrier.delay_capacity": Words("运力不足", "delay capacity"),
    "carrier.vehicle": Words("车辆问题", "vehicle"),
    "carrier.mechanical": Words("机械故障", "mechanical"),
    "carrier.accident": Words("交通事故", "accident"),
    "carrier.documents": Words("单证缺失", "documents"),
    "carrier.false_sign": Words("虚假签收", "false sign"),
    "carrier.unauth_locker": Words("擅自投柜", "unauth locker"),
    "carrier.late_scan": Words("扫描上传不及时", "late scan"),
    "carrier.untrue_scan": Words("扫描信息不实", "untrue scan"),
    "carrier.against_wish": Words("未按客户要求派送", "against wish"),
    "carrier.attitude": Words("服务态度", "attitude"),
    "carrier.dwell": Words("网点积压", "dwell"),
    "carrier.out_of_area": Words("超区", "out of area"),
    "sender.packaging": Words("包装不当", "packaging"),
    "sender.wrong_address": Words("地址错误", "wrong address"),
    "sender.wrong_phone": Words("电话错误", "wrong phone"),
    "sender.prohibited": Words("禁寄物品", "prohibited"),
    "sender.cancelled": Words("寄件人取消", "cancelled"),
    "sender.fee_unpaid": Words("寄付运费未付", "fee unpaid"),
    "sender.not_ready": Words("货未备好", "not ready"),
    "sender.misdeclared": Words("申报不符", "misdeclared"),
    "consignee.refused": Words("拒收", "refused"),
    "consignee.unreachable": Words("无法联系", "unreachable"),
    "consignee.absent": Words("收件人不在", "absent"),
    "consignee.closed": Words("单位休息", "closed"),
    "consignee.reschedule": Words("改约派送", "reschedule"),
    "consignee.uncollected": Words("超时未取", "uncollected"),
    "consignee.moved": Words("收件人搬迁", "moved"),
    "consignee.id_failed": Words("身份核验未通过", "id failed"),
    "consignee.fee_unpaid": Words("到付或代收款未付", "fee unpaid"),
    "customs.docs": Words("清关资料不全", "docs"),
    "customs.duties": Words("税费未缴", "duties"),
    "customs.inspection": Words("海关查验", "inspection"),
    "customs.prohibited": Words("禁止进出境", "prohibited"),
    "customs.delay": Words("清关延误", "delay"),
    "external.weather": Words("天气原因", "weather"),
    "external.disaster": Words("自然灾害", "disaster"),
    "external.traffic": Words("交通管制或拥堵", "traffic"),
    "external.security": Words("安检或治安原因", "security"),
    "external.epidemic": Words("疫情管控", "epidemic"),
    "external.regulator": Words("监管要求", "regulator"),
    "unknown": Words("原因不明", "unknown"),
}
STATE: dict[str, Words] = {
    "DETECTED": Words("已发现", "detected"),
    "RECORDED": Words("已登记", "recorded"),
    "INVESTIGATED": Words("已调查", "investigated"),
    "PLANNED": Words("已拟方案", "planned"),
    "AWAITING_APPROVAL": Words("待审批", "awaiting approval"),
    "APPROVED": Words("已批准", "approved"),
    "CARRYING_OUT": Words("处理中", "carrying out"),
    "CARRIED_OUT": Words("已处理", "carried out"),
    "FED_BACK": Words("已反馈", "fed back"),
    "NEEDS_OPERATOR": Words("待人工处理", "needs operator"),
    "CLOSED": Words("已结案", "closed"),
}
MEASURE: dict[str, Words] = {
    "SEARCH_PARCEL": Words("查找快件", "search parcel"),
    "TRACE_INQUIRY": Words("去向查询", "trace inquiry"),
    "RUSH_DELIVERY": Words("加急派送", "rush delivery"),
    "REDELIVER": Words("再次派送", "redeliver"),
    "CONTACT_CONSIGNEE": Words("联系收件人", "contact consignee"),
    "CORRECT_ADDRESS": Words("更正地址", "correct address"),
    "REROUTE": Words("改派路由", "reroute"),
    "RETURN_TO_SENDER": Words("退回寄件人", "return to sender"),
    "INSPECT_AND_PHOTOGRAPH": Words("查验拍照", "inspect and photograph"),
    "REPACK": Words("重新包装", "repack"),
    "RELEASE_FROM_OUTLET": Words("网点放行", "release from outlet"),
    "CLEAR_CUSTOMS": Words("补充清关资料", "clear customs"),
    "FORWARD_PARCEL": Words("转寄", "forward parcel"),
    "APOLOGISE": Words("致歉", "apologise"),
    "COMPENSATE": Words("赔付", "compensate"),
}
SEVERITY: dict[str, Words] = {
    "1": Words("轻微", "minor"),
    "2": Words("一般", "ordinary"),
    "3": Words("严重", "severe"),
    "4": Words("特别严重", "critical"),
}
CLOSING: dict[str, Words] = {
    ClosingReason.CURED: Words("异常解除", "cured"),
    ClosingReason.ACCEPTED: Words("客户认可", "accepted"),
    ClosingReason.UNOBJECTED: Words("逾期未提异议", "not objected to"),
    ClosingReason.UNTOLD: Words("无法告知", "nobody to tell"),
    ClosingReason.EXPLAINED: Words("已解释未认可", "explained, not agreed"),
    ClosingReason.BY_HAND: Words("人工结案", "closed by hand"),
}
CODES_COUNTED_MAX = 3
NOTHING = Words("（不详）", "(not known)")
for _table, _codes in (
    (TYPE, ExceptionType),
    (ORIGIN, Origin),
    (CAUSE, Reason),
    (PARTY, dict.fromkeys(reason.split(".", maxsplit=1)[0] for reason in Reason)),
    (STATE, State),
    (CLOSING, ClosingReason),
    (MEASURE, Measure),
    (SEVERITY, [str(severity.value) for severity in Severity]),
):
    require_words(_table, _codes)


def words_for(code: str, table: Mapping[str, Words] | None = None) -> Words:
    """Say what a code is called; names that come from outside, such as an outlet's, stand for themselves."""
    return (table or {}).get(code) or (Words(code, code) if code else NOTHING)


def cause_words(code: str) -> Words:
    """Say what a cause is called, with the party that it lies with before it."""
    named, party = words_for(code, CAUSE), words_for(code.split(".", maxsplit=1)[0], PARTY)
    return Words(f"{party.zh}·{named.zh}", f"{party.en}: {named.en}") if "." in code else named


def words_together(parts: Sequence[tuple[str, Mapping[str, Words]]]) -> Words:
    """Say what a group of several dimensions together is called."""
    named = [words_for(code, table) for code, table in parts]
    return Words(" · ".join(one.zh for one in named), " · ".join(one.en for one in named))


def codes_counted(counts: Sequence[tuple[str, int]], codes: Mapping[str, Words]) -> Words:
    """List how many there are of the first few codes."""
    return words_counted((words_for(code, codes), n) for code, n in counts[:CODES_COUNTED_MAX])


def words_counted(counts: Iterable[tuple[Words, int]]) -> Words:
    """List how many there are of each, as 破损 4、延误 2."""
    told = list(counts)
    return Words("、".join(f"{name.zh} {n}" for name, n in told), ", ".join(f"{name.en} {n}" for name, n in told))
