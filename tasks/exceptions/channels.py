"""By which channel what is said to a customer goes out, and the note of each try that waits for his answer (R113).

Belongs here: what becomes of a letter on its way into the outbox. Does not belong here: whose turn it is
(`tasks.exceptions.contacting`).
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from adapters.notices.client import makes_calls
from rules.exceptions.channels import (
    CALL_WITHIN,
    available_channels,
    next_channel,
    pickup_code_in,
    written_channel,
)  # fmt: skip
from rules.exceptions.contact_wording import call_task, outlet_may_call, with_pickup_code
from rules.exceptions.contacting import waits_for_customer
from schemas.channels import Channel, ContactAttempt, Contacted, NextContact, Segment
from schemas.exceptions import ExceptionCase, ExceptionType
from schemas.tracking import Event
from store import contacts
from store.contacts import BegunAttempt
from store.outbox import Letter
from store.tracking import events
from store.unit_of_work import Connection
from tasks.exceptions.letters import MANAGER
from tasks.preferences.declaring import contact_profiles
from tasks.settings import business_settings

BY_REDRESS = "redress"
CUSTOMER = "customer"
TO_BE_FETCHED = frozenset({ExceptionType.UNCOLLECTED, ExceptionType.UNAUTHORISED_LOCKER})
"""What is wrong with parcels that wait at a pick-up point."""


class Try(NamedTuple):
    """A letter to the customer of a case, and by what it is to go; noted are those that wait for his answer."""

    case: ExceptionCase
    letter: Letter
    contact: NextContact
    noted: bool = True


def segments_of(connection: Connection, cases: Collection[ExceptionCase]) -> dict[str, Segment]:
    """Say of each case to which segment its customer belongs, in one query; of whom nobody knows it is the standard."""
    profiles = contact_profiles(connection, {case.consignee_phone for case in cases})
    return {case.case_no: profiles[case.consignee_phone].segment or Segment.STANDARD for case in cases}


def addressed(connection: Connection, letters: Iterable[tuple[ExceptionCase, Letter]]) -> list[Letter]:
    """Give every letter to a customer its channel, and leave the others as they are; one query reads the segments.

    The first about a case that asks him something goes by the first channel of his segment's chain, which goes on
    until he is reached. Everything else is written.
    """
    told = list(letters)
    theirs = [case for case, letter in told if letter.payload.get("audience") == CUSTOMER]
    if not theirs:
        return [letter for _, letter in told]
    segments = segments_of(connection, theirs)
    tries = [
        _first_try(case, letter, segments[case.case_no])
        for case, letter in told
        if letter.payload.get("audience") == CUSTOMER
    ]
    others = [letter for _, letter in told if letter.payload.get("audience") != CUSTOMER]
    return [*others, *going_out(connection, tries)]


def _first_try(case: ExceptionCase, letter: Letter, segment: Segment) -> Try:
    available = available_channels(phone=case.consignee_phone)
    first = next_channel(segment, attempts=(), available=available)
    if case.customer_told_at is None and waits_for_customer(case) and isinstance(first, NextContact):
        return Try(case, letter, first)
    written = written_channel(segment, available=available) or Channel.SMS
    return Try(case, letter, NextContact(channel=written), noted=False)


def going_out(connection: Connection, tries: Sequence[Try]) -> list[Letter]:
    """Give the letters of these tries as they go out, and note those that are noted.

    Where nothing makes calls, a call becomes the task of a person: the outlet's, or customer service's.
    """
    codes = _pickup_codes(connection, tries)
    by_machine = any(item.contact.channel is Channel.VOICE_CALL for item in tries) and makes_calls()
    letters = [
        _as_call_task(item.case, item.letter)
        if item.contact.channel is Channel.VOICE_CALL and not by_machine
        else _by_channel(item, code=codes.get(item.case.waybill, ""))
        for item in tries
    ]
    contacts.begin(
        connection,
        [
            BegunAttempt(item.case.case_no, letter.key, _begun(item, letter))
            for item, letter in zip(tries, letters, strict=True)
            if item.noted
        ],
    )
    return letters


def _begun(item: Try, letter: Letter) -> ContactAttempt:
    return ContactAttempt(
        channel=item.contact.channel,
        at=letter.not_before,
        outcome=Contacted.UNDER_WAY,
        by=BY_REDRESS,
        purpose=letter.payload["purpose"],
    )


def _pickup_codes(connection: Connection, tries: Sequence[Try]) -> dict[str, str]:
    """Find the codes of parcels that wait at a pick-up point, in the words of the newest scan that tells one."""
    waybills = {item.case.waybill for item in tries if item.contact.pickup_code and item.case.type in TO_BE_FETCHED}
    if not waybills:
        return {}
    told = events.told_of(connection, waybills, of=[Event.AT_PICKUP_POINT])
    return {
        waybill: code
        for waybill, scans in told.items()
        for scan in sorted(scans, key=lambda scan: scan.occurred_at)
        if (code := pickup_code_in(scan.raw_text))
    }


def _by_channel(item: Try, *, code: str) -> Letter:
    letter = item.letter
    body = with_pickup_code(letter.payload["body"], code, business_settings().language)
    payload = {**letter.payload, "body": body, "channel": item.contact.channel.value, "is_attempt": item.noted}
    return letter._replace(payload=payload)


def _as_call_task(case: ExceptionCase, letter: Letter) -> Letter:
    to = case.outlet if case.outlet and outlet_may_call(case) else MANAGER
    by = letter.not_before + CALL_WITHIN
    message = call_task(case, body=letter.payload["body"], by=by, zone=business_settings().zone)
    payload = {
        "audience": "department",
        "purpose": letter.payload["purpose"],
        "to": to,
        "shown_to": to,
        "channel": Channel.VOICE_CALL.value,
        **message.model_dump(),
    }
    return letter._replace(payload=payload)
