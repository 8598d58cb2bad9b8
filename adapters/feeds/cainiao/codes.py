"""Cainiao's action codes and what they mean. No reading of payloads here.

Source: DOMAIN 4.4, the list of codes that the AliExpress logistics API documents, and the last-mile codes (LM_, PUDO_)
that several public connectors give one plain meaning. The documented list ends in "and so on": what is not here is
flagged, and so is LH_POST_COLLECTION, which is a failure in that list and none in payloads. Codes of transport also
come with the prefix AE_, with the same meaning; Cainiao writes them with blanks or in lower case at times, so `folded`
is what is looked up.

Decided:

- Warehouse nodes (GWMS_, AE_GWMS_) are never milestones: the goods are picked and packed, no carrier has them yet. They
  are AWAITING_PICKUP, which starts no clock of transport, cures nothing, and moves no parcel on.
- A pick-up point that signs for a parcel (GTMS_STA_SIGNED) has it; the customer does not.
- The table never says DELIVERED of a callback (SIGNED_CALLBACK): that code names a result without telling it, and
  translate finds the result or leaves the record unknown.
"""

from adapters.feeds.bilingual import CHINESE_OR_ENGLISH
from adapters.feeds.meanings import Meaning, code_table, mapping_version
from schemas.tracking import Event, Reason

SIGNED_CALLBACK = "LAST_MILE_GTMS_SIGNED_CALLBACK"

_AE = "AE_"
_STOPPED = frozenset({Event.HELD, Event.RETURNING, Event.CANCELLED_INTERCEPTED, Event.DISPOSED})


def folded(code: str) -> str:
    """Give a code as the table spells it."""
    return "_".join(code.upper().replace("\uff3f", "_").split())  # an underscore of Chinese width


def _stopped(code: str, name: str) -> Meaning:
    return Meaning(code, name, Event.EXCEPTION, Reason.UNKNOWN, refined_by=_STOPPED, reason_from_text=True)


def _failed(code: str, name: str) -> Meaning:
    return Meaning(code, name, Event.DELIVERY_FAILED, Reason.UNKNOWN, reason_from_text=True)


def _held_by_customs(code: str, name: str) -> Meaning:
    return Meaning(code, name, Event.CUSTOMS_HELD, Reason.UNKNOWN, reason_from_text=True)


_BEFORE_TRANSPORT = (
    Meaning("CREATE_ORDER_CES", "order created", Event.ORDER_CREATED),
    Meaning("CONSIGN", "announced by the shop", Event.ORDER_CREATED),
    Meaning("OM_CONSIGN", "announced by the merchant", Event.ORDER_CREATED),
    Meaning("GTMS_ASN", "announced to the carrier", Event.ORDER_CREATED),
    Meaning("LAST_MILE_ASN_NOTIFY", "announced to the last carrier", Event.ORDER_CREATED),
    Meaning("PRE_READY_TO_SHIP", "ready", Event.AWAITING_PICKUP),
    Meaning("PU_PICKUP_SUCCESS", "collected", Event.PICKED_UP),
    Meaning("PU_SIGN_IN_SUCCESS", "taken in by the collecting point", Event.PICKED_UP),
    Meaning("GOT", "collected in China", Event.PICKED_UP),
    Meaning("PU_PICKUP_FAILURE", "not collected", Event.PICKUP_FAILED),
    Meaning("PU_SIGN_IN_FAILURE", "not taken in by the collecting point", Event.PICKUP_FAILED),
    Meaning("REJECT", "not collected in China", Event.PICKUP_FAILED),
)

_WAREHOUSE = tuple(
    Meaning(f"{prefix}GWMS_{step}", f"in the warehouse: {step.lower()}", Event.AWAITING_PICKUP)
    for prefix in ("", _AE)
    for step in ("ACCEPT", "INBOUND", "PICK", "PACKAGE", "OUTBOUND", "HANDOVER")
)

