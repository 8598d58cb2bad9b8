"""AfterShip's tags and subtags and what both mean. No reading of payloads here.

Source: DOMAIN 4.5 and 4.9, and the provider's pages of delivery statuses and sub-statuses (API 2026-07 and the help
page of March 2026). A tag names a stage; a subtag says what happened, and only those that the provider itself calls
generic are left open to the text. Left unmapped on purpose, so that they are flagged: Exception_014 and _015, which no
page explains, and every subtag that came later.

Decided: Exception_016, "processing issue", is a parcel that lies (DOMAIN has it under dwelling and under missorting),
and its text may name the cause. Exception_009, "rejected by the carrier", is what DOMAIN calls out of the area. The
causes of Exception_005 are outside the carrier but nowhere named, so its reason is the text's or unknown.
"""

from adapters.feeds.bilingual import CHINESE_OR_ENGLISH
from adapters.feeds.meanings import ENDS, HOW_DELIVERED, SCANS, TROUBLE, Meaning, code_table, mapping_version
from schemas.tracking import Event, Reason


def _in_transit(code: str) -> Meaning:
    return Meaning(code, "in transit", Event.IN_TRANSIT, refined_by=SCANS - ENDS)


def _failed(code: str) -> Meaning:
    return Meaning(code, "failed attempt", Event.DELIVERY_FAILED, Reason.UNKNOWN, reason_from_text=True)


def _delivered(code: str) -> Meaning:
    return Meaning(code, "delivered", Event.DELIVERED, refined_by=HOW_DELIVERED)


def _exception(code: str) -> Meaning:
    return Meaning(code, "exception", Event.EXCEPTION, Reason.UNKNOWN, refined_by=TROUBLE, reason_from_text=True)


def _held(code: str, name: str, reason: Reason) -> Meaning:
    return Meaning(code, name, Event.HELD, reason, reason_from_text=True)


_TAGS = (
    Meaning("Pending", "nothing known yet", Event.NO_TRACE),
    Meaning("InfoReceived", "announced", Event.ORDER_CREATED),
    _in_transit("InTransit"),
    Meaning("OutForDelivery", "out for delivery", Event.OUT_FOR_DELIVERY),
    _failed("AttemptFail"),
    _delivered("Delivered"),
    Meaning("AvailableForPickup", "available for pickup", Event.AT_PICKUP_POINT),
    _exception("Exception"),
    Meaning("Expired", "no news for 30 days", Event.STALE),
)

_SUBTAGS = (
    *(Meaning(f"Pending_00{n}", "nothing known yet", Event.NO_TRACE) for n in range(1, 7)),
    Meaning("InfoReceived_001", "announced", Event.ORDER_CREATED),
    _in_transit("InTransit_001"),
    Meaning("InTransit_002", "accepted", Event.PICKED_UP),
    Meaning("InTransit_003", "arrived at a hub", Event.ARRIVED_HUB),
    Meaning("InTransit_004", "arrived in the destination country", Event.ARRIVED_HUB),
    Meaning("InTransit_005", "customs cleared", Event.CUSTOMS_RELEASED),
    Meaning("InTransit_006", "handed over to customs", Event.CUSTOMS_PENDING),
    Meaning("InTransit_007", "departed", Event.DEPARTED_HUB),
    Meaning("InTransit_008", "problem resolved", Event.IN_TRANSIT),
    Meaning("InTransit_009", "forwarded to another address", Event.FORWARDED),
    Meaning("OutForDelivery_001", "out for delivery", Event.OUT_FOR_DELIVERY),
    Meaning("OutForDelivery_003", "customer contacted before delivery", Event.OUT_FOR_DELIVERY),
    Meaning("OutForDelivery_004", "appointment made", Event.OUT_FOR_DELIVERY),
    _failed("AttemptFail_001"),
    Meaning("AttemptFail_002", "nobody there", Event.DELIVERY_FAILED, Reason.CONSIGNEE_ABSENT),
    Meaning("AttemptFail_003", "business closed", Event.DELIVERY_FAILED, Reason.CONSIGNEE_CLOSED),
    Meaning("AvailableForPickup_001", "available for pickup", Event.AT_PICKUP_POINT),
    _delivered("Delivered_001"),
    Meaning("Delivered_002", "picked up by the customer", Event.DELIVERED_PICKUP_POINT),
    Meaning("Delivered_003", "signed by the customer", Event.DELIVERED),
    Meaning("Delivered_004", "delivered against cash", Event.DELIVERED),
    Meaning("Delivered_005", "delivered to a neighbour", Event.DELIVERED_PROXY),
    _exception("Exception_001"),
    Meaning("Exception_002", "customer moved", Event.DELIVERY_FAILED, Reason.CONSIGNEE_MOVED),
    Meaning("Exception_003", "refused", Event.DELIVERY_FAILED, Reason.CONSIGNEE_REFUSED),
    Meaning("Exception_004", "delayed at customs", Event.CUSTOMS_HELD, Reason.CUSTOMS_DELAY),
    _held("Exception_005", "delayed by outside causes", Reason.UNKNOWN),
    Meaning("Exception_006", "held for payment", Event.HELD, Reason.CONSIGNEE_FEE_UNPAID),
    Meaning("Exception_007", "incorrect address", Event.EXCEPTION, Reason.SENDER_WRONG_ADDRESS),
    Meaning("Exception_008", "not picked up", Event.HELD, Reason.CONSIGNEE_UNCOLLECTED),
    Meaning("Exception_009", "rejected by the carrier", Event.EXCEPTION, Reason.CARRIER_OUT_OF_AREA),
    Meaning("Exception_010", "returning", Event.RETURNING, reason_from_text=True),
    Meaning("Exception_011", "returned", Event.RETURNED, reason_from_text=True),
    Meaning("Exception_012", "damaged", Event.EXCEPTION, Reason.CARRIER_DAMAGED),
    Meaning("Exception_013", "lost", Event.EXCEPTION, Reason.CARRIER_LOST),
    _held("Exception_016", "processing issue", Reason.CARRIER_DWELL),
    Meaning("Exception_017", "extreme weather", Event.HELD, Reason.EXTERNAL_WEATHER),
    Meaning("Exception_018", "documents missing or wrong", Event.CUSTOMS_HELD, Reason.CUSTOMS_DOCS),
    Meaning("Exception_019", "late flight", Event.HELD, Reason.CARRIER_DELAY_CAPACITY),
    Meaning("Exception_020", "cancelled", Event.CANCELLED_INTERCEPTED),
    Meaning("Exception_021", "disposed", Event.DISPOSED),
    Meaning("Expired_001", "no news for 30 days", Event.STALE),
)

CODES = code_table((*_TAGS, *_SUBTAGS))

MAPPING_VERSION = mapping_version("aftership", CODES, phrasebook=CHINESE_OR_ENGLISH)
