"""Taking a change request in, and finding out whether whoever asks is who he says: by a code, or by papers."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from rules.change_requests import wording
from rules.change_requests.admission import (
    CODE_LIVES,
    REQUESTS_MAX,
    REQUESTS_WITHIN,
    TOO_LATE,
    TOO_MANY,
    UNKNOWN,
    NotAdmitted,
    needs_four_eyes,
    phone_for_code,
    why_not_changed,
    why_unproven,
)  # fmt: skip
from rules.change_requests.lifecycle import OPEN, TRIES_MAX, UNCHANGEABLE, UNVERIFIED, ChangeFacts, code_may_be_tried
from rules.privacy import mask_phone
from schemas.change_requests import (
    Asker,
    ChangeAnswer,
    ChangeAsked,
    ChangeCommand,
    ChangeField,
    ChangeRequest,
    ChangeState,
    ParcelOnFile,
    WantedChange,
)  # fmt: skip
from schemas.exceptions import Role
from schemas.preferences import Door
from store import change_requests, outbox
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.change_requests.carrying_out import proceed
from tasks.change_requests.letters import asker_phone, code_letter, customer_letters, phones_on_file
from tasks.change_requests.moving import ENGINE, By, Noted, move
from tasks.settings import business_settings
from tasks.supervision.proving import proven_staff

DIGITS = 6
NO_PHONE = NotAdmitted(
    "no_phone", "档案中没有可接收验证码的电话，请到网点凭证件办理。 No phone on file for a code: bring papers."
)
UNDER_WAY = NotAdmitted("under_way", "该运单已有更改在处理。 Another change of this parcel is under way.")
WRONG_CODE = NotAdmitted("wrong_code", "验证码不正确。 The code is not right.")
GUESSED = NotAdmitted("guessed", "验证码错误次数过多，申请已拒绝。 Too many wrong codes; the request is refused.")
RUN_OUT = NotAdmitted("run_out", "验证码已失效，请重新申请。 The code has run out; ask again.")
NOT_WAITING = NotAdmitted("not_waiting", "该申请不在等待验证码。 No code is asked for with this request.")


class Refused(Exception):
    """A change that is not made; `why` holds a code and the sentence for whoever asked."""

    def __init__(self, why: NotAdmitted) -> None:
        """Keep what is answered."""
        super().__init__(why.sentence)
        self.why = why


def ask_for_change(asked: ChangeAsked, *, taken_by: str) -> ChangeAnswer:
    """Take a customer's request and send a code to the phone on file of whoever he says he is.

    A wrong tail is kept as a refused request, because it counts; the parcel stays locked meanwhile, so that requests
    at once are counted one after the other.

    Raises:
        Refused: with the reason for the customer.
    """
    now = clock.now()
    with unit_of_work() as connection:
        parcel = change_requests.parcel_on_file(connection, asked.waybill)
        why = _why_not_taken(connection, asked, parcel, now)
        if why is None:
            assert parcel is not None  # unknown parcels are refused
            return _send_code(connection, asked, parcel, taken_by=taken_by, now=now)
        if parcel is not None and why is UNKNOWN:
            refused = _new(asked.asked_by, asked.change.values, parcel, now, door=Door.GATEWAY, taken_by=taken_by)
            refused = refused.model_copy(update={"state": ChangeState.REFUSED, "reason": why.code})
            _open(connection, refused, By(asked.asked_by.value, Role.CUSTOMER))
    raise Refused(why)


def _why_not_taken(
    connection: Connection, asked: ChangeAsked, parcel: ParcelOnFile | None, now: datetime
) -> NotAdmitted | None:
    if parcel is None:
        return UNKNOWN
    counted = change_requests.asked_since(connection, asked.waybill, door=Door.GATEWAY, since=now - REQUESTS_WITHIN)
    if counted >= REQUESTS_MAX:
        return TOO_MANY
    why = why_unproven(asked, parcel) or why_not_changed(asked.asked_by, asked.change.values, parcel)
    if why is not None:
        return why
    if not phone_for_code(asked.asked_by, parcel):
        return NO_PHONE
    return None if _make_way(connection, asked.waybill, now) else UNDER_WAY


def _make_way(connection: Connection, waybill: str, now: datetime) -> bool:
    """Let a request whose asker is not proven give way to a new one; say whether there is room."""
    standing = change_requests.select_requests(connection, waybill=waybill, states=OPEN, lock=True)
    for request in standing:
        if request.state not in UNVERIFIED:
            return False
        move(connection, request, ChangeCommand.EXPIRE, by=ENGINE, now=now, noted=Noted(reason="superseded"))
    return True


def _new(
    asked_by: Asker, new: Mapping[ChangeField, str], parcel: ParcelOnFile, now: datetime, *, door: Door, taken_by: str
) -> ChangeRequest:
    return ChangeRequest(
        number="",
        state=ChangeState.REQUESTED,
        version=0,
        asked_by=asked_by,
        door=door,
        taken_by=taken_by,
        old=parcel.values,
        new=dict(new),
        four_eyes=needs_four_eyes(new, parcel, at=now),
        requested_at=now,
        state_since=now,
        parcel=parcel,
    )


def _open(connection: Connection, request: ChangeRequest, by: By) -> ChangeRequest:
    day = request.requested_at.astimezone(business_settings().zone).strftime("%Y%m%d")
    number = change_requests.open_request(connection, request, day=day, who=by.who, role=by.actor.value)
    return change_requests.one_request(connection, number, lock=True)


def _send_code(
    connection: Connection, asked: ChangeAsked, parcel: ParcelOnFile, *, taken_by: str, now: datetime
) -> ChangeAnswer:
    new = _new(asked.asked_by, asked.change.values, parcel, now, door=Door.GATEWAY, taken_by=taken_by)
    request = _open(connection, new, By(asked.asked_by.value, Role.CUSTOMER))
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    to = phone_for_code(asked.asked_by, parcel)
    noted = Noted(
        updates={"code_hash": change_requests.code_hash(request.number, code), "code_until": now + CODE_LIVES},
        details={"to": mask_phone(to)},
    )
    request = move(connection, request, ChangeCommand.SEND_CODE, by=ENGINE, now=now, noted=noted)
    outbox.put(connection, [code_letter(request, to=to, code=code, now=now)])
    return ChangeAnswer(
        number=request.number,
        state=request.state,
        sentence="验证码已发送。 A code was sent to the phone on file.",
        code_sent_to=mask_phone(to),
        code_until=request.code_until,
    )


def give_code(number: str, code: str) -> ChangeAnswer:
    """Take the code that a customer typed: the right one proves him, the last wrong one ends the request.

    Every wrong one is counted before it is answered, and the request stays locked, so that many at once are no more
    than their number.

    Raises:
        NoSuchRequest: there is no request with that number.
        Refused: with the reason for the customer.
    """
    now = clock.now()
    with unit_of_work() as connection:
        request = change_requests.one_request(connection, number, lock=True)
        if request.state is not ChangeState.CODE_SENT:
            raise Refused(NOT_WAITING)
        customer = By(request.asked_by.value, Role.CUSTOMER)
        if code_may_be_tried(ChangeFacts(request, now)) is not None:
            why = TOO_LATE if request.parcel.phase in UNCHANGEABLE else RUN_OUT
            noted = Noted(reason=why.code, updates={"reason": why.code, "code_hash": ""})
            move(connection, request, ChangeCommand.EXPIRE, by=ENGINE, now=now, noted=noted)
        elif change_requests.code_is(connection, number, code):
            request = move(connection, request, ChangeCommand.VERIFY, by=customer, now=now, noted=Noted("code"))
            return proceed(connection, request, now=now)
        else:
            why = _count_wrong_code(connection, request, customer, now)
    raise Refused(why)


def _count_wrong_code(connection: Connection, request: ChangeRequest, customer: By, now: datetime) -> NotAdmitted:
    tries = request.tries + 1
    noted = Noted(reason="wrong_code", updates={"tries": tries}, details={"tries": tries})
    request = move(connection, request, ChangeCommand.NOTE_WRONG_CODE, by=customer, now=now, noted=noted)
    if tries < TRIES_MAX:
        return WRONG_CODE
    updates = {"reason": GUESSED.code, "code_hash": ""}
    noted = Noted(reason=GUESSED.code, updates=updates)
    request = move(connection, request, ChangeCommand.REFUSE, by=ENGINE, now=now, noted=noted)
    message = wording.guessing_notice(request)
    warned = (asker_phone(request), *phones_on_file(request))
    outbox.put(connection, customer_letters(request, message, to=warned, purpose="guessed", not_before=now))
    return GUESSED


def ask_at_counter(
    waybill: str, *, asked_by: Asker, change: WantedChange, staff_id: str, passcode: str, papers: str
) -> ChangeAnswer:
    """Take a request of somebody whose papers a member of staff has checked, who answers for it with his passcode.

    Raises:
        Refused: with the reason.
        NotProven: the passcode or the staff id is not right.
    """
    now = clock.now()
    proven_staff(staff_id, passcode, at=now)
    with unit_of_work() as connection:
        parcel = change_requests.parcel_on_file(connection, waybill)
        why = why_not_changed(asked_by, change.values, parcel) if parcel is not None else UNKNOWN
        if why is None and not _make_way(connection, waybill, now):
            why = UNDER_WAY
        if why is not None:
            raise Refused(why)
        assert parcel is not None  # unknown parcels are refused
        agent = By(staff_id, Role.AGENT)
        new = _new(asked_by, change.values, parcel, now, door=Door.COMMAND, taken_by=staff_id)
        noted = Noted(reason="papers", note=papers, updates={"vouched_by": staff_id})
        request = _open(connection, new, agent)
        request = move(connection, request, ChangeCommand.VOUCH, by=agent, now=now, noted=noted)
        return proceed(connection, request, now=now)