_SORTING = (
    Meaning("SC_SIGN_IN_SUCCESS", "taken in by the sorting centre", Event.ARRIVED_HUB),
    Meaning("SC_INBOUND_SUCCESS", "in the sorting centre", Event.ARRIVED_HUB),
    Meaning("SC_INBOUND", "in the sorting centre", Event.ARRIVED_HUB),
    Meaning("SC_ARRIVE", "at the sorting centre", Event.ARRIVED_HUB),
    Meaning("SC_TRANS_INBOUND_SUCCESS", "in a sorting centre on the way", Event.ARRIVED_HUB),
    Meaning("SC_SORTING", "sorted", Event.IN_TRANSIT),
    Meaning("SC_OUTBOUND_SUCCESS", "left the sorting centre", Event.DEPARTED_HUB),
    Meaning("SC_OUTBOUND", "left the sorting centre", Event.DEPARTED_HUB),
    Meaning("SC_DEPART", "left the sorting centre", Event.DEPARTED_HUB),
    Meaning("SC_TRANS_OUTBOUND_SUCCESS", "left a sorting centre on the way", Event.DEPARTED_HUB),
    Meaning("SC_HO_OUT_SUCCESS", "given to the line-haul", Event.DEPARTED_HUB),
    Meaning("ARRIVAL", "arrived", Event.ARRIVED_HUB),
    Meaning("DEPARTURE", "departed", Event.DEPARTED_HUB),
    _stopped("SC_SIGN_IN_FAILURE", "not taken in by the sorting centre"),
    _stopped("SC_INBOUND_FAILURE", "trouble at the sorting centre"),
    _stopped("SC_HO_OUT_FAILURE", "not given to the line-haul"),
    Meaning("SC_OUTBOUND_FAILURE", "stays in the sorting centre", Event.HELD, Reason.CARRIER_DWELL),
)

_LINE_HAUL = (
    Meaning("TD_TRANS_ARRIVE", "arrived on the way", Event.ARRIVED_HUB),
    Meaning("TD_TRANS_DEPART", "departed on the way", Event.DEPARTED_HUB),
    Meaning("LH_TRANS_ARRIVE", "line-haul arrived on the way", Event.ARRIVED_HUB),
    Meaning("LH_TRANS_DEPART", "line-haul departed on the way", Event.DEPARTED_HUB),
    Meaning("TRANSFER_ARRIVE", "arrived for transfer", Event.ARRIVED_HUB),
    Meaning("TRANSFER_DEPART", "departed after transfer", Event.DEPARTED_HUB),
    Meaning("LH_HO_IN_SUCCESS", "taken by the line-haul", Event.ARRIVED_HUB),
    Meaning("LH_HO_AIRLINE", "given to the airline", Event.DEPARTED_HUB),
    Meaning("LH_DEPART", "line-haul departed", Event.DEPARTED_HUB),
    Meaning("LH_ARRIVE", "line-haul arrived", Event.ARRIVED_HUB),
    Meaning("LH_HO_OUT_SUCCESS", "given on by the line-haul", Event.DEPARTED_HUB),
    Meaning("LH_OTHER", "line-haul", Event.IN_TRANSIT),
    Meaning("COMMON_INTRANSIT", "on the way", Event.IN_TRANSIT),
    _stopped("LH_HO_IN_FAILURE", "not taken by the line-haul"),
    _stopped("LH_ARRIVE_FAILURE", "line-haul did not arrive"),
    _stopped("LH_HO_OUT_FAILURE", "not given on by the line-haul"),
    Meaning("LH_HO_AIRLINE_FAILURE", "refused by aviation security", Event.HELD, Reason.EXTERNAL_SECURITY),
)

_CUSTOMS = (
    *(
        meaning
        for leg in ("EX", "TRANS", "IM")
        for meaning in (
            Meaning(f"CC_{leg}_START", "clearance begun", Event.CUSTOMS_PENDING),
            Meaning(f"CC_{leg}_SUCCESS", "cleared", Event.CUSTOMS_RELEASED),
            _held_by_customs(f"CC_{leg}_FAILURE", "not cleared"),
        )
    ),
    Meaning("CC_IM_PROCESS", "in clearance", Event.CUSTOMS_PENDING),
    _held_by_customs("CC_IM_EXCEPTION", "not cleared"),
    Meaning("CC_HO_IN_SUCCESS", "given to the broker", Event.CUSTOMS_PENDING),
    _stopped("CC_HO_IN_FAILURE", "not given to the broker"),
    Meaning("CC_HO_OUT_SUCCESS", "given on by the broker", Event.IN_TRANSIT),
    _stopped("CC_HO_OUT_FAILURE", "not given on by the broker"),
    Meaning("CUS_DECLARE", "declared", Event.CUSTOMS_PENDING),
    Meaning("CUS_SUCCESS", "papers accepted by customs", Event.CUSTOMS_PENDING),
    Meaning("CUS_FAILURE", "papers not accepted by customs", Event.CUSTOMS_HELD, Reason.CUSTOMS_DOCS),
    Meaning("CUS_TAX", "duties assessed", Event.CUSTOMS_HELD, Reason.CUSTOMS_DUTIES),
    Meaning("CIQ_SUCCESS", "papers accepted by inspection", Event.CUSTOMS_PENDING),
    Meaning("CIQ_FAILURE", "not passed by inspection", Event.CUSTOMS_HELD, Reason.CUSTOMS_INSPECTION),
)

