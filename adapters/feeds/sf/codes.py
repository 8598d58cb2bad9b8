"""SF Express's route operation codes and what they mean. No reading of payloads here.

SF hands its full list to customers only. Mapped are the codes seen in payloads (DOMAIN 4.3) and those of SF's list
that several public connectors give the same plain meaning. Left unmapped on purpose, so that they are flagged: 648
(returned or forwarded, in one sentence), 607 and 98 (an agent's doing), 34, 833 and 126 (in or out of a store, which
way differs), 870 (an irregular delivery), 135 (a note), and all that were seen in no connector.

30 is the loading with its destination and 36 the departure; both say that the place has let go of the parcel. 44 meant
"out for delivery" until it came to mean that a courier is being chosen: the parcel is at the last outlet on the
delivery day either way. 8000 says that the signature can be seen: it is no second delivery (translate says how).
"""

from adapters.feeds.chinese import CHINESE
from adapters.feeds.meanings import HOW_DELIVERED, Meaning, code_table, mapping_version
from schemas.tracking import Event, Reason

SIGNED = "80"
SIGNATURE_NOTE = "8000"


def _failed(code: str, name: str) -> Meaning:
    return Meaning(code, name, Event.DELIVERY_FAILED, Reason.UNKNOWN, reason_from_text=True)


CODES = code_table(
    (
        Meaning("50", "collected", Event.PICKED_UP),
        Meaning("54", "collected at the door", Event.PICKED_UP),
        Meaning("43", "collected item taken into the outlet", Event.PICKED_UP),
        Meaning("129", "collected from a locker", Event.PICKED_UP),
        Meaning("655", "accepted by a partner shop", Event.PICKED_UP),
        Meaning("700", "collected, with a photo", Event.PICKED_UP),
        Meaning("701", "several pieces collected, with a photo", Event.PICKED_UP),
        Meaning("950", "collected, quick entry", Event.PICKED_UP),
        Meaning("131", "not collected from the locker", Event.PICKUP_FAILED),
        Meaning("30", "sorted and loaded", Event.DEPARTED_HUB),
        Meaning("3036", "loaded for the next place", Event.DEPARTED_HUB),
        Meaning("36", "vehicle left", Event.DEPARTED_HUB),
        Meaning("10", "vehicle left", Event.DEPARTED_HUB),
        Meaning("302", "vehicle left", Event.DEPARTED_HUB),
        Meaning("304", "left a stop on the way", Event.DEPARTED_HUB),
        Meaning("105", "aircraft left", Event.DEPARTED_HUB),
        Meaning("405", "ship left", Event.DEPARTED_HUB),
        Meaning("570", "train left", Event.DEPARTED_HUB),
        Meaning("31", "arrived", Event.ARRIVED_HUB),
        Meaning("3137", "arrived", Event.ARRIVED_HUB),
        Meaning("11", "vehicle arrived", Event.ARRIVED_HUB),
        Meaning("106", "aircraft landed", Event.ARRIVED_HUB),
        Meaning("406", "ship arrived", Event.ARRIVED_HUB),
        Meaning("571", "train arrived", Event.ARRIVED_HUB),
        Meaning("407", "left the collecting point", Event.IN_TRANSIT),
        Meaning("501", "in transit", Event.IN_TRANSIT),
        Meaning("66", "held in transit, a whole lot", Event.HELD, Reason.CARRIER_DWELL),
        Meaning("77", "held in transit", Event.HELD, Reason.CARRIER_DWELL),
        Meaning("604", "in customs clearance", Event.CUSTOMS_PENDING),
        Meaning("16", "waits for a formal declaration", Event.CUSTOMS_PENDING),
        Meaning("15", "inspected by customs", Event.CUSTOMS_HELD, Reason.CUSTOMS_INSPECTION),
        Meaning("17", "waits for inspection by customs", Event.CUSTOMS_HELD, Reason.CUSTOMS_INSPECTION),
        Meaning("18", "seized by customs", Event.CUSTOMS_HELD, Reason.UNKNOWN, reason_from_text=True),
        Meaning("614", "clearance delayed", Event.CUSTOMS_HELD, Reason.CUSTOMS_DELAY),
        Meaning("14", "released by customs", Event.CUSTOMS_RELEASED),
        Meaning("606", "cleared", Event.CUSTOMS_RELEASED),
        Meaning("44", "courier chosen or on the way", Event.OUT_FOR_DELIVERY),
        Meaning("204", "handed to the courier", Event.OUT_FOR_DELIVERY),
        Meaning("123", "on the way to a shop", Event.OUT_FOR_DELIVERY),
        Meaning("880", "courier on the way", Event.OUT_FOR_DELIVERY),
        Meaning("125", "put into a locker", Event.AT_PICKUP_POINT),
        Meaning("130", "arrived at a shop", Event.AT_PICKUP_POINT),
        Meaning("678", "arrived at a pick-up station", Event.AT_PICKUP_POINT),
        _failed("70", "delivery failed"),
        _failed("33", "delivery failed, with the reason"),
        Meaning(SIGNED, "signed", Event.DELIVERED, refined_by=HOW_DELIVERED),
        Meaning(SIGNATURE_NOTE, "signature can be seen", Event.DELIVERED),
        Meaning("128", "taken from a locker by the consignee", Event.DELIVERED_PICKUP_POINT),
        Meaning("679", "handed over by a pick-up station", Event.DELIVERED_PICKUP_POINT),
        Meaning("72", "marked as irregular", Event.EXCEPTION, Reason.UNKNOWN, reason_from_text=True),
        Meaning("99", "forwarded on request", Event.FORWARDED),
        Meaning("626", "handed to another carrier for delivery", Event.TRANSFERRED_CARRIER),
        Meaning("627", "handed to another carrier at origin", Event.TRANSFERRED_CARRIER),
        Meaning("631", "goes back under a new waybill", Event.RETURNING),
    )
)

MAPPING_VERSION = mapping_version("sf", CODES, phrasebook=CHINESE)
