"""What to propose to an outlet that has too many exceptions of one type (R102): for the weekly meeting (R100)."""

from rules.tables import require_words
from schemas.exceptions import ExceptionType
from schemas.reporting import Words

_T = ExceptionType
IMPROVEMENTS: dict[ExceptionType, Words] = {
    _T.DAMAGED: Words("抽查装卸与分拣录像，复核收寄包装", "check loading on camera; check packaging at acceptance"),
    _T.LOST: Words("逐件交接扫描，清点滞留区", "scan every hand-over; count what lies around"),
    _T.SHORT: Words("称重复核，核对封装记录", "weigh again at hand-over; check the seals"),
    _T.DELAYED: Words("核对班次与运力，按承诺时间排序派送", "check departures and hands; deliver by promise"),
    _T.NO_SCAN: Words("检查扫描设备与漏扫岗位", "find the post that does not scan"),
    _T.MISROUTED: Words("校对分拣规则与格口标签", "check the sorting plan and chute labels"),
    _T.RETURNED: Words("退回前必须联系收件人并留痕", "call the consignee before returning, on record"),
    _T.FORWARDED: Words("核对转寄授权", "check who agreed to forwarding"),
    _T.ADDRESS_ERROR: Words("收寄时核对门牌与电话", "verify address and phone at acceptance"),
    _T.UNREACHABLE: Words("派前预约，错峰再联系", "call ahead; call again at another hour"),
    _T.REFUSED: Words("记录拒收原因并回访寄件人", "record why; tell the sender"),
    _T.UNCOLLECTED: Words("取件提醒，临近超期电话通知", "remind, and call before the term ends"),
    _T.HELD_AT_OUTLET: Words("每日清仓，超一天逐件说明", "clear the floor daily; explain what stays"),
    _T.OUT_OF_AREA: Words("更新派送范围，提前改派", "renew the delivery area; reroute early"),
    _T.CUSTOMS_HELD: Words("收寄时核对清关资料", "check customs papers at acceptance"),
    _T.WEATHER_BACKLOG: Words("启用应急运力，主动告知客户", "use reserve hands; tell customers first"),
    _T.FALSE_SIGN: Words("回访签收，核查签收人与位置", "call after signing; check who signed and where"),
    _T.UNAUTHORISED_LOCKER: Words("投柜前征得同意并留痕", "ask before using a locker, on record"),
    _T.TRACKING_UNTRUE: Words("核查补扫与提前签收，抽查扫描时间", "look for scans made late or ahead of the deed"),
    _T.DELIVERY_TROUBLE: Words("派送失败必须填写原因", "have the reason entered on every failure"),
}
require_words(IMPROVEMENTS, ExceptionType)


def proposed_for(type_: str) -> Words:
    """Propose something about a type; nothing about one that no longer exists."""
    return IMPROVEMENTS[ExceptionType(type_)] if type_ in set(ExceptionType) else Words("", "")
