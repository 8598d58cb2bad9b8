"""17TRACK's statuses, sub-statuses and stages, the old numbers of v1, and what they mean. No reading of payloads here.

Source: the provider's list of 9 statuses and 30 sub-statuses; the stages are the keys of its milestones and those that
several public connectors know. InTransit_TransportArrived and _TransportDeparted are in no list of the provider's but
in histories that others recorded, and say what they mean.

Decided: what the provider names "other" is open to the text, and so is every number of v1, which names but a stage.
A sub-status of failure names who was at fault; one of security mixes safety, customs and fees, so it names nobody.
Expired is "long on the way and not delivered": overdue, though news may still come, which AfterShip's word is not.
"""

from adapters.feeds.bilingual import CHINESE_OR_ENGLISH
from adapters.feeds.meanings import ENDS, HOW_DELIVERED, SCANS, TROUBLE, Meaning, code_table, mapping_version
from schemas.tracking import Event, Reason

_LAST_MILE = frozenset({Event.OUT_FOR_DELIVERY, Event.ARRIVED_OUTLET, Event.DELIVERY_FAILED, Event.HELD})


def _in_transit(code: str) -> Meaning:
    return Meaning(code, "in transit", Event.IN_TRANSIT, refined_by=SCANS - ENDS)


def _failed(code: str) -> Meaning:
    return Meaning(code, "delivery failed", Event.DELIVERY_FAILED, Reason.UNKNOWN, reason_from_text=True)


def _delivered(code: str) -> Meaning:
    return Meaning(code, "delivered", Event.DELIVERED, refined_by=HOW_DELIVERED)


def _exception(code: str) -> Meaning:
    return Meaning(code, "exception", Event.EXCEPTION, Reason.UNKNOWN, refined_by=TROUBLE, reason_from_text=True)


def _rows(event: Event, name: str, *codes: str) -> tuple[Meaning, ...]:
    return tuple(Meaning(code, name, event) for code in codes)


CODES = code_table(
    (
        *_rows(Event.NO_TRACE, "not found", "NotFound", "NotFound_Other", "NotFound_InvalidCode"),
        *_rows(Event.OVERDUE, "long on the way", "Expired", "Expired_Other"),
        *_rows(Event.ORDER_CREATED, "announced", "InfoReceived"),
        *_rows(Event.PICKED_UP, "picked up", "PickedUp", "InTransit_PickedUp"),
        _in_transit("InTransit"),
        _in_transit("InTransit_Other"),
        *_rows(Event.DEPARTED_HUB, "left the country of origin", "Departure", "InTransit_Departure"),
        *_rows(Event.ARRIVED_HUB, "arrived in the country of destination", "Arrival", "InTransit_Arrival"),
        *_rows(Event.DEPARTED_HUB, "transport left", "InTransit_TransportDeparted"),
        *_rows(Event.ARRIVED_HUB, "transport arrived", "InTransit_TransportArrived"),
        *_rows(Event.CUSTOMS_PENDING, "in clearance", "CustomsProcessing", "InTransit_CustomsProcessing"),
        *_rows(Event.CUSTOMS_RELEASED, "cleared", "CustomsReleased", "InTransit_CustomsReleased"),
        *(
            Meaning(code, "customs wants information", Event.CUSTOMS_HELD, Reason.CUSTOMS_DOCS)
            for code in ("CustomsRequiringInformation", "InTransit_CustomsRequiringInformation")
        ),
        *_rows(Event.AT_PICKUP_POINT, "available for pickup", "AvailableForPickup", "AvailableForPickup_Other"),
        *_rows(Event.OUT_FOR_DELIVERY, "out for delivery", "OutForDelivery", "OutForDelivery_Other"),
        _failed("DeliveryFailure"),
        _failed("DeliveryFailure_Other"),
        Meaning("DeliveryFailure_NoBody", "not reached", Event.DELIVERY_FAILED, Reason.CONSIGNEE_UNREACHABLE),
        _failed("DeliveryFailure_Security"),
        Meaning("DeliveryFailure_Rejected", "refused", Event.DELIVERY_FAILED, Reason.CONSIGNEE_REFUSED),
        Meaning("DeliveryFailure_InvalidAddress", "address", Event.DELIVERY_FAILED, Reason.SENDER_WRONG_ADDRESS),
        _delivered("Delivered"),
        _delivered("Delivered_Other"),
        _exception("Exception"),
        _exception("Exception_Other"),
        *(
            Meaning(code, "goes back", Event.RETURNING, reason_from_text=True)
            for code in ("Returning", "Exception_Returning")
        ),
        *(
            Meaning(code, "came back", Event.RETURNED, reason_from_text=True)
            for code in ("Returned", "Exception_Returned")
        ),
        Meaning("Exception_NoBody", "consignee not found", Event.EXCEPTION, Reason.CONSIGNEE_UNREACHABLE),
        _exception("Exception_Security"),
        Meaning("Exception_Damage", "damaged", Event.EXCEPTION, Reason.CARRIER_DAMAGED),
        Meaning("Exception_Rejected", "refused before delivery", Event.EXCEPTION, Reason.CONSIGNEE_REFUSED),
        Meaning("Exception_Delayed", "delayed", Event.HELD, Reason.UNKNOWN, reason_from_text=True),
        Meaning("Exception_Lost", "lost", Event.EXCEPTION, Reason.CARRIER_LOST),
        Meaning("Exception_Destroyed", "destroyed", Event.DISPOSED),
        Meaning("Exception_Cancel", "cancelled", Event.CANCELLED_INTERCEPTED),
    )
)

NUMBERS = code_table(
    (
        *_rows(Event.NO_TRACE, "not found", "0"),
        _in_transit("10"),
        *_rows(Event.OVERDUE, "long on the way", "20"),
        Meaning("30", "arrived, to be picked up", Event.AT_PICKUP_POINT, refined_by=_LAST_MILE),
        _failed("35"),
        _delivered("40"),
        _exception("50"),
    )
)
"""The states of a whole parcel in v1; its events have no code."""

MAPPING_VERSION = mapping_version("17track", CODES, NUMBERS, phrasebook=CHINESE_OR_ENGLISH)
