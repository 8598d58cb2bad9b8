"""What the codes of a complaint are called in a report, in Chinese as in the glossary."""

from rules.reporting.words import SEVERITY
from rules.tables import require_words
from schemas.calls import Medium
from schemas.complaints import ActionState, Channel, ComplaintType, Ending, PartyKind, State, Validity
from schemas.reporting import Words

UNDECIDED = "UNDECIDED"
"""What a complaint is as long as no person has decided what was found (R55)."""

TYPE: dict[str, Words] = {
    ComplaintType.DELAY: Words("延误", "delay"),
    ComplaintType.LOSS: Words("丢失", "loss"),
    ComplaintType.SHORT: Words("短少", "short"),
    ComplaintType.DAMAGE: Words("破损", "damage"),
    ComplaintType.MISDELIVERY: Words("错发错投", "misdelivery"),
    ComplaintType.FALSE_SIGN: Words("虚假签收", "false sign"),
    ComplaintType.ATTITUDE: Words("服务态度", "attitude"),
    ComplaintType.FEE: Words("费用争议", "fees"),
    ComplaintType.OTHER: Words("其他", "other"),
}
CHANNEL: dict[str, Words] = {
    Channel.HOTLINE: Words("客服热线", "hotline"),
    Channel.IVR: Words("语音自助", "IVR"),
    Channel.WEBSITE: Words("官网", "website"),
    Channel.APP: Words("手机应用", "app"),
    Channel.EMAIL: Words("电子邮件", "e-mail"),
    Channel.SMS: Words("短信", "SMS"),
    Channel.WECHAT: Words("微信", "WeChat"),
    Channel.ONLINE_CHAT: Words("在线客服", "online chat"),
    Channel.SOCIAL_MEDIA: Words("社交媒体", "social media"),
    Channel.OUTLET: Words("营业网点", "outlet"),
    Channel.AT_THE_DOOR: Words("上门口述", "told at the door"),
    Channel.COURIER_NOTE: Words("快递员日常记录", "courier's note"),
    Channel.PLATFORM: Words("平台工单", "platform"),
    Channel.REGULATOR: Words("监管转办", "regulator"),
}
VALIDITY: dict[str, Words] = {
    Validity.VALID: Words("有效投诉", "valid"),
    Validity.CUSTOMER_CAUSED: Words("客户原因", "customer-caused"),
    Validity.MALICIOUS: Words("恶意投诉", "malicious"),
    Validity.UNPROVEN: Words("未能证实", "unproven"),
    UNDECIDED: Words("未判定", "undecided"),
}
PARTY: dict[str, Words] = {
    PartyKind.OUTLET: Words("网点", "outlet"),
    PartyKind.SORTING_CENTRE: Words("分拣中心", "sorting centre"),
    PartyKind.LINE_HAUL: Words("干线", "line haul"),
    PartyKind.COURIER: Words("收派员", "courier"),
    PartyKind.CUSTOMER_SERVICE: Words("客服", "customer service"),
    PartyKind.PARTNER: Words("合作方", "partner"),
    PartyKind.SENDER: Words("寄件人", "sender"),
    PartyKind.CONSIGNEE: Words("收件人", "consignee"),
    PartyKind.FORCE_MAJEURE: Words("不可抗力", "force majeure"),
    PartyKind.UNKNOWN: Words("未明", "unknown"),
    "": Words("未认定", "not named"),
}
ENDING: dict[str, Words] = {
    Ending.AT_ONCE: Words("一次解决", "at once"),
    Ending.ACCEPTED: Words("客户认可", "accepted"),
    Ending.UNOBJECTED: Words("逾期未异议", "not objected to"),
    Ending.EXPLAINED: Words("解释未认可", "explained, not agreed"),
    Ending.WITHDRAWN: Words("撤诉", "withdrawn"),
    "by_hand": Words("人工办结", "ended by hand"),
    Ending.ABANDONED: Words("作废", "abandoned"),
}
STATE: dict[str, Words] = {
    State.DRAFT: Words("待补齐", "draft"),
    State.RECEIVED: Words("已受理", "received"),
    State.HANDED_OFF: Words("已移交", "handed off"),
    State.VERIFYING: Words("核实中", "verifying"),
    State.VERIFIED: Words("已核实", "verified"),
    State.PLANNED: Words("已拟方案", "planned"),
    State.AWAITING_APPROVAL: Words("待审批", "awaiting approval"),
    State.APPROVED: Words("已批准", "approved"),
    State.ACTING: Words("执行中", "acting"),
    State.ACTED: Words("已执行", "acted"),
    State.FED_BACK: Words("已反馈", "fed back"),
    State.NEEDS_OPERATOR: Words("待人工", "needs operator"),
    State.CONCLUDED: Words("待归档", "concluded"),
    State.CLOSED: Words("已归档", "closed"),
}
ACTION_STATE: dict[str, Words] = {
    ActionState.OPEN: Words("待办", "open"),
    ActionState.DONE: Words("已完成", "done"),
    ActionState.VERIFIED: Words("已复核", "verified"),
    ActionState.FAILED: Words("未能完成", "failed"),
    ActionState.CALLED_OFF: Words("已取消", "called off"),
}
MEDIUM: dict[str, Words] = {
    Medium.PHONE: Words("电话", "phone"),
    Medium.ONLINE: Words("线上留言", "online"),
}
STARS: dict[str, Words] = {
    "5": Words("非常满意", "5"),
    "4": Words("满意", "4"),
    "3": Words("一般", "3"),
    "2": Words("不满意", "2"),
    "1": Words("非常不满意", "1"),
}
for _table, _codes in (
    (TYPE, ComplaintType),
    (CHANNEL, Channel),
    (VALIDITY, Validity),
    (PARTY, PartyKind),
    (ENDING, Ending),
    (STATE, State),
    (ACTION_STATE, ActionState),
    (MEDIUM, Medium),
):
    require_words(_table, _codes)

__all__ = [
    "ACTION_STATE", "CHANNEL", "ENDING", "MEDIUM", "PARTY", "SEVERITY", "STARS", "STATE", "TYPE", "UNDECIDED",
    "VALIDITY",
]  # fmt: skip
