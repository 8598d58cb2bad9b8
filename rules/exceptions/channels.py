"""By what a customer is contacted, and by what next when that fails (R113).

Young people want a text message with the pick-up code, old people a call and, when they do not answer, a voice message.
Where a carrier wants it otherwise, this table is the place. What is said: the playbooks' texts. When people may be
disturbed: the quiet hours.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta

from schemas.channels import Channel, ContactAttempt, Contacted, ContactEnded, NextContact, Segment


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


def next_channel(
    segment: Segment, *, attempts: Iterable[ContactAttempt], available: Collection[Channel] = frozenset(Channel)
) -> NextContact | ContactEnded:
    """Say what to try next after these attempts, or why nothing is.

    `available` are the channels for which the customer has a number or an address. A channel that turned out to be
    undeliverable is not tried again; an attempt outside the chain changes nothing unless it reached him.
    """
    made = sorted(attempts, key=lambda attempt: attempt.at)
    if any(attempt.outcome is Contacted.REACHED for attempt in made):
        return ContactEnded.REACHED
    dead = {attempt.channel for attempt in made if attempt.outcome is Contacted.UNDELIVERABLE}
    left = [attempt.channel for attempt in made if attempt.channel not in dead]
    for link in CHAINS[segment]:
        if link.channel in dead or link.channel not in available:
            continue
        for _ in range(link.tries):
            if link.channel in left:
                left.remove(link.channel)
                continue
            after = link.after if made else timedelta(0)
            return NextContact(channel=link.channel, after=after, pickup_code=link.pickup_code)
    return ContactEnded.EXHAUSTED