_LAST_MILE = (
    Meaning("GTMS_ACCEPT", "taken by the last carrier", Event.TRANSFERRED_CARRIER),
    Meaning("SL_ACCEPT", "taken by the last carrier", Event.TRANSFERRED_CARRIER),
    Meaning("LAST_MILE_HO_SUCCESS", "given to the last carrier", Event.TRANSFERRED_CARRIER),
    Meaning("GTMS_SC_ARRIVE", "at the last sorting centre", Event.ARRIVED_HUB),
    Meaning("GTMS_SC_DEPART", "left the last sorting centre", Event.DEPARTED_HUB),
    Meaning("GTMS_DO_ARRIVE", "at the last outlet", Event.ARRIVED_OUTLET),
    Meaning("LM_DELIVERY_ARRIVE", "at the last outlet", Event.ARRIVED_OUTLET),
    Meaning("GTMS_DO_DEPART", "left the last outlet", Event.OUT_FOR_DELIVERY),
    Meaning("LM_DELIVERY_DEPART", "left the last outlet", Event.OUT_FOR_DELIVERY),
    Meaning("GTMS_DELIVERING", "out for delivery", Event.OUT_FOR_DELIVERY),
    Meaning("DELIVERING", "out for delivery", Event.OUT_FOR_DELIVERY),
    Meaning("GTMS_RE_DELIVERING", "out for delivery again", Event.OUT_FOR_DELIVERY),
    Meaning("SENT_SCAN", "out for delivery in China", Event.OUT_FOR_DELIVERY),
    Meaning("GTMS_STATION_IN", "at a node of the last carrier", Event.ARRIVED_HUB),
    Meaning("GTMS_STATION_OUT", "left a node of the last carrier", Event.DEPARTED_HUB),
    Meaning("GTMS_OTHER", "with the last carrier", Event.IN_TRANSIT),
    Meaning("GTMS_RELABEL", "goes on under another number", Event.TRANSFERRED_CARRIER),
    _stopped("GTMS_SC_ARRIVE_FAILURE", "did not reach the last sorting centre"),
    Meaning("GTMS_SIGNED", "signed", Event.DELIVERED),
    Meaning("SIGNIN", "signed", Event.DELIVERED),
    Meaning("SIGNED", "signed in China", Event.DELIVERED),
    Meaning("LM_SIGN_SUCCESS", "signed", Event.DELIVERED),
    _failed("GTMS_SIGN_FAILURE", "not signed"),
    _failed("GTMS_DEL_FAILURE", "not delivered"),
    _failed("GMT_DEL_FAILURE", "not delivered"),  # spelt so
    _failed("GTMS_FAILURE", "not delivered"),
    _failed("LM_DELIVERY_FAILURE", "not delivered"),
    _failed("FAILED", "not delivered in China"),
    _stopped("LM_PARCEL_EXCEPTION", "trouble with the last carrier"),
    _stopped("EXCEPTION", "trouble"),
)

