"""What is proposed about an exception (R43, R26): the playbook's remedies, one after the other.

The first plan takes the first remedy; a plan that a supervisor sends back is followed by the next one. When a playbook
has none left, a person plans. The remedies themselves, and what their measures cost, are data: playbooks.toml.
"""

from datetime import datetime
from decimal import Decimal

from rules.exceptions.pack import EXCEPTION_PACK
from rules.exceptions.playbook_data import Playbooks
from rules.exceptions.playbooks import PLAYBOOKS, estimated_cost, parcel_facts, playbook_for
from rules.packs import Rule
from schemas.exceptions import ExceptionCase, Measure, Plan
from schemas.playbooks import REMEDIES_MAX, Mode, ParcelFacts

IRREVERSIBLE = PLAYBOOKS.irreversible
"""Measures that nobody can take back, so that somebody decides."""

ROUNDS_MAX = REMEDIES_MAX
"""Plans drafted for one case before a person takes over."""


def is_completely_delayed(case: ExceptionCase, *, now: datetime, books: Playbooks = PLAYBOOKS) -> bool:
    """Say whether the delay has grown so long that the customer may treat the parcel as lost (GB/T 27917-2011)."""
    if case.promised_at is None or playbook_for(case.type, books=books).complete_delay is None:
        return False
    return now > case.promised_at + _complete_delay_rule(case).hours


def _complete_delay_rule(case: ExceptionCase) -> Rule:
    scope = "same_city" if case.same_city else "*"
    return EXCEPTION_PACK.pick("complete_delay", scope=scope, on=case.opened_at.date())


def with_amount(plan: Plan, amount: Decimal, *, by: str) -> Plan:
    """Give the next version of a plan, with the amount that an approver names; it pays where that is something."""
    measures = plan.measures
    if not amount:
        measures = tuple(measure for measure in measures if measure is not Measure.COMPENSATE)
    elif Measure.COMPENSATE not in measures:
        measures = (*measures, Measure.COMPENSATE)
    update = {
        "version": plan.version + 1, "measures": measures, "amount": amount, "basis": (*plan.basis, f"amount:{by}"),
    }  # fmt: skip
    return plan.model_copy(update=update)


def draft_plan(
    case: ExceptionCase,
    *,
    now: datetime,
    mode: Mode = Mode.EXPRESS,
    facts: ParcelFacts | None = None,
    books: Playbooks = PLAYBOOKS,
    senders_way: tuple[str, ...] = (),
) -> Plan | None:
    """Propose the next remedy for a case, or None when a person has to plan.

    `senders_way` are the references of the rules by which the sender decides: then what is proposed is the playbook's
    return to him, unless that was planned before.

    The proposed compensation is what the parcel is worth by what is on file: the insured amount, else the declared
    value (民法典 art. 833, market price); without either it is zero and the approver names it. What the measures cost
    is estimated on the day on which the case was opened, and is no part of the compensation.
    """
    book = playbook_for(case.type, mode=mode, facts=facts or parcel_facts(case), books=books)
    options = book.remedies
    variant = "" if mode is Mode.EXPRESS else f"/{mode}"
    basis = [f"remedy:{case.type.value}{variant}#{case.rounds + 1}"]
    if book.complete_delay is not None and is_completely_delayed(case, now=now, books=books):
        rule = _complete_delay_rule(case)
        place = 0 if case.plan is not None and rule.reference in case.plan.basis else case.rounds
        options = (*options[:place], book.complete_delay, *options[place:])  # next when it is news, else where it was
        basis.append(rule.reference)
    if case.rounds >= min(len(options), ROUNDS_MAX):
        return None
    remedy = options[case.rounds]
    if senders_way and not (case.plan and Measure.RETURN_TO_SENDER in case.plan.measures):
        remedy = next((option for option in options if Measure.RETURN_TO_SENDER in option.measures), remedy)
        basis += senders_way
    amount = Decimal(0)
    if remedy.compensates:
        amount = case.insured_amount or case.declared_value or Decimal(0)
        basis.append("value:insured" if case.insured_amount else "value:declared" if amount else "value:none")
    return Plan(
        version=(case.plan.version if case.plan else 0) + 1,
        measures=remedy.measures,
        amount=amount,
        currency=case.currency,
        estimated_cost=estimated_cost(remedy.measures, on=case.opened_at.date(), mode=mode, books=books),
        cost_currency=books.currency,
        basis=tuple(basis),
        cause=case.reason or "unknown",
    )
