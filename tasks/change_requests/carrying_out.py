"""Carrying a proven change on: decide what nobody must, order it, confirm it, and end what has run out.

The shipment is changed when the desk has taken the order, in the transaction that says so; until then notices still go
to the phone on file.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from prefect import task

from rules.change_requests import wording
from rules.change_requests.admission import route_for
from rules.change_requests.lifecycle import UNCHANGEABLE, UNVERIFIED
from schemas.change_requests import ChangeAnswer, ChangeCommand, ChangeField, ChangeRequest, ChangeState, Route
from store import change_requests, outbox, preferences
from store.consignees import consignee_key
from store.outbox import Kind
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.change_requests.letters import (
    customer_letters,
    order_letter,
    outlet_letter,
    phones_old_and_new,
    phones_on_file,
    supervisor_letter,
)  # fmt: skip
from tasks.change_requests.moving import ENGINE, By, Noted, move
from tasks.settings import business_settings

BATCH = 500
WAITING = (ChangeState.REQUESTED, ChangeState.CODE_SENT, ChangeState.VERIFIED, ChangeState.SENT_TO_CARRIER)


def proceed(connection: Connection, request: ChangeRequest, *, now: datetime) -> ChangeAnswer:
    """Warn whoever is on file of a proven request, then order it, or ask a supervisor where four eyes are owed."""
    warned = customer_letters(
        request, wording.asked_notice(request), to=phones_on_file(request), purpose="asked", not_before=now
    )
    outbox.put(connection, warned)
    if request.four_eyes:
        outbox.put(connection, [supervisor_letter(request, now=now)])
        sentence = "已核实身份，待主管审批。 Identity is proven; a supervisor decides."
        return ChangeAnswer(number=request.number, state=request.state, sentence=sentence)
    request = move(connection, request, ChangeCommand.ADOPT, by=ENGINE, now=now, noted=Noted("no_decision_owed"))
    request = order(connection, request, now=now)
    sentence = (
        "快件已在派送，已请网点联系收派员更改。 The parcel is out; the outlet was asked to reach the courier."
        if request.route == Route.OUTLET
        else "已通知承运商更改。 The carrier was told to change it."
    )
    return ChangeAnswer(number=request.number, state=request.state, sentence=sentence)


def order(connection: Connection, request: ChangeRequest, *, now: datetime) -> ChangeRequest:
    """Order an approved change from the desk; past the cut-off ask the outlet as well."""
    route = route_for(request.parcel)
    noted = Noted(reason=route.value, updates={"route": route.value})
    request = move(connection, request, ChangeCommand.SEND, by=ENGINE, now=now, noted=noted)
    letters = [order_letter(request, now=now)]
    outbox.put(connection, [*letters, *([outlet_letter(request, now=now)] if route is Route.OUTLET else [])])
    return request


def complete(
    connection: Connection, request: ChangeRequest, command: ChangeCommand, *, by: By, now: datetime, note: str = ""
) -> ChangeRequest:
    """Write the change into the shipment and tell the old phone, the new one and the sender, after the quiet hours."""
    new_phone = request.new.get(ChangeField.CONSIGNEE_PHONE)
    details = {"old": {field: request.parcel.values[field] for field in request.new}, "new": request.new}
    request = move(connection, request, command, by=by, now=now, noted=Noted(note=note, details=details))
    key = consignee_key(new_phone) if new_phone is not None else None
    change_requests.change_parcel(connection, request, consignee_key=key, at=now)
    preferences.queue_advice_on(connection, [request.parcel.waybill], at=now)  # another consignee asks for other things
    _tell(connection, request, phones_old_and_new(request), done=True, now=now)
    return request


def turn_down(
    connection: Connection, request: ChangeRequest, command: ChangeCommand, *, by: By, now: datetime, noted: Noted
) -> ChangeRequest:
    """End a request without a change; whoever was warned of it hears that nothing was changed."""
    proven = request.state not in UNVERIFIED
    noted = Noted(noted.reason, noted.note, {**noted.updates, "reason": noted.reason, "code_hash": ""}, noted.details)
    request = move(connection, request, command, by=by, now=now, noted=noted)
    outbox.withdraw(connection, [request.number], kind=Kind.WORK_ORDER)
    if proven:
        _tell(connection, request, phones_on_file(request), done=False, now=now)
    return request


def _tell(connection: Connection, request: ChangeRequest, to: Sequence[str], *, done: bool, now: datetime) -> None:
    message, purpose = (
        (wording.done_notice(request), "done") if done else (wording.not_done_notice(request), "not_done")
    )
    not_before = business_settings().after_quiet_hours(now)
    outbox.put(connection, customer_letters(request, message, to=to, purpose=purpose, not_before=not_before))


class Settled(NamedTuple):
    """What a pass over the open requests came to, and which of them wait for somebody."""

    done: int = 0
    refused: int = 0
    expired: int = 0
    waiting: int = 0  # for a supervisor or an outlet

    @property
    def ended(self) -> int:
        """Count those that came to an end."""
        return self.done + self.refused + self.expired


@task
def settle_changes() -> Settled:
    """Confirm what the desk has taken, refuse what it would not, and end what ran out or came too late."""
    counted = {ChangeState.DONE: 0, ChangeState.REFUSED: 0, ChangeState.EXPIRED: 0}
    waiting, after = 0, ""
    while True:
        with unit_of_work() as connection:
            requests = change_requests.select_requests(connection, states=WAITING, after=after, limit=BATCH, lock=True)
            now = clock.now()
            numbers = [request.number for request in requests]
            orders = outbox.statuses(connection, numbers, kind=Kind.WORK_ORDER)
            for request in requests:
                state = _settle(connection, request, orders.get(request.number, {}), now).state
                if state in counted:
                    counted[state] += 1
                else:
                    waiting += state is ChangeState.VERIFIED or request.route == Route.OUTLET
        if len(requests) < BATCH:
            done, refused, expired = counted.values()
            return Settled(done=done, refused=refused, expired=expired, waiting=waiting)
        after = requests[-1].number


def _settle(connection: Connection, request: ChangeRequest, orders: dict[str, int], now: datetime) -> ChangeRequest:
    reason = _why_over(request, now)
    if reason:
        noted = Noted(reason=reason)
        return turn_down(connection, request, ChangeCommand.EXPIRE, by=ENGINE, now=now, noted=noted)
    if orders.get("failed"):
        noted = Noted(reason="carrier_refused", details=orders)
        return turn_down(connection, request, ChangeCommand.REFUSE, by=ENGINE, now=now, noted=noted)
    if request.state is ChangeState.SENT_TO_CARRIER and request.route == Route.CARRIER and set(orders) == {"done"}:
        return complete(connection, request, ChangeCommand.CONFIRM, by=ENGINE, now=now)
    return request


def _why_over(request: ChangeRequest, now: datetime) -> str:
    """Say why a request has run out; empty when it has not."""
    if request.parcel.phase in UNCHANGEABLE:
        return "too_late"
    if request.state is ChangeState.CODE_SENT and request.code_until is not None and now >= request.code_until:
        return "run_out"
    return ""
