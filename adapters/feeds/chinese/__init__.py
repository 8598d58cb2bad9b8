"""How Chinese carriers word what happened to a parcel: the book that reads texts without a code or with a coarse one.

The rows are about the language, not about one provider, so every provider of Chinese texts shares them. Order is
meaning here: what failed, came back or went wrong stands above what was delivered, and that above what moved, because
"未妥投" contains "妥投" and a departure may name the place it arrives at.
"""

from adapters.feeds.chinese.boilerplate import essential
from adapters.feeds.chinese.progress import DELIVERED, LAST_MILE, MOVED
from adapters.feeds.chinese.trouble import BEFORE_COLLECTION, CAUSES, CONSIGNEE, GOODS_AT_FAULT, ON_THE_WAY_BACK, STUCK
from adapters.feeds.wording import Phrasebook

CHINESE = Phrasebook(
    (
        *BEFORE_COLLECTION,
        *ON_THE_WAY_BACK,
        *GOODS_AT_FAULT,
        *CONSIGNEE,
        *CAUSES,
        *STUCK,
        *DELIVERED,
        *LAST_MILE,
        *MOVED,
    ),
    essential=essential,
)
