"""EasyPost's statuses and status details, and what both mean. No reading of payloads here.

Source: DOMAIN 4.6 for the statuses; the details are the list that EasyPost's own client libraries document. The status
names a stage. Where that leaves something open the detail says more, and where there is no detail the text does.

Decided: a detail never overrules a status that says all (a delivered parcel "arrived at its destination"), and a
`failure` is a failed delivery until detail or text name another trouble.
"""

from adapters.feeds.english import ENGLISH
from adapters.feeds.meanings import ENDS, HOW_DELIVERED, SCANS, TROUBLE, Meaning, code_table, mapping_version
from schemas.tracking import Event, Reason

_TROUBLE = TROUBLE | {Event.EXCEPTION}
_ANNOUNCED = frozenset({Event.AWAITING_PICKUP, Event.PICKUP_FAILED, Event.CANCELLED_INTERCEPTED})


def _trouble(code: str, name: str, event: Event) -> Meaning:
    return Meaning(code, name, event, Reason.UNKNOWN, refined_by=_TROUBLE - {event}, reason_from_text=True)


# What a status of "unknown", or none at all, leaves open: everything.
UNTOLD = Meaning("unknown", "not known", Event.EXCEPTION, Reason.UNKNOWN, refined_by=SCANS, reason_from_text=True)

STATUSES = code_table(
    (
        UNTOLD,
        Meaning("pre_transit", "announced", Event.ORDER_CREATED, refined_by=_ANNOUNCED),
        Meaning("in_transit", "on the way", Event.IN_TRANSIT, refined_by=SCANS - ENDS),
        Meaning("out_for_delivery", "out for delivery", Event.OUT_FOR_DELIVERY),
        Meaning("available_for_pickup", "waits to be collected", Event.AT_PICKUP_POINT),
        Meaning("delivered", "delivered", Event.DELIVERED, refined_by=HOW_DELIVERED),
        Meaning(
            "return_to_sender",
            "goes back",
            Event.RETURNING,
            refined_by=frozenset({Event.RETURNED}),
            reason_from_text=True,
        ),
        Meaning("cancelled", "cancelled", Event.CANCELLED_INTERCEPTED),
        _trouble("failure", "not delivered", Event.DELIVERY_FAILED),
        _trouble("error", "an error of the carrier's", Event.EXCEPTION),
    )
)

DETAILED = frozenset({"unknown", "pre_transit", "in_transit", "return_to_sender", "failure", "error"})
"""The statuses that leave something to the detail."""

SAYS_NOTHING = frozenset({"", "unknown", "status_update"})
"""Details that add nothing to their status."""

DETAILS = code_table(
    (
        Meaning("label_created", "label created", Event.ORDER_CREATED),
        Meaning("awaiting_information", "carrier waits for information", Event.ORDER_CREATED),
        Meaning(
            "received_at_origin_facility",
            "received at origin",
            Event.ARRIVED_HUB,
            refined_by=frozenset({Event.PICKED_UP}),
        ),
        Meaning(
            "arrived_at_facility",
            "arrived, or was collected",
            Event.ARRIVED_HUB,
            refined_by=frozenset({Event.PICKED_UP, Event.ARRIVED_OUTLET}),
        ),
        Meaning("departed_origin_facility", "left origin", Event.DEPARTED_HUB),
        Meaning("departed_facility", "left a facility", Event.DEPARTED_HUB),
        Meaning("in_transit", "on the way", Event.IN_TRANSIT),
        Meaning("arrived_at_destination", "arrived at destination", Event.ARRIVED_DEST_CITY),
        Meaning("received_at_destination_facility", "at the last facility", Event.ARRIVED_OUTLET),
        Meaning("transferred_to_destination_carrier", "given to another carrier", Event.TRANSFERRED_CARRIER),
        Meaning("out_for_delivery", "out for delivery", Event.OUT_FOR_DELIVERY),
        Meaning("arrived_at_pickup_location", "at a pick-up point", Event.AT_PICKUP_POINT),
        Meaning("address_correction", "address corrected", Event.EXCEPTION, Reason.SENDER_WRONG_ADDRESS),
        Meaning("damaged", "damaged", Event.EXCEPTION, Reason.CARRIER_DAMAGED),
        Meaning("lost", "lost", Event.EXCEPTION, Reason.CARRIER_LOST),
        Meaning("missorted", "missorted", Event.EXCEPTION, Reason.CARRIER_MISSORT),
        Meaning("delayed", "delayed", Event.HELD, Reason.CARRIER_DWELL, reason_from_text=True),
        Meaning("held", "held", Event.HELD, Reason.CARRIER_DWELL, reason_from_text=True),
        Meaning("weather_delay", "delayed by weather", Event.HELD, Reason.EXTERNAL_WEATHER),
        Meaning("refused", "refused", Event.DELIVERY_FAILED, Reason.CONSIGNEE_REFUSED),
        _trouble("delivery_exception", "delivery failed", Event.DELIVERY_FAILED),
        _trouble("failure", "not delivered", Event.DELIVERY_FAILED),
        _trouble("transit_exception", "trouble on the way", Event.EXCEPTION),
        Meaning("return", "goes back", Event.RETURNING, reason_from_text=True),
        Meaning("cancelled", "cancelled", Event.CANCELLED_INTERCEPTED),
        Meaning("expired", "no news for long", Event.STALE),
    )
)

MAPPING_VERSION = mapping_version("easypost", STATUSES, DETAILS, phrasebook=ENGLISH)
