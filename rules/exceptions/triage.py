"""Whether a plan may be carried out as it is, or a supervisor owes a decision (R11, R51, R56)."""

from collections.abc import Set as AbstractSet

from rules.exceptions.pack import EXCEPTION_PACK
from rules.exceptions.remedies import IRREVERSIBLE
from schemas.exceptions import ExceptionCase, ExceptionType, Measure
from schemas.severity import Severity


def decision_owed(case: ExceptionCase, *, irreversible: AbstractSet[Measure] = IRREVERSIBLE) -> str | None:
    """Give the reason code for which a supervisor must decide, or None when nobody must.

    `irreversible` are the measures that the playbooks in force say nobody can take back.
    """
    if case.plan is None:
        return None
    limit = EXCEPTION_PACK.pick("amount_without_decision", on=case.opened_at.date()).value
    if case.plan.amount > limit or Measure.COMPENSATE in case.plan.measures:
        return "money"
    if case.severity >= Severity.CRITICAL:
        return "critical"
    unreached = case.type is ExceptionType.UNREACHABLE  # what goes back unasked is decided, however small it is
    if irreversible & set(case.plan.measures) and (case.severity >= Severity.SEVERE or unreached):
        return "irreversible"
    if case.rounds > 1:
        return "replanned"
    return None
