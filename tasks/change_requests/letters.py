"""What change requests put into the outbox: the code, the work order, and notices to everybody concerned."""

from collections.abc import Iterable
from datetime import datetime

from rules.change_requests import wording
from rules.exceptions.wording import Message
from rules.phones import normalised_phone
from rules.privacy import mask_phone
from schemas.change_requests import Asker, ChangeField, ChangeRequest, Route
from store.keyed import seal
from store.outbox import Kind, Letter
from tasks.exceptions.letters import MANAGER, RESPONSIBLE, department_message


def code_letter(request: ChangeRequest, *, to: str, code: str, now: datetime) -> Letter:
    """Send the code to the phone on file, at any hour: somebody waits for it. It lies sealed until it is sent."""
    message = wording.code_notice(request)
    payload = {**_addressed(to, "code"), **message.model_dump(), "sealed": seal(code)}
    return Letter(Kind.CODE, f"{request.number}:code", request.number, payload, now)


def order_letter(request: ChangeRequest, *, now: datetime) -> Letter:
    """Order the change from the carrier's desk, which delivers by it and reads it in full."""
    payload = {
        "case_no": request.number,
        "waybill": request.parcel.waybill,
        "carrier": request.parcel.carrier,
        "outlet": request.parcel.outlet,
        "measure": wording.MEASURE[Route(request.route)],
        "instruction": wording.instruction(request),
    }
    return Letter(Kind.WORK_ORDER, f"{request.number}:change", request.number, payload, now)


def outlet_letter(request: ChangeRequest, *, now: datetime) -> Letter:
    """Ask the outlet to reach the courier."""
    return department_message(
        request.number,
        wording.outlet_notice(request),
        key=f"{request.number}:outlet",
        purpose="change_outlet",
        to=request.parcel.outlet or RESPONSIBLE,
        now=now,
    )


def supervisor_letter(request: ChangeRequest, *, now: datetime) -> Letter:
    """Ask the supervisors to decide."""
    message = wording.supervisor_notice(request)
    key = f"{request.number}:approval"
    return department_message(request.number, message, key=key, purpose="change_approval", to=MANAGER, now=now)


def phones_on_file(request: ChangeRequest) -> tuple[str, ...]:
    """Give whom a change concerns who is on file: the consignee as he was, and the sender."""
    return (request.old[ChangeField.CONSIGNEE_PHONE], request.parcel.sender_phone)


def phones_old_and_new(request: ChangeRequest) -> tuple[str, ...]:
    """Give everybody whom a change concerns: the new phone as well."""
    new = request.new.get(ChangeField.CONSIGNEE_PHONE)
    return (*phones_on_file(request), *([new] if new else []))


def asker_phone(request: ChangeRequest) -> str:
    """Give the number on file of whoever asks."""
    if request.asked_by is Asker.SENDER:
        return request.parcel.sender_phone
    return request.old[ChangeField.CONSIGNEE_PHONE]


def customer_letters(
    request: ChangeRequest, message: Message, *, to: Iterable[str], purpose: str, not_before: datetime
) -> list[Letter]:
    """Write to each of these phones once, however its number is spelled."""
    phones = {number: phone for phone in to if (number := normalised_phone(phone))}
    return [
        Letter(
            Kind.NOTICE,
            f"{request.number}:{purpose}:{place}",
            request.number,
            {**_addressed(phone, purpose), **message.model_dump()},
            not_before,
        )
        for place, phone in enumerate(phones.values())
    ]


def _addressed(phone: str, purpose: str) -> dict[str, str]:
    return {"audience": "customer", "purpose": purpose, "to": phone, "shown_to": mask_phone(phone)}
