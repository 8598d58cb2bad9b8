"""Stage DETECT: from the log and from silence to cases, and from later events to cures (R1).

A shipment is looked at when events came for it, or when its silence comes to mean something; both are found by an
index, so that a pass costs what has changed and not what there is.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from prefect import task

from rules.clocks.anchors import advance
from rules.exceptions.cure import is_cured
from rules.exceptions.lifecycle import BEFORE_DECISION
from rules.exceptions.opening import deserves_case
from rules.exceptions.pack import EXCEPTION_PACK
from rules.exceptions.silence import Promised, WatchedShipment, next_watch_at, promise_for, silences
from rules.exceptions.untrue import untrue_tracking
from rules.tracking.fold import shipment_state
from schemas.exceptions import CASE_PREFIX, ClosingReason, Command, ExceptionCase, Origin, Role, State, Trouble
from schemas.promises import Promise
from schemas.shipments import ShipmentState
from store import analysis, approvals, outbox
from store import cases as case_store
from store.case_history import Signature
from store.cases import EXCEPTIONS, NewCase
from store.outbox import Kind
from store.tracking import events, promises, shipments
from store.tracking.shipments import Standing, Watched
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.exceptions.channels import addressed
from tasks.exceptions.closing import analysis_row
from tasks.exceptions.letters import cancel_run, customer_notice
from tasks.exceptions.moving import Step, take_steps
from tasks.exceptions.timing import anchors_of, clock_columns, entry_of
from tasks.playbooks import texts_of
from tasks.preferences.heeding import heed_wishes
from tasks.settings import business_settings
from tasks.stepping import SYSTEM

SHIPMENTS = 2000
"""Shipments looked at in one transaction."""


class Found(NamedTuple):
    """What a pass of detection came to."""

    shipments: int = 0
    opened: tuple[str, ...] = ()
    cured: tuple[str, ...] = ()

    def plus(self, other: "Found") -> "Found":
        """Add another pass."""
        return Found(self.shipments + other.shipments, self.opened + other.opened, self.cured + other.cured)


@task
def find_exceptions() -> Found:
    """Look at every shipment that has news or is silent for too long: open cases and cure those that are over."""
    found = Found()
    while True:
        with unit_of_work() as connection:
            now = clock.now()
            watched = shipments.claim_dirty(connection, limit=SHIPMENTS)
            found = found.plus(_look_at_events(connection, watched, now))
        if len(watched) < SHIPMENTS:
            break
    while True:
        with unit_of_work() as connection:
            now = clock.now()
            silent = shipments.claim_silent(connection, now=now, limit=SHIPMENTS)
            found = found.plus(_look_at_silence(connection, silent, now))
        if len(silent) < SHIPMENTS:
            return found


def _look_at_events(connection: Connection, watched: Sequence[Watched], now: datetime) -> Found:
    """Look at shipments that have news. The fold said where they stand when it came; only troubles are looked for."""
    troubles = _troubles(connection, [item.waybill for item in watched if item.troubled])
    unheeded = heed_wishes(connection, [item.waybill for item in watched if item.cared_for], now=now)
    former = _by_waybill(case_store.former_cases(connection, [item.waybill for item in watched]))
    standings, new, cured, promised = [], [], [], []
    due: dict[str, dict[str, object]] = {}
    for waybill, booked, *_ in watched:
        facts, promise = _facts(booked)
        standings.append(_standing(waybill, facts, now))
        if promise is not None and promise.at != booked.promised_at:
            promised.append(Promise(waybill, promise.at, promise.by, now, promise.rules))
        reported = troubles.get(waybill, ())
        cases = former.get(waybill, [])
        cured += [case for case in cases if _is_over(case, facts, reported)]
        still_open = [case for case in cases if case not in cured]
        due |= _due_anew(still_open, facts)
        new += [
            NewCase(waybill, trouble)
            for trouble in (*unheeded.get(waybill, ()), *reported, *silences(facts, now=now))
            if deserves_case(trouble, still_open)
        ]
    shipments.place(connection, standings)
    promises.keep(connection, promised)
    EXCEPTIONS.keep_clocks(connection, due)
    return Found(
        shipments=len(watched),
        cured=tuple(_cure(connection, cured, now)),
        opened=tuple(_open(connection, new, now)),
    )


def _due_anew(cases: Sequence[ExceptionCase], facts: WatchedShipment) -> dict[str, dict[str, object]]:
    """Compute what is due in cases whose parcel was promised for another time, or has arrived meanwhile."""
    due = {}
    for case in cases:
        if case.is_open:
            columns = clock_columns(case.model_copy(update={"promised_at": facts.promised_at}), anchors_of(case))
            if (columns["next_due_at"], columns["due_kind"]) != (case.next_due_at, case.due_kind):
                due[case.case_no] = columns
    return due


def _troubles(connection: Connection, waybills: Sequence[str]) -> dict[str, tuple[Trouble, ...]]:
    if not waybills:
        return {}
    told = events.of_waybills(connection, waybills)
    return {
        waybill: (*shipment_state(events_of).troubles, *untrue_tracking(events_of))
        for waybill, events_of in told.items()
    }


def _look_at_silence(connection: Connection, silent: Sequence[Watched], now: datetime) -> Found:
    former = _by_waybill(case_store.former_cases(connection, [item.waybill for item in silent]))
    new = [
        NewCase(waybill, trouble)
        for waybill, facts, *_ in silent
        for trouble in silences(facts, now=now)
        if deserves_case(trouble, former.get(waybill, []))
    ]
    shipments.watch_again(connection, [(waybill, next_watch_at(facts, after=now)) for waybill, facts, *_ in silent])
    return Found(shipments=len(silent), opened=tuple(_open(connection, new, now)))


def _facts(booked: WatchedShipment) -> tuple[WatchedShipment, Promised | None]:
    """Add the promise that follows from what was agreed and from what the log says."""
    promise = promise_for(booked)
    if promise is None:
        return booked, None
    return booked.model_copy(update={"promised_at": promise.at, "promised_by": promise.by}), promise


def _standing(waybill: str, facts: WatchedShipment, now: datetime) -> Standing:
    return Standing(
        waybill=waybill,
        promised_at=facts.promised_at,
        promised_by=facts.promised_by.value if facts.promised_at else "",
        promised_told_at=now,
        watch_at=next_watch_at(facts, after=now),
    )


def _by_waybill(cases: Sequence[ExceptionCase]) -> dict[str, list[ExceptionCase]]:
    grouped: dict[str, list[ExceptionCase]] = {}
    for case in cases:
        grouped.setdefault(case.waybill, []).append(case)
    return grouped


def _is_over(case: ExceptionCase, facts: WatchedShipment, reported: Sequence[Trouble]) -> bool:
    state = ShipmentState(phase=facts.phase, last_event_at=facts.last_event_at, troubles=tuple(reported))
    return (
        case.state in BEFORE_DECISION
        and case.origin is not Origin.STAFF
        and is_cured(state, type_=case.type, origin=case.origin, since=case.troubled_since)
    )


def _open(connection: Connection, new: Sequence[NewCase], now: datetime) -> list[str]:
    day = now.astimezone(business_settings().zone).strftime("%Y%m%d")
    sign = Signature(who=SYSTEM, role=Role.SYSTEM.value, at=now, policy_version=EXCEPTION_PACK.version)

    detected = entry_of(at=now, command=Command.DETECT, state=State.DETECTED, reason="", details={})
    return case_store.open_cases(
        connection,
        new,
        prefix=f"{CASE_PREFIX}-{day}-",
        sign=sign,
        clocks=lambda case: clock_columns(case, advance(anchors_of(case), detected)),
    )


def _cure(connection: Connection, over: Collection[ExceptionCase], now: datetime) -> list[str]:
    """Close cases whose trouble is over; tell the customer if he had been told of it, and call off its gate."""
    if not over:
        return []
    # Locked only now, so that a decision that is being taken at this moment wins and the case is left to it.
    locked = case_store.select_cases(
        connection, case_nos=[case.case_no for case in over], states=BEFORE_DECISION, lock=True, limit=len(over)
    )
    numbers = [case.case_no for case in locked]
    outbox.withdraw(connection, numbers, kind=Kind.START_RUN)
    for gate in approvals.close_gates(connection, numbers):
        outbox.put(connection, cancel_run(gate, reason="异常已解除，无需审批。 The trouble is over.", now=now))
    letters = [
        (case, customer_notice(case, texts_of(case).cured, purpose="cured", now=now))
        for case in locked
        if case.customer_told_at is not None and case.consignee_phone
    ]
    outbox.put(connection, addressed(connection, letters))
    analysis.record(
        connection, [analysis_row(case, closed_at=now, closing_reason=ClosingReason.CURED) for case in locked]
    )
    return take_steps(
        connection,
        [
            Step(case, Command.CURE, reason=ClosingReason.CURED, updates={"closing_reason": ClosingReason.CURED})
            for case in locked
        ],
        now=now,
    )
