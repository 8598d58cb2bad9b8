"""Kuaidi100's status codes, the names it sends for them, and what both mean. No reading of payloads here.

Source: DOMAIN 4.1 (the provider's table of basic and advanced states, as nine independent connectors repeat it).
The basic states name a stage and leave the rest to the text; the advanced ones say what happened and are not refined.
"""

from adapters.feeds.chinese import CHINESE
from adapters.feeds.meanings import (
    COLLECTION,
    CUSTOMS,
    SCANS,
    TROUBLE,
    Meaning,
    code_table,
    mapping_version,
    name_table,
)
from schemas.tracking import Event, Reason

_TROUBLE = TROUBLE | {Event.FORWARDED}
_DELIVERY = frozenset({Event.AT_PICKUP_POINT, Event.DELIVERY_FAILED, Event.HELD, Event.EXCEPTION})

CODES = code_table(
    (
        Meaning("101", "已下单", Event.ORDER_CREATED),
        Meaning("102", "待揽收", Event.AWAITING_PICKUP),
        Meaning("103", "已揽收", Event.PICKED_UP),
        Meaning("1", "揽收", Event.PICKED_UP, refined_by=COLLECTION),
        Meaning("0", "在途", Event.IN_TRANSIT, refined_by=SCANS),
        Meaning("1001", "到达派件城市", Event.ARRIVED_DEST_CITY),
        Meaning("1002", "干线", Event.IN_TRANSIT),
        Meaning("1003", "转递", Event.FORWARDED),
        Meaning("5", "派件", Event.OUT_FOR_DELIVERY, refined_by=_DELIVERY),
        Meaning("501", "投柜或驿站", Event.AT_PICKUP_POINT),
        Meaning("3", "签收", Event.DELIVERED),
        Meaning("301", "本人签收", Event.DELIVERED),
        Meaning("302", "派件异常后签收", Event.DELIVERED),
        Meaning("303", "代签", Event.DELIVERED_PROXY),
        Meaning("304", "投柜或站签收", Event.DELIVERED_PICKUP_POINT),
        Meaning("6", "退回", Event.RETURNING),
        Meaning("4", "退签", Event.RETURNED),
        Meaning("401", "已销单", Event.CANCELLED_INTERCEPTED),
        Meaning("14", "拒签", Event.DELIVERY_FAILED, Reason.CONSIGNEE_REFUSED),
        Meaning("7", "转投", Event.TRANSFERRED_CARRIER),
        Meaning("2", "疑难", Event.EXCEPTION, Reason.UNKNOWN, refined_by=_TROUBLE, reason_from_text=True),
        Meaning("201", "超时未签收", Event.OVERDUE),
        Meaning("202", "超时未更新", Event.STALE),
        Meaning("203", "拒收", Event.DELIVERY_FAILED, Reason.CONSIGNEE_REFUSED),
        Meaning("204", "派件异常", Event.DELIVERY_FAILED, Reason.UNKNOWN, reason_from_text=True),
        Meaning("205", "柜或驿站超时未取", Event.HELD, Reason.CONSIGNEE_UNCOLLECTED),
        Meaning("206", "无法联系", Event.DELIVERY_FAILED, Reason.CONSIGNEE_UNREACHABLE),
        Meaning("207", "超区", Event.EXCEPTION, Reason.CARRIER_OUT_OF_AREA),
        Meaning("208", "滞留", Event.HELD, Reason.CARRIER_DWELL),
        Meaning("209", "破损", Event.EXCEPTION, Reason.CARRIER_DAMAGED),
        Meaning("210", "销单", Event.CANCELLED_INTERCEPTED, Reason.SENDER_CANCELLED),
        Meaning("8", "清关", Event.CUSTOMS_PENDING, refined_by=CUSTOMS),
        Meaning("10", "待清关", Event.CUSTOMS_PENDING),
        Meaning("11", "清关中", Event.CUSTOMS_PENDING),
        Meaning("12", "已清关", Event.CUSTOMS_RELEASED),
        Meaning("13", "清关异常", Event.CUSTOMS_HELD, Reason.UNKNOWN, reason_from_text=True),
    )
)

# Beside the table's own names, those that the provider's answers and its connectors use for the same codes.
_OTHER_NAMES = (
    ("揽件", "1"),
    ("在途中", "0"),
    ("运输中", "0"),
    ("派件中", "5"),
    ("派送中", "5"),
    ("正在派件", "5"),
    ("已签收", "3"),
    ("代签收", "303"),
    ("已代签", "303"),
    ("投柜或驿站签收", "304"),
    ("已退回", "6"),
    ("已退签", "4"),
    ("转单", "7"),
    ("疑难件", "2"),
)

NAMES = name_table([*((row.name, row.code) for row in CODES.values()), *_OTHER_NAMES], CODES)

# A basic state at the top of an answer lags behind its newest record, so that the record's text may overrule it.
LAGGING_STATES = frozenset({"0", "1", "5"})

SIGNAL_STATES = frozenset({"201", "202"})

MAPPING_VERSION = mapping_version("kuaidi100", CODES, NAMES, phrasebook=CHINESE)
