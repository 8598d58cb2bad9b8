"""Stage DETECT: from the log and from silence to cases, and from later events to cures (R1).

A shipment is looked at when events came for it, or when its silence comes to mean something; both are found by an
index, so that a pass costs what has changed and not what there is.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from prefect import task

from rules.exceptions import wording
from rules.exceptions.cure import is_cured
from rules.exceptions.lifecycle import BEFORE_DECISION
from rules.exceptions.opening import CURED, deserves_case
from rules.exceptions.pack import EXCEPTION_PACK
from rules.exceptions.silence import WatchedShipment, next_watch_at, silences
from rules.tracking.fold import shipment_state
from schemas.exceptions import CASE_PREFIX, Command, ExceptionCase, Origin, Role, State
from schemas.shipments import ShipmentState
from store import analysis, approvals, outbox
from store import cases as case_store
from store.cases import NewCase, Signature
from store.outbox import Kind
from store.tracking import events, shipments
from store.tracking.shipments import Standing, Watched
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.exceptions.letters import cancel_run, customer_notice
from tasks.exceptions.moving import SYSTEM, Step, clock_columns, take_steps
from tasks.exceptions.resolution import analysis_row
from tasks.settings import BusinessSettings

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
    waybills = [item.waybill for item in watched]
    told = events.of_waybills(connection, waybills)
    former = _by_waybill(case_store.former_cases(connection, waybills))
    standings, new, cured = [], [], []
    for waybill, booked in watched:
        state = shipment_state(told.get(waybill, ()))
        facts = _facts(booked, state)
        standings.append(_standing(waybill, state, facts, now))
        cases = former.get(waybill, [])
        cured += [case for case in cases if _is_over(case, state)]
        still_open = [case for case in cases if case not in cured]
        new += [
            NewCase(waybill, trouble)
            for trouble in (*state.troubles, *silences(facts, now=now))
            if deserves_case(trouble, still_open)
        ]
    shipments.place(connection, standings)
    return Found(
        shipments=len(watched),
        cured=tuple(_cure(connection, cured, now)),
        opened=tuple(_open(connection, new, now)),
    )


def _look_at_silence(connection: Connection, silent: Sequence[Watched], now: datetime) -> Found:
    former = _by_waybill(case_store.former_cases(connection, [item.waybill for item in silent]))
    new = [
        NewCase(waybill, trouble)
        for waybill, facts in silent
        for trouble in silences(facts, now=now)
        if deserves_case(trouble, former.get(waybill, []))
    ]
    shipments.watch_again(connection, [(waybill, next_watch_at(facts, after=now)) for waybill, facts in silent])
    return Found(shipments=len(silent), opened=tuple(_open(connection, new, now)))


def _facts(booked: WatchedShipment, state: ShipmentState) -> WatchedShipment:
    return booked.model_copy(
        update={
            "phase": state.phase,
            "picked_up_at": state.picked_up_at or booked.picked_up_at,
            "last_event_at": state.last_event_at,
        }
    )


def _standing(waybill: str, state: ShipmentState, facts: WatchedShipment, now: datetime) -> Standing:
    return Standing(
        waybill=waybill,
        phase=state.phase.value,
        picked_up_at=state.picked_up_at,
        delivered_at=state.delivered_at,
        last_event=state.last_event.value if state.last_event else "",
        last_event_at=state.last_event_at,
        last_location=state.last_location,
        events=state.events,
        watch_at=next_watch_at(facts, after=now),
    )


def _by_waybill(cases: Sequence[ExceptionCase]) -> dict[str, list[ExceptionCase]]:
    grouped: dict[str, list[ExceptionCase]] = {}
    for case in cases:
        grouped.setdefault(case.waybill, []).append(case)
    return grouped


def _is_over(case: ExceptionCase, state: ShipmentState) -> bool:
    return (
        case.state in BEFORE_DECISION
        and case.origin is not Origin.STAFF
        and is_cured(state, type_=case.type, origin=case.origin, since=case.troubled_since)
    )


def _open(connection: Connection, new: Sequence[NewCase], now: datetime) -> list[str]:
    day = now.astimezone(BusinessSettings().zone).strftime("%Y%m%d")
    sign = Signature(who=SYSTEM, role=Role.SYSTEM.value, at=now, policy_version=EXCEPTION_PACK.version)
    clocks = clock_columns(state=State.DETECTED, opened_at=now, state_since=now)
    return case_store.open_cases(connection, new, prefix=f"{CASE_PREFIX}-{day}-", sign=sign, clocks=clocks)


def _cure(connection: Connection, over: Collection[ExceptionCase], now: datetime) -> list[str]:
    """Close cases whose trouble is over; tell the customer if he had been told of it, and call off its gate."""
    if not over:
        return []
    # Locked only now, so that a decision that is being taken at this moment wins and the case is left to it.
    locked = case_store.select_cases(
        connection, case_nos=[case.case_no for case in over], states=BEFORE_DECISION, lock=True, limit=len(over)
    )
    language = BusinessSettings().language
    numbers = [case.case_no for case in locked]
    outbox.withdraw(connection, numbers, kind=Kind.START_RUN)
    for gate in approvals.close_gates(connection, numbers):
        outbox.put(connection, cancel_run(gate, reason="异常已解除，无需审批。 The trouble is over.", now=now))
    outbox.put(
        connection,
        [
            customer_notice(case, wording.cured_notice(case, language), purpose="cured", now=now)
            for case in locked
            if case.customer_told_at is not None and case.consignee_phone
        ],
    )
    analysis.record(connection, [analysis_row(case, closed_at=now, closing_reason=CURED) for case in locked])
    return take_steps(
        connection,
        [Step(case, Command.CURE, reason=CURED, updates={"closing_reason": CURED}) for case in locked],
        now=now,
    )