_PICKUP_POINTS = (
    Meaning("GTMS_WAIT_SELF_PICK", "waits to be collected", Event.AT_PICKUP_POINT),
    Meaning("GTMS_STA_SIGNED", "taken in by a pick-up point", Event.AT_PICKUP_POINT),
    Meaning("GTMS_PUDO_INBOUND", "taken in by a pick-up point", Event.AT_PICKUP_POINT),
    Meaning("PUDO_INBOUND", "taken in by a pick-up point", Event.AT_PICKUP_POINT),
    Meaning("PUDO_DELIVERY", "brought to a pick-up point", Event.AT_PICKUP_POINT),
    Meaning("GSTA_INBOUND", "taken in by a pick-up point", Event.AT_PICKUP_POINT),
    Meaning("GSTA_INFORM_BUYER", "customer told that it waits", Event.AT_PICKUP_POINT),
    Meaning("GSTAHUB_INBOUND", "at the hub of the pick-up points", Event.ARRIVED_HUB),
    Meaning("POSTMAN_POST", "put into a locker", Event.AT_PICKUP_POINT),
    Meaning("GSTA_OTHER", "at a pick-up point", Event.AT_PICKUP_POINT),
    Meaning("GSTA_SIGN", "collected", Event.DELIVERED_PICKUP_POINT),
    Meaning("GSTA_BUYER_SIGN", "collected", Event.DELIVERED_PICKUP_POINT),
    Meaning("STA_SIGN", "collected in China", Event.DELIVERED_PICKUP_POINT),
    Meaning("GTMS_PUDO_SIGNED", "collected", Event.DELIVERED_PICKUP_POINT),
    Meaning("PUDO_SIGN_SUCCESS", "collected", Event.DELIVERED_PICKUP_POINT),
    _failed("GTMS_STA_SIGN_FAILURE", "not taken in by a pick-up point"),
    _failed("GSTAHUB_INBOUND_FAIL", "not taken in by the hub of the pick-up points"),
    _failed("GSTA_INBOUND_FAIL", "not taken in by a pick-up point"),
    _failed("GSTA_SIGN_FAIL", "not collected"),
    _failed("GSTA_BUYER_SIGN_FAIL", "not collected"),
    _failed("STA_SIGN_FAIL", "not collected in China"),
    Meaning("GTMS_PUDO_OVERDUE", "not collected in time", Event.HELD, Reason.CONSIGNEE_UNCOLLECTED),
    Meaning("PUDO_OVERDUE", "not collected in time", Event.HELD, Reason.CONSIGNEE_UNCOLLECTED),
    Meaning(
        "GTMS_STA_WAIT_CUST_CHANGE_ADDRESS", "waits for another address", Event.EXCEPTION, Reason.SENDER_WRONG_ADDRESS
    ),
    *(
        Meaning(f"GTMS_STA_{who}", "goes to another address", Event.FORWARDED)
        for who in ("CUST_TO_DOOR", "CHANGE", "CN_TO_DOOR", "CN_CHANGE", "CNCP_TO_DOOR", "CNCP_CHANGE")
    ),
)

_BACK = (
    *(
        Meaning(code, "on the way back", Event.RETURNING)
        for code in (
            *("RT_INBOUND", "RT_OUTBOUND", "RT_HO_OUT", "RT_WH_HO_IN", "RT_WH_INBOUND", "RT_WH_OUTBOUND"),
            *("RT_WH_HO_OUT", "RT_TRANSWH_HO_IN", "RT_TRANSWH_INBOUND", "RT_TRANSWH_OUTBOUND", "RT_TMS_ACCEPT"),
            *("RT_SC_INBOUND", "RT_SC_OUTBOUND", "RT_DO_ARRIVE", "RT_DO_DEPART", "RT_LM_DELIVERY_ARRIVE"),
            "RT_LM_DELIVERY_DEPART",
        )
    ),
    Meaning("LM_UNREACHABLE_RETURN", "goes back", Event.RETURNING, Reason.CONSIGNEE_UNREACHABLE),
    _stopped("RT_WH_HO_IN_FAIL", "not taken in by the warehouse of returns"),
    _stopped("RT_WH_INBOUND_FAILURE", "not taken in by the warehouse of returns"),
    Meaning("RETURNED", "back with the seller", Event.RETURNED),
    Meaning("RT_SIGNIN_SUCCESS", "back with the seller", Event.RETURNED),
    Meaning("RT_LM_SIGN_SUCCESS", "back with the seller", Event.RETURNED),
    Meaning("RT_DESTROY", "destroyed", Event.DISPOSED),
    Meaning("RT_WH_DESTROY", "destroyed", Event.DISPOSED),
)

_TRANSPORT = (*_BEFORE_TRANSPORT, *_SORTING, *_LINE_HAUL, *_CUSTOMS, *_LAST_MILE, *_PICKUP_POINTS, *_BACK)


def _with_prefix(meaning: Meaning) -> Meaning:
    return Meaning(
        _AE + meaning.code,
        meaning.name,
        meaning.event,
        meaning.reason,
        refined_by=meaning.refined_by,
        reason_from_text=meaning.reason_from_text,
    )


CODES = code_table((*_TRANSPORT, *(_with_prefix(meaning) for meaning in _TRANSPORT), *_WAREHOUSE))

MAPPING_VERSION = mapping_version("cainiao", CODES, phrasebook=CHINESE_OR_ENGLISH)
