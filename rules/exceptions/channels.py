"""By what a customer is contacted, and by what next when that fails (R113).

Young people want a text message with the pick-up code, old people a call and, when they do not answer, a voice message.
Where a carrier wants it otherwise, this table is the place. What is said: the playbooks' texts. When people may be
disturbed: the quiet hours.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.channels import MESSAGES, Channel, ContactAttempt, Contacted, ContactEnded, NextContact, Segment


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a chain: a channel, how often it is tried, and how long after the attempt before."""

    channel: Channel
    tries: int = 1
    after: timedelta = timedelta(0)
    pickup_code: bool = False


_C = Channel
_QUARTER, _HOUR, _HALF_DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(hours=12)

CHAINS: dict[Segment, tuple[Link, ...]] = {
    Segment.STANDARD: (
        Link(_C.SMS, pickup_code=True), Link(_C.VOICE_CALL, tries=2, after=_HOUR), Link(_C.VOICE_MESSAGE),
        Link(_C.EMAIL, after=_HOUR),
    ),
    Segment.YOUNG: (
        Link(_C.SMS, pickup_code=True), Link(_C.APP, after=_HOUR, pickup_code=True), Link(_C.VOICE_CALL, after=_HOUR),
        Link(_C.VOICE_MESSAGE),
    ),
    Segment.ELDERLY: (
        Link(_C.VOICE_CALL, tries=2, after=_QUARTER), Link(_C.VOICE_MESSAGE), Link(_C.SMS, after=_HOUR),
    ),
    Segment.BUSINESS: (
        Link(_C.VOICE_CALL), Link(_C.EMAIL), Link(_C.VOICE_CALL, tries=2, after=_HOUR), Link(_C.SMS, after=_HOUR),
    ),
    Segment.OVERSEAS: (
        Link(_C.EMAIL), Link(_C.APP, after=_HALF_DAY), Link(_C.SMS, after=_HALF_DAY),
    ),
}  # fmt: skip
"""The chain of each segment, in order. A link without a wait follows the attempt before at once."""

if unserved := set(Segment) - set(CHAINS):
    raise ValueError(f"no chain is declared for {sorted(unserved)}")


CALL_WITHIN = timedelta(hours=1)
"""How long whoever is asked to call has for it; what nobody tells of by then counts as tried, for the chain alone."""
BY_PHONE = frozenset({Channel.SMS, Channel.VOICE_CALL, Channel.VOICE_MESSAGE})
"""The channels that a phone number is enough for. Neither e-mail addresses nor accounts of the app are on file yet."""
_PICKUP_CODE = re.compile(r"取件码\s*(?:为|是)?\s*[:：]?\s*[【\[]?\s*([0-9A-Za-z-]{3,16})")


def available_channels(*, phone: str) -> frozenset[Channel]:
    """Say by which channels a customer can be reached, by what is on file of him."""
    return BY_PHONE if phone else frozenset()


def written_channel(segment: Segment, *, available: Collection[Channel] = BY_PHONE) -> Channel | None:
    """Give the first channel of the segment's chain that waits for its reader: what is not urgent goes by it."""
    return next((link.channel for link in CHAINS[segment] if link.channel in MESSAGES & set(available)), None)


def next_channel(
    segment: Segment, *, attempts: Iterable[ContactAttempt], available: Collection[Channel] = frozenset(Channel)
) -> NextContact | ContactEnded:
    """Say what to try next after these attempts, or why nothing is.

    `available` are the channels for which the customer has a number or an address. A channel that turned out to be
    undeliverable is not tried again; an attempt outside the chain changes nothing unless it reached him.
    """
    made = list(attempts)
    if any(attempt.outcome is Contacted.REACHED for attempt in made):
        return ContactEnded.REACHED
    usable = set(available) - dead_channels(made)
    tried = Counter(attempt.channel for attempt in made)
    for link in CHAINS[segment]:
        if link.channel not in usable:
            continue
        for _ in range(link.tries):
            if tried[link.channel]:
                tried[link.channel] -= 1
                continue
            after = link.after if made else timedelta(0)
            return NextContact(channel=link.channel, after=after, pickup_code=link.pickup_code)
    return ContactEnded.EXHAUSTED


def dead_channels(attempts: Iterable[ContactAttempt]) -> frozenset[Channel]:
    """Give the channels that take nothing."""
    return frozenset(attempt.channel for attempt in attempts if attempt.outcome is Contacted.UNDELIVERABLE)


def last_tried_at(attempts: Sequence[ContactAttempt]) -> datetime:
    """Say from when on the wait for the next attempt counts; whoever was asked to call has his time first."""
    return max(
        attempt.at + (CALL_WITHIN if attempt.outcome is Contacted.UNDER_WAY else timedelta(0)) for attempt in attempts
    )


def pickup_code_in(text: str) -> str:
    """Find the code with which a parcel can be fetched in a carrier's words; empty where there is none."""
    found = _PICKUP_CODE.search(text)
    return found[1] if found else ""
