"""Whose turn it is to hear from us, and by what: the chain of channels (R113), and the law about the unreachable.

By what a segment is contacted: channels.py. When a consignee counts as unreachable: unreachable.py. Who tries it:
tasks/exceptions/contacting.py; what is said: contact_wording.py.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from rules.exceptions.channels import (
    available_channels,
    dead_channels,
    last_tried_at,
    next_channel,
    written_channel,
)  # fmt: skip
from rules.exceptions.unreachable import UNREACHABLE_PACK, unreachable
from rules.exceptions.wording import ASKED
from schemas.channels import MESSAGES, ContactAttempt, Contacted, NextContact, Segment
from schemas.exceptions import ExceptionCase, ExceptionType, Measure, State


class Turn(NamedTuple):
    """What is to be done next about reaching a customer, and from when on."""

    at: datetime
    contact: NextContact | None = None  # None: the consignee counts as unreachable then, and the sender decides


def waits_for_customer(case: ExceptionCase) -> bool:
    """Say whether a case needs a word of its customer: its text asks him something, and he has not spoken yet."""
    return case.is_open and case.type in ASKED and not case.objections


def next_turn(
    case: ExceptionCase, attempts: Sequence[ContactAttempt], *, segment: Segment, now: datetime
) -> Turn | None:
    """Say what is next for the customer of a case whom somebody has tried to reach; None when nothing is.

    Raises:
        NoSuchRule: it is before the time of the rule about the unreachable.
    """
    if not attempts or not waits_for_customer(case):
        return None
    turns = [*_of_chain(case, attempts, segment)]
    if case.type is ExceptionType.UNREACHABLE:
        turns += _of_procedure(case, attempts, segment, now)
    return min(turns, key=lambda turn: turn.at, default=None)


def _of_chain(case: ExceptionCase, attempts: Sequence[ContactAttempt], segment: Segment) -> Iterator[Turn]:
    available = available_channels(phone=case.consignee_phone)
    contact = next_channel(segment, attempts=attempts, available=available)
    if isinstance(contact, NextContact):
        yield Turn(last_tried_at(attempts) + contact.after, contact)


def _of_procedure(
    case: ExceptionCase, attempts: Sequence[ContactAttempt], segment: Segment, now: datetime
) -> Iterator[Turn]:
    """Give the second message, eight hours after the first, and the end of the silence after it."""
    found = unreachable(attempts, now=now)
    usable = available_channels(phone=case.consignee_phone) - dead_channels(attempts)
    channel = written_channel(segment, available=usable)
    if found.next_message_from is not None and channel is not None:
        yield Turn(_message_from(attempts, found.next_message_from, now), NextContact(channel=channel))
    if found.undeliverable_from is not None and may_go_back(case):
        yield Turn(found.undeliverable_from)


def _message_from(attempts: Sequence[ContactAttempt], second_from: datetime, now: datetime) -> datetime:
    """Put a message off as long as one may still arrive: what is under way counts as sent for so long."""
    apart = UNREACHABLE_PACK.pick("messages_apart", on=now.date()).hours
    waiting = [
        attempt.at + apart
        for attempt in attempts
        if attempt.outcome is Contacted.UNDER_WAY and attempt.channel in MESSAGES
    ]
    return max([second_from, *waiting])


def may_go_back(case: ExceptionCase) -> bool:
    """Say whether the sender's way is still to be proposed: nobody has planned it, and no person has the case."""
    planned = case.plan is not None and Measure.RETURN_TO_SENDER in case.plan.measures
    return not planned and case.state is not State.NEEDS_OPERATOR
