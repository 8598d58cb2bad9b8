"""Kdniao's codes and what they mean. No reading of payloads here.

Source: DOMAIN 4.2 (the provider's table of states, which its documentation repeats for the paid states and for each
record's action). The one-digit states name a stage and leave the rest to the text; the others say what happened.

418, "taken out", is the courier's doing: the parcel is no longer in its locker and nobody has received it.
"""

from adapters.feeds.chinese import CHINESE
from adapters.feeds.meanings import COLLECTION, CUSTOMS, SCANS, TROUBLE, Meaning, code_table, mapping_version
from schemas.tracking import Event, Reason

_TROUBLE = TROUBLE | {Event.FORWARDED}
_AFTER_LOCKER = frozenset({Event.OUT_FOR_DELIVERY, Event.RETURNING, Event.RETURNED})

NO_TRACE_YET = "0"

CODES = code_table(
    (
        Meaning(NO_TRACE_YET, "暂无轨迹信息", Event.NO_TRACE),
        Meaning("10", "待揽件", Event.AWAITING_PICKUP),
        Meaning("1", "已揽收", Event.PICKED_UP, refined_by=COLLECTION),
        Meaning("2", "在途中", Event.IN_TRANSIT, refined_by=SCANS),
        Meaning("201", "到达派件城市", Event.ARRIVED_DEST_CITY),
        Meaning("202", "派件中", Event.OUT_FOR_DELIVERY),
        Meaning("204", "到达转运中心", Event.ARRIVED_HUB),
        Meaning("205", "到达派件网点", Event.ARRIVED_OUTLET),
        Meaning("206", "寄件网点发件", Event.DEPARTED_HUB),
        Meaning("211", "已放入快递柜或驿站", Event.AT_PICKUP_POINT),
        Meaning("3", "签收", Event.DELIVERED),
        Meaning("301", "正常签收", Event.DELIVERED),
        Meaning("302", "轨迹异常后最终签收", Event.DELIVERED),
        Meaning("304", "代收签收", Event.DELIVERED_PROXY),
        Meaning("311", "快递柜或驿站签收", Event.DELIVERED_PICKUP_POINT),
        Meaning("4", "问题件", Event.EXCEPTION, Reason.UNKNOWN, refined_by=_TROUBLE, reason_from_text=True),
        Meaning("401", "发货无信息", Event.NO_TRACE),
        Meaning("402", "超时未签收", Event.OVERDUE),
        Meaning("403", "超时未更新", Event.STALE),
        Meaning("404", "拒收", Event.DELIVERY_FAILED, Reason.CONSIGNEE_REFUSED),
        Meaning("405", "派件异常", Event.DELIVERY_FAILED, Reason.UNKNOWN, reason_from_text=True),
        Meaning("406", "退货签收", Event.RETURNED),
        Meaning("407", "退货未签收", Event.RETURNING),
        Meaning("412", "快递柜或驿站超时未取", Event.HELD, Reason.CONSIGNEE_UNCOLLECTED),
        Meaning("413", "单号已拦截", Event.CANCELLED_INTERCEPTED),
        Meaning("414", "破损", Event.EXCEPTION, Reason.CARRIER_DAMAGED),
        Meaning("415", "客户取消发货", Event.CANCELLED_INTERCEPTED, Reason.SENDER_CANCELLED),
        Meaning("416", "无法联系", Event.DELIVERY_FAILED, Reason.CONSIGNEE_UNREACHABLE),
        Meaning("417", "配送延迟", Event.HELD, Reason.CARRIER_DWELL),
        Meaning("418", "快件取出", Event.HELD, Reason.UNKNOWN, refined_by=_AFTER_LOCKER, reason_from_text=True),
        Meaning("419", "重新派送", Event.OUT_FOR_DELIVERY),
        Meaning("420", "收货地址不详细", Event.EXCEPTION, Reason.SENDER_WRONG_ADDRESS),
        Meaning("421", "收件人电话错误", Event.DELIVERY_FAILED, Reason.CONSIGNEE_UNREACHABLE),
        Meaning("422", "错分件", Event.EXCEPTION, Reason.CARRIER_MISSORT),
        Meaning("423", "超区件", Event.EXCEPTION, Reason.CARRIER_OUT_OF_AREA),
        Meaning("5", "转寄", Event.FORWARDED),
        Meaning("6", "清关", Event.CUSTOMS_PENDING, refined_by=CUSTOMS),
        Meaning("601", "待清关", Event.CUSTOMS_PENDING),
        Meaning("602", "清关中", Event.CUSTOMS_PENDING),
        Meaning("603", "已清关", Event.CUSTOMS_RELEASED),
        Meaning("604", "清关异常", Event.CUSTOMS_HELD, Reason.UNKNOWN, reason_from_text=True),
    )
)

# A stage at the top of an answer lags behind its newest record, so that the record's text may overrule it.
LAGGING_STATES = frozenset({"1", "2"})

SIGNAL_STATES = frozenset({NO_TRACE_YET, "401", "402", "403"})

MAPPING_VERSION = mapping_version("kdniao", CODES, phrasebook=CHINESE)
