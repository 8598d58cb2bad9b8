"""How a case ends once its result was told: by the customer's word, without it, or explained, not agreed (R17, R46).

A result is explicit and the customer's acceptance is on record, or the record says why it is not: nobody could be told,
or the customer was told and did not object within the playbook's period. A critical case never ends by silence.
"""

from datetime import datetime

from rules.exceptions.pack import EXCEPTION_PACK
from schemas.exceptions import ClosingReason, Command, ExceptionCase, State
from schemas.playbooks import ClosedBy
from schemas.severity import Severity

FOLLOW_UPS_MAX = 7
"""How often the parcel of a closed case is looked after before the case is opened again."""

FOLLOWED_UP = frozenset({ClosingReason.ACCEPTED, ClosingReason.UNOBJECTED, ClosingReason.EXPLAINED})
"""Endings after which the parcel may still be under way; a cured one is not, and nobody waits for the others."""


def ending_without_word(case: ExceptionCase, *, closed_by: ClosedBy) -> ClosingReason | None:
    """Name the ending of a case whose answer period is over; None where a person has to ask the customer.

    Somebody asks where the playbook wants the customer's acceptance on record, and in every critical case.
    """
    if not case.consignee_phone:
        return ClosingReason.UNTOLD
    needs_word = closed_by is ClosedBy.ACCEPTANCE or case.severity >= Severity.CRITICAL
    return None if needs_word else ClosingReason.UNOBJECTED


def after_objection(case: ExceptionCase) -> Command:
    """Say what follows when the customer is not satisfied (R45): never a bare refusal.

    The first time the case is investigated again with the new demand, afterwards a supervisor takes it over.
    """
    if case.state is State.CLOSED:
        return Command.REOPEN
    return Command.REFER_UP if case.objections else Command.OBJECT


def reopening_refused(case: ExceptionCase, *, now: datetime) -> str | None:
    """Say why a closed case is not opened again; None when it may be."""
    if case.closed_at is None:
        return "the case is open."
    period = EXCEPTION_PACK.pick("reopen_within", on=case.closed_at.date()).hours
    if now > case.closed_at + period:
        return f"it was closed more than {period.days} days ago."
    return None


def next_follow_up(*, closing_reason: str, now: datetime) -> datetime | None:
    """Say when to look after the parcel of a case that closes now; None when nothing is left to look after."""
    if closing_reason not in FOLLOWED_UP:
        return None
    return now + EXCEPTION_PACK.pick("follow_up", on=now.date()).hours
