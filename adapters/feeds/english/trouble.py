"""English wordings of what went wrong: collection, return, the goods, outside causes, standstill.

A reason is given only where the text names it. What went right stands in progress, the rest in modules of its own.
"""

from adapters.feeds.english.clauses import (
    ADDRESS_AT_FAULT,
    ADDRESS_WORDS,
    CONSIGNEE,
    FAILED,
    FAILED_WORDS,
    GAP,
    GOODS,
    SENDER,
    SENDER_WORDS,
)
from adapters.feeds.wording import Wording
from schemas.tracking import Event, Reason


def _because_of(causes: str, event: Event, reason: Reason, example: str) -> Wording:
    pattern = (
        f"(?:due to|because of|caused by|affected by|delay|suspend|exception){GAP}{{0,40}}(?:{causes})"
        f"|(?:{causes}){GAP}{{0,20}}(?:delay|exception|interruption|closure)"
    )
    return Wording(pattern, event, reason, example, words=tuple(causes.split("|")))


BEFORE_COLLECTION = (
    Wording(
        "(?:pick-?up|collection)(?: attempt)? (?:failed|unsuccessful|not possible)|unable to (?:collect|pick up)",
        Event.PICKUP_FAILED,
        None,
        "Pickup attempt unsuccessful",
        words=("failed", "unsuccessful", "not possible", "unable to"),
    ),
    Wording(
        "(?:awaiting|waiting for|pending) (?:carrier )?(?:pick-?up|collection) by (?:the )?(?:carrier|courier|driver)"
        "|awaiting (?:the )?item|(?:not yet|yet to be) (?:received|in possession)"
        "|ready for (?:carrier|courier|dispatch)",
        Event.AWAITING_PICKUP,
        None,
        "Label printed, awaiting item",
        words=("awaiting", "waiting for", "pending", "not yet", "yet to be", "ready for"),
    ),
    Wording(
        "label (?:has been |was )?(?:created|printed|generated)|order (?:has been |was )?(?:created|placed|processed)"
        "|(?:shipment|shipping|order|electronic|parcel)(?: \\w+)? (?:information|info|data|notification)"
        "(?: has been| was)? (?:sent|received|submitted|transmitted)|pre-?advice|pre-?advised|info received",
        Event.ORDER_CREATED,
        None,
        "Shipping label has been created by the shop",
        words=("label", "order", "information", "info", "data", "notification", "advice", "advised"),
    ),
)

ON_THE_WAY_BACK = (
    Wording(
        f"refus{GAP}{{0,60}}return|return{GAP}{{0,60}}refus",
        Event.RETURNING,
        Reason.CONSIGNEE_REFUSED,
        "Refused by the customer, return to sender",
        words=("refus",),
    ),
    Wording(
        f"(?:{ADDRESS_AT_FAULT}){GAP}{{0,40}}return|return{GAP}{{0,40}}(?:{ADDRESS_AT_FAULT})",
        Event.RETURNING,
        Reason.SENDER_WRONG_ADDRESS,
        "No such street in this town, goes back: return to the shop",
        words=ADDRESS_WORDS,
    ),
    Wording(
        f"(?:unclaimed|uncollected|not collected){GAP}{{0,40}}return|return{GAP}{{0,40}}(?:unclaimed|uncollected)",
        Event.RETURNING,
        Reason.CONSIGNEE_UNCOLLECTED,
        "Unclaimed for two weeks - returned",
        words=("unclaimed", "collected"),
    ),
    Wording(
        "(?:will|to|being|must) (?:be )?return|returning|return (?:initiated|in progress|requested|process|shipment)"
        f"|return to (?:the )?(?:original )?{SENDER}|(?:on (?:its|the) )?way back to",
        Event.RETURNING,
        None,
        "The parcel is being returned",
        words=("return", "way back to"),
    ),
    Wording(
        f"returned (?:back )?to (?:the )?(?:original )?{SENDER}|return (?:has been |was )?(?:completed|delivered)"
        f"|delivered,? (?:back )?to (?:the )?(?:original )?{SENDER}",
        Event.RETURNED,
        None,
        "Delivered, to original sender",
        words=("returned", "return", *SENDER_WORDS),
    ),
    Wording(
        f"cancel(?:l?ed|lation) by (?:the )?{SENDER}|{SENDER}(?: has| requested)? cancel",
        Event.CANCELLED_INTERCEPTED,
        Reason.SENDER_CANCELLED,
        "Order cancelled by the merchant",
        words=("cancel",),
    ),
    Wording(
        "cancelled|canceled|voided|intercepted",
        Event.CANCELLED_INTERCEPTED,
        None,
        "The consignment was intercepted",
    ),
    Wording(
        "disposed of|destroyed|discarded|abandoned",
        Event.DISPOSED,
        None,
        "Parcel was disposed of",
    ),
)

