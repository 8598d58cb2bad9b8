"""ZTO's scan types and what they mean. No reading of payloads here.

Sources: FORMATS 5, and ZTO's own list of eleven types as several public connectors repeat it. Of these only 问题件 was
seen in a payload. ARRIVAL and SIGNED are the parcel going into and out of a third party's station or locker. 退件 is
said of a parcel that goes back and of one that goes to a new address: where ZTO tells the kind of return (3 and 6 are
changes of address; one connector's copy of the list, not verified), the kind is part of the code, else the text tells.

Left unmapped, so that they are flagged: 转单, 安检, DELIVERY and DEPARTURE, and the numbers that parcels have after
they changed carriers, each seen in one second-hand list only.
"""

from adapters.feeds.chinese import CHINESE
from adapters.feeds.meanings import HOW_DELIVERED, TROUBLE, Meaning, code_table, mapping_version
from schemas.tracking import Event, Reason

_TROUBLE = TROUBLE | {Event.FORWARDED}

SIGNATURE = "签收"
RETURN = "退件"
CHANGES_OF_ADDRESS = ("3", "6")


def kind_of_return(kind: str) -> str:
    """Give the code of a return of that kind; of one whose kind says no more, the plain code."""
    return f"{RETURN}/{kind}" if kind in CHANGES_OF_ADDRESS else RETURN


CODES = code_table(
    (
        Meaning("收件", "collected", Event.PICKED_UP),
        Meaning("发件", "left", Event.DEPARTED_HUB),
        Meaning("到件", "arrived", Event.ARRIVED_HUB),
        Meaning("派件", "out for delivery", Event.OUT_FOR_DELIVERY),
        Meaning(SIGNATURE, "signed", Event.DELIVERED, refined_by=HOW_DELIVERED),
        Meaning(
            "第三方签收",
            "signed by a third party",
            Event.DELIVERED_PROXY,
            refined_by=frozenset({Event.AT_PICKUP_POINT, Event.DELIVERED_PICKUP_POINT}),
        ),
        Meaning("ARRIVAL", "put into a station or locker", Event.AT_PICKUP_POINT),
        Meaning("SIGNED", "taken out of a station or locker", Event.DELIVERED_PICKUP_POINT),
        Meaning("问题件", "problem", Event.EXCEPTION, Reason.UNKNOWN, refined_by=_TROUBLE, reason_from_text=True),
        Meaning(
            RETURN,
            "goes back, or to a new address",
            Event.RETURNING,
            refined_by=frozenset({Event.FORWARDED, Event.RETURNED}),
            reason_from_text=True,
        ),
        *(Meaning(kind_of_return(kind), "goes to a new address", Event.FORWARDED) for kind in CHANGES_OF_ADDRESS),
        Meaning("退件签收", "returned parcel signed", Event.RETURNED),
    )
)

MAPPING_VERSION = mapping_version("zto", CODES, phrasebook=CHINESE)
