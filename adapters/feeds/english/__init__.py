"""How carriers word in English what happened to a parcel: the book for texts without a code or with a coarse one.

Texts are read in lower case. As in the Chinese book order is meaning: what failed, came back or went wrong stands
above what was delivered, and that above what moved, because "not delivered" contains "delivered" and "returned after
arrival" names an arrival.
"""

from adapters.feeds.english.boilerplate import essential
from adapters.feeds.english.consignee import RECIPIENT
from adapters.feeds.english.customs import AT_CUSTOMS
from adapters.feeds.english.progress import DELIVERED, LAST_MILE, MOVED
from adapters.feeds.english.trouble import BEFORE_COLLECTION, CAUSES, GOODS_AT_FAULT, ON_THE_WAY_BACK, STUCK
from adapters.feeds.wording import Phrasebook

ENGLISH = Phrasebook(
    (
        *BEFORE_COLLECTION,
        *ON_THE_WAY_BACK,
        *GOODS_AT_FAULT,
        *AT_CUSTOMS,
        *RECIPIENT,
        *CAUSES,
        *STUCK,
        *DELIVERED,
        *LAST_MILE,
        *MOVED,
    ),
    essential=essential,
)