GOODS_AT_FAULT = (
    Wording(
        f"{GOODS} (?:is |was |has been |reported |declared |may be )*(?:lost|stolen)|(?:lost|stolen) {GOODS}"
        "|declared lost|lost in transit",
        Event.EXCEPTION,
        Reason.CARRIER_LOST,
        "The parcel was lost on the way",
        words=("lost", "stolen"),
    ),
    Wording(
        "(?<!no )(?<!not )(?<!without )damage(?!-free)",
        Event.EXCEPTION,
        Reason.CARRIER_DAMAGED,
        "Packaging found damaged at the depot",
        words=("damage",),
    ),
    Wording(
        "missing (?:pieces?|contents?|articles?)|(?:pieces?|contents?) missing|shortage|short-?shipped"
        f"|{GOODS} incomplete",
        Event.EXCEPTION,
        Reason.CARRIER_SHORT,
        "One of the contents missing",
        words=("missing", "shortage", "shipped", "incomplete"),
    ),
    Wording(
        "mis-?sort|sorting error|sorted (?:incorrectly|wrongly|to the wrong)",
        Event.EXCEPTION,
        Reason.CARRIER_MISSORT,
        "Parcel was missorted",
        words=("sort",),
    ),
    Wording(
        "mis-?rout|mis-?sent|misdirect|wrong (?:facility|depot|hub|route|destination)|routed (?:incorrectly|wrongly)",
        Event.EXCEPTION,
        Reason.CARRIER_MISROUTE,
        "Sent to the wrong depot",
        words=("rout", "sent", "misdirect", "wrong"),
    ),
    Wording(
        "out(?:side)?(?: of)? (?:the |our )?(?:delivery |service )area|(?:not|non)[ -]service?able"
        "|no service (?:to|in) ",
        Event.EXCEPTION,
        Reason.CARRIER_OUT_OF_AREA,
        "Address lies outside the delivery area",
        words=("area", "serviceable", "servicable", "no service"),
    ),
)


CAUSES = (
    _because_of(
        "weather|storm|snow|typhoon|hurricane|flood", Event.HELD, Reason.EXTERNAL_WEATHER, "Delayed by heavy snow"
    ),
    _because_of(
        "earthquake|natural disaster|wildfire", Event.HELD, Reason.EXTERNAL_DISASTER, "Delay caused by a wildfire"
    ),
    _because_of("epidemic|pandemic|quarantine", Event.HELD, Reason.EXTERNAL_EPIDEMIC, "Suspended for the quarantine"),
    _because_of("traffic|road", Event.HELD, Reason.EXTERNAL_TRAFFIC, "Delay: road blocked"),
    _because_of("accident|collision", Event.HELD, Reason.CARRIER_ACCIDENT, "Delayed after an accident"),
    _because_of("vehicle|truck breakdown", Event.HELD, Reason.CARRIER_VEHICLE, "Delay because the vehicle broke down"),
    _because_of("mechanical|technical|equipment", Event.HELD, Reason.CARRIER_MECHANICAL, "Mechanical delay"),
    _because_of(
        "flight|aircraft|volume|capacity|backlog|peak season",
        Event.HELD,
        Reason.CARRIER_DELAY_CAPACITY,
        "Delayed by high volume",
    ),
    _because_of("security", Event.HELD, Reason.EXTERNAL_SECURITY, "Delay for a security screening"),
    Wording(
        "prohibited|dangerous goods|restricted (?:item|article|goods)",
        Event.HELD,
        Reason.SENDER_PROHIBITED,
        "Restricted goods found inside",
        words=("prohibited", "dangerous", "restricted"),
    ),
)

STUCK = (
    Wording(FAILED, Event.DELIVERY_FAILED, Reason.UNKNOWN, "Unsuccessful delivery", words=FAILED_WORDS),
    Wording(
        "(?:notice|card) (?:was )?left|left (?:a )?(?:notice|card)|second attempt"
        f"|{CONSIGNEE} notified of (?:the )?attempt",
        Event.DELIVERY_FAILED,
        Reason.UNKNOWN,
        "Card left at the address",
        words=("notice", "card", "attempt"),
    ),
    Wording(
        "(?:no|without) delay|problem resolved|issue resolved",
        Event.IN_TRANSIT,
        None,
        "Problem resolved, the item goes on",
        words=("delay", "resolved"),
    ),
    Wording(
        "delay|backlog",
        Event.HELD,
        Reason.CARRIER_DWELL,
        "The parcel is delayed",
    ),
    Wording(
        "(?:transferred|handed(?: over)?|tendered|passed|given) to (?:\\w+ ){0,3}"
        "(?:carrier|partner|agent|postal service|third party|post\\b)",
        Event.TRANSFERRED_CARRIER,
        None,
        "Handed over to the local delivery partner",
        words=("carrier", "partner", "agent", "postal service", "third party", "post"),
    ),
    Wording(
        "forwarded|redirected|re-?addressed|rerouted",
        Event.FORWARDED,
        None,
        "Redirected to another address",
        words=("forwarded", "redirected", "addressed", "rerouted"),
    ),
    Wording(
        "exception|irregular|abnormal|problem|investigat",
        Event.EXCEPTION,
        Reason.UNKNOWN,
        "Shipment exception",
    ),
)
