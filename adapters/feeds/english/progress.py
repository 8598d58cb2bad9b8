"""English wordings of a parcel's way when nothing went wrong: collected, moved, out for delivery, handed over.

What waits at a pick-up point is not delivered, whatever verb is used for bringing it there: hence the order.
"""

from adapters.feeds.english.clauses import CONSIGNEE, GAP, GOODS, POINT, POINT_WORDS
from adapters.feeds.wording import Wording
from schemas.tracking import Event

DELIVERED = (
    Wording(
        f"(?:collected|picked up|retrieved) (?:by (?:the )?{CONSIGNEE}|from (?:the )?(?:\\w+ )?(?:{POINT}|post office))"
        f"|{CONSIGNEE} (?:has )?(?:collected|picked up)",
        Event.DELIVERED_PICKUP_POINT,
        None,
        "Picked up by the customer",
        words=("collected", "picked up", "retrieved"),
    ),
    Wording(
        "(?:ready|available|held|waiting) for (?:\\w+ )?(?:pick-?up|collection)"
        "|(?:ready|available) to (?:be )?(?:collect|pick)"
        f"|(?:delivered|arrived|held|left|dropped off|stored) (?:to|at|in) (?:the |a )?(?:\\w+ )?{POINT}"
        "|awaiting (?:collection|pick-?up)",
        Event.AT_PICKUP_POINT,
        None,
        "The item is available for pickup",
        words=("pickup", "pick-up", "collection", "to collect", "to be collect", "to pick", "to be pick", *POINT_WORDS),
    ),
    Wording(
        f"(?:delivered|signed|left|received|accepted|handed){GAP}{{0,24}}"
        "(?:neighbou?r|reception|front desk|mail ?room|concierge|doorman|porter|household|family member)",
        Event.DELIVERED_PROXY,
        None,
        "Left with a neighbour",
        words=(
            *("neighbo", "reception", "front desk", "mailroom", "mail room", "concierge", "doorman", "porter"),
            *("household", "family member"),
        ),
    ),
    Wording(
        "\\bdelivered|delivery (?:was )?(?:successful|completed|made)|successful delivery|proof of delivery"
        f"|signed (?:for )?by|left (?:at|in|by) (?:the )?(?:front |back |side )?(?:door|porch|mailbox|garage|letterbox)"
        f"|handed to (?:the )?{CONSIGNEE}",
        Event.DELIVERED,
        None,
        "Delivered, signed for by the recipient",
        words=("delivered", "delivery", "signed", "left", "handed to"),
    ),
    Wording("^final delivery\\W*$", Event.DELIVERED, None, "Final delivery", words=("final delivery",)),
)

LAST_MILE = (
    Wording(
        "out for (?:\\w+ )?delivery|out-for-delivery|(?:vehicle|van|truck) for delivery"
        "|with (?:the )?(?:delivery )?(?:courier|driver)|loaded (?:on|for|onto) (?:\\w+ )?delivery"
        "|(?:delivery|courier|driver) (?:is )?(?:in progress|on (?:the|its|his|her) way)",
        Event.OUT_FOR_DELIVERY,
        None,
        "On the van for delivery",
        words=("delivery", "courier", "driver"),
    ),
    Wording(
        f"(?:arriv|receiv|\\bat ){GAP}{{0,24}}(?:local|delivery) (?:\\w+ )?"
        "(?:post office|depot|facility|office|station|unit|branch|cent(?:er|re))",
        Event.ARRIVED_OUTLET,
        None,
        "Arrived at the local depot",
        words=("local", "delivery"),
    ),
)

MOVED = (
    Wording(
        "picked up|pick-?up (?:scan|completed|successful|done)|collected|\\baccept(?:ed|ance)|origin (?:scan|post)"
        f"|{GOODS}(?: has been| was)? received by (?:\\w+ )?(?:carrier|courier|line-?haul)"
        "|posted at|posting|lodged",
        Event.PICKED_UP,
        None,
        "Collected from the warehouse of the shop",
        words=(
            *("picked up", "pickup", "pick-up", "collected", "accept", "origin", "received by"),
            *("posted at", "posting", "lodged"),
        ),
    ),
    Wording(
        "depart|dispatched|despatched|leaving|\\bleft (?:the |from )?|took off|airborne|en route to"
        "|shipped (?:out|from)|loaded (?:on|onto|into)|outbound|handed over to (?:the )?airline",
        Event.DEPARTED_HUB,
        None,
        "Departed from the sorting centre",
        words=(
            *("depart", "dispatched", "despatched", "leaving", "left ", "took off", "airborne", "en route to"),
            *("shipped", "loaded", "outbound", "airline"),
        ),
    ),
    Wording(
        "arriv|landed|inbound|unloaded|reached|received (?:at|in)"
        f"|\\bat {GAP}{{0,24}}(?:facility|hub|depot|cent(?:er|re)|airport)",
        Event.ARRIVED_HUB,
        None,
        "Arrived in the destination country",
        words=("arriv", "landed", "inbound", "unloaded", "reached", "received", "at "),
    ),
    Wording("^d[ei]spatch\\b", Event.DEPARTED_HUB, None, "Despatch from the office of origin", words=("spatch",)),
    Wording(
        "on (?:the|its) way|process|sort|(?<!before )(?<!pre-)transit|moving|scan|handled|line-?haul|transport"
        "|export|import",
        Event.IN_TRANSIT,
        None,
        "In transit to the next place",
        words=(
            *("transit", "on the way", "on its way", "process", "sort", "moving", "scan", "handled", "haul"),
            *("transport", "export", "import"),
        ),
    ),
    Wording("airline received|received by airline", Event.IN_TRANSIT, None, "Airline received"),
)
