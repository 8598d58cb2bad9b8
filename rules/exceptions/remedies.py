"""What is done about each type of exception: the remedies in the order in which they are proposed (R43, R26).

The first plan takes the first remedy; a plan that a supervisor sends back is followed by the next one. When a type has
none left, a person plans.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from rules.exceptions.pack import EXCEPTION_PACK
from rules.packs import Rule
from schemas.exceptions import ExceptionCase, ExceptionType, Measure, Plan

IRREVERSIBLE = frozenset({Measure.RETURN_TO_SENDER})
"""Measures that nobody can take back, so that somebody decides."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way to put it right. `compensates` proposes the parcel's value, which the approver may lower."""

    measures: tuple[Measure, ...]
    compensates: bool = False


_M = Measure
REMEDIES: dict[ExceptionType, tuple[Remedy, ...]] = {
    ExceptionType.DAMAGED: (
        Remedy((_M.INSPECT_AND_PHOTOGRAPH, _M.COMPENSATE), compensates=True),
        Remedy((_M.INSPECT_AND_PHOTOGRAPH, _M.REPACK, _M.REDELIVER)),
        Remedy((_M.INSPECT_AND_PHOTOGRAPH, _M.RETURN_TO_SENDER)),
    ),
    ExceptionType.LOST: (
        Remedy((_M.SEARCH_PARCEL, _M.COMPENSATE), compensates=True),
        Remedy((_M.SEARCH_PARCEL,)),
    ),
    ExceptionType.SHORT: (
        Remedy((_M.SEARCH_PARCEL, _M.COMPENSATE), compensates=True),
        Remedy((_M.SEARCH_PARCEL,)),
    ),
    ExceptionType.DELAYED: (Remedy((_M.RUSH_DELIVERY,)), Remedy((_M.SEARCH_PARCEL,))),
    ExceptionType.NO_SCAN: (Remedy((_M.TRACE_INQUIRY,)), Remedy((_M.SEARCH_PARCEL,))),
    ExceptionType.MISROUTED: (Remedy((_M.REROUTE, _M.RUSH_DELIVERY)), Remedy((_M.SEARCH_PARCEL,))),
    ExceptionType.RETURNED: (Remedy((_M.CONTACT_CONSIGNEE,)), Remedy((_M.RETURN_TO_SENDER,))),
    ExceptionType.FORWARDED: (Remedy((_M.TRACE_INQUIRY,)),),
    ExceptionType.ADDRESS_ERROR: (
        Remedy((_M.CONTACT_CONSIGNEE, _M.CORRECT_ADDRESS)),
        Remedy((_M.RETURN_TO_SENDER,)),
    ),
    ExceptionType.UNREACHABLE: (Remedy((_M.CONTACT_CONSIGNEE, _M.REDELIVER)), Remedy((_M.RETURN_TO_SENDER,))),
    ExceptionType.REFUSED: (Remedy((_M.CONTACT_CONSIGNEE, _M.RETURN_TO_SENDER)), Remedy((_M.REDELIVER,))),
    ExceptionType.UNCOLLECTED: (Remedy((_M.CONTACT_CONSIGNEE,)), Remedy((_M.RETURN_TO_SENDER,))),
    ExceptionType.HELD_AT_OUTLET: (Remedy((_M.RELEASE_FROM_OUTLET,)), Remedy((_M.RUSH_DELIVERY,))),
    ExceptionType.OUT_OF_AREA: (Remedy((_M.REROUTE,)), Remedy((_M.RETURN_TO_SENDER,))),
    ExceptionType.CUSTOMS_HELD: (Remedy((_M.CLEAR_CUSTOMS,)), Remedy((_M.RETURN_TO_SENDER,))),
    ExceptionType.WEATHER_BACKLOG: (Remedy((_M.RUSH_DELIVERY,)),),
    ExceptionType.FALSE_SIGN: (
        Remedy((_M.CONTACT_CONSIGNEE, _M.SEARCH_PARCEL)),
        Remedy((_M.SEARCH_PARCEL, _M.COMPENSATE), compensates=True),
    ),
    ExceptionType.UNAUTHORISED_LOCKER: (
        Remedy((_M.APOLOGISE, _M.CONTACT_CONSIGNEE)),
        Remedy((_M.APOLOGISE, _M.REDELIVER)),
    ),
    ExceptionType.TRACKING_UNTRUE: (
        Remedy((_M.TRACE_INQUIRY, _M.APOLOGISE)),
        Remedy((_M.SEARCH_PARCEL, _M.CONTACT_CONSIGNEE)),
    ),
    ExceptionType.DELIVERY_TROUBLE: (Remedy((_M.TRACE_INQUIRY, _M.CONTACT_CONSIGNEE)),),
}
if unserved := set(ExceptionType) - set(REMEDIES):
    raise ValueError(f"no remedy is declared for {sorted(unserved)}")

ROUNDS_MAX = 3
"""Plans drafted for one case before a person takes over."""

COMPLETE_DELAY = Remedy((Measure.SEARCH_PARCEL, Measure.COMPENSATE), compensates=True)


def is_completely_delayed(case: ExceptionCase, *, now: datetime) -> bool:
    """Say whether the delay has grown so long that the customer may treat the parcel as lost (GB/T 27917-2011)."""
    if case.promised_at is None or case.type not in {ExceptionType.DELAYED, ExceptionType.NO_SCAN}:
        return False
    return now > case.promised_at + _complete_delay_rule(case).hours


def _complete_delay_rule(case: ExceptionCase) -> Rule:
    scope = "same_city" if case.same_city else "*"
    return EXCEPTION_PACK.pick("complete_delay", scope=scope, on=case.opened_at.date())


def draft_plan(case: ExceptionCase, *, now: datetime) -> Plan | None:
    """Propose the next remedy for a case, or None when a person has to plan.

    The proposed compensation is what the parcel is worth by what is on file: the insured amount, else the declared
    value (民法典 art. 833, market price); without either it is zero and the approver names it.
    """
    options = REMEDIES[case.type]
    basis = [f"remedy:{case.type.value}#{case.rounds + 1}"]
    if is_completely_delayed(case, now=now):
        rule = _complete_delay_rule(case)
        place = 0 if case.plan is not None and rule.reference in case.plan.basis else case.rounds
        options = (*options[:place], COMPLETE_DELAY, *options[place:])  # next when it is news, else where it was put
        basis.append(rule.reference)
    if case.rounds >= min(len(options), ROUNDS_MAX):
        return None
    remedy = options[case.rounds]
    amount = Decimal(0)
    if remedy.compensates:
        amount = case.insured_amount or case.declared_value or Decimal(0)
        basis.append("value:insured" if case.insured_amount else "value:declared" if amount else "value:none")
    return Plan(
        version=(case.plan.version if case.plan else 0) + 1,
        measures=remedy.measures,
        amount=amount,
        currency=case.currency,
        basis=tuple(basis),
        cause=case.reason or "unknown",
    )
