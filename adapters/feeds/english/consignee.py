"""English wordings of deliveries that fail with the consignee: fees, refusal, address, nobody there, not collected."""

from adapters.feeds.english.clauses import ADDRESS_AT_FAULT, ADDRESS_WORDS, CONSIGNEE, FAILED, GAP
from adapters.feeds.wording import Wording
from schemas.tracking import Event, Reason

RECIPIENT = (
    Wording(
        f"(?:cod|cash on delivery|payment|charges|freight){GAP}{{0,16}}"
        "(?:not|unpaid|pending|outstanding|refused|required)"
        "|(?:held|waiting|awaiting) for (?:\\w+ )?payment|awaiting (?:\\w+ )?payment",
        Event.HELD,
        Reason.CONSIGNEE_FEE_UNPAID,
        "Held for payment by the customer",
        words=("cod", "cash on delivery", "payment", "charges", "freight"),
    ),
    Wording(
        f"refus|(?:rejected|declined) by (?:the )?{CONSIGNEE}|{CONSIGNEE} (?:has )?(?:rejected|declined)",
        Event.DELIVERY_FAILED,
        Reason.CONSIGNEE_REFUSED,
        "Delivery was refused",
        words=("refus", "rejected", "declined"),
    ),
    Wording(
        f"{FAILED}{GAP}{{0,40}}(?:{ADDRESS_AT_FAULT})|(?:{ADDRESS_AT_FAULT}){GAP}{{0,40}}{FAILED}",
        Event.DELIVERY_FAILED,
        Reason.SENDER_WRONG_ADDRESS,
        "Delivery failed, incomplete address",
        words=ADDRESS_WORDS,
    ),
    Wording(
        ADDRESS_AT_FAULT,
        Event.EXCEPTION,
        Reason.SENDER_WRONG_ADDRESS,
        "Address does not exist",
        words=ADDRESS_WORDS,
    ),
    Wording(
        f"{CONSIGNEE} (?:has |have )?moved|moved,? left no address|no longer at",
        Event.DELIVERY_FAILED,
        Reason.CONSIGNEE_MOVED,
        "The addressee has moved",
        words=("moved", "no longer at"),
    ),
    Wording(
        "(?:wrong|incorrect|invalid) (?:phone|telephone|contact|mobile)",
        Event.DELIVERY_FAILED,
        Reason.SENDER_WRONG_PHONE,
        "Invalid phone number on the label",
        words=("phone", "contact", "mobile"),
    ),
    Wording(
        "(?:unable to|could not|cannot) (?:be )?(?:contact|reach)"
        f"|{CONSIGNEE} (?:is |was )?(?:unreachable|not reachable)"
        "|no answer|did not answer|phone (?:is |was )?(?:off|unreachable)",
        Event.DELIVERY_FAILED,
        Reason.CONSIGNEE_UNREACHABLE,
        "Courier was unable to contact anybody",
        words=("contact", "reach", "answer", "phone"),
    ),
    Wording(
        f"reschedul|{CONSIGNEE} (?:has )?request(?:ed|s)|(?:requested|future) (?:future |later )?delivery"
        "|delivery postponed",
        Event.HELD,
        Reason.CONSIGNEE_RESCHEDULE,
        "The consignee requested another day",
        words=("reschedul", "request", "future", "postponed"),
    ),
    Wording(
        f"(?:business|office|company|shop|store|premises|warehouse|{CONSIGNEE}) (?:is |was |were )?closed"
        "|closed (?:on|for) ",
        Event.DELIVERY_FAILED,
        Reason.CONSIGNEE_CLOSED,
        "Business was closed on arrival",
        words=("closed",),
    ),
    Wording(
        f"(?:{CONSIGNEE}|nobody|no ?one|resident|occupant) (?:is |was )?"
        "(?:not (?:available|home|at home|present|in\\b|there)|absent|unavailable|away)"
        "|(?:nobody|no ?one) (?:is |was )?(?:at )?(?:home|there|available|to receive)"
        "|not at home|no (?:authori[sz]ed|suitable) (?:recipient|person)|no secure location|no access",
        Event.DELIVERY_FAILED,
        Reason.CONSIGNEE_ABSENT,
        "Nobody at home, a card was left",
        words=("not ", "absent", "unavailable", "away", "nobody", "no one", "noone", "no ", "no secure"),
    ),
    Wording(
        "(?:identity|id|age) (?:check|verification) (?:failed|unsuccessful|not passed)",
        Event.DELIVERY_FAILED,
        Reason.CONSIGNEE_ID_FAILED,
        "ID check failed at the door",
        words=("check", "verification"),
    ),
    Wording(
        "unclaimed|uncollected"
        f"|not (?:yet )?(?:collected|picked up|claimed) (?:by (?:the )?{CONSIGNEE}|in time|within)",
        Event.HELD,
        Reason.CONSIGNEE_UNCOLLECTED,
        "Parcel remained unclaimed",
        words=("unclaimed", "uncollected", "collected", "picked up", "claimed"),
    ),
)
