"""What a person does with a case that nothing else moves on (NEEDS_OPERATOR): plan it afresh, or close it."""

from collections.abc import Sequence
from decimal import Decimal

from rules.exceptions.playbooks import estimated_cost
from rules.supervision.levels import rank_of
from schemas.exceptions import ClosingReason, Command, ExceptionCase, Measure, Plan, Role
from store import analysis, outbox
from store import cases as case_store
from store import staff as staff_store
from store.outbox import Kind
from store.plans import draft_plans
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.exceptions.closing import analysis_row
from tasks.exceptions.moving import Step, take_steps
from tasks.playbooks import mode_of_case, playbooks_in_force
from tasks.stepping import NotAllowed

BY_HAND = ClosingReason.BY_HAND


def plan_by_hand(case_no: str, *, staff_id: str, measures: Sequence[Measure], amount: Decimal, comment: str) -> Plan:
    """Plan a case that was handed over, starting its rounds afresh; whoever plans it may not approve it (R86).

    Raises:
        NotAllowed: the case does not wait for a person, or this one may not plan.
    """
    now = clock.now()
    with unit_of_work() as connection:
        case = case_store.one_case(connection, case_no, lock=True)
        role = _role_of(connection, staff_id)
        updates = {"rounds": 0, "investigator": staff_id}
        taken_up = Step(case, Command.TAKE_UP, reason=BY_HAND, note=comment, updates=updates)
        take_steps(connection, [taken_up], now=now, who=staff_id, role=role)
        case = case_store.one_case(connection, case_no)
        plan = Plan(
            version=(case.plan.version if case.plan else 0) + 1,
            measures=tuple(measures),
            amount=amount,
            currency=case.currency,
            estimated_cost=estimated_cost(
                measures, on=case.opened_at.date(), mode=mode_of_case(case), books=playbooks_in_force()
            ),
            cost_currency=playbooks_in_force().currency,
            basis=(f"planned:{staff_id}",),
            cause=case.reason or "unknown",
        )
        draft_plans(connection, [(case_no, plan)])
        for kind in (Kind.WORK_ORDER, Kind.NOTICE):  # what failed or waits belongs to the plan that was given up
            outbox.withdraw(connection, [case_no], kind=kind)
        planned = Step(
            case.model_copy(update={"plan": plan}),
            Command.PLAN,
            reason=BY_HAND,
            note=comment,
            updates={"rounds": 1},
            details=plan.model_dump(mode="json"),
        )
        take_steps(connection, [planned], now=now, who=staff_id, role=role)
    return plan


def close_by_hand(case_no: str, *, staff_id: str, comment: str) -> ExceptionCase:
    """Close a case that was handed over, with the reason on record and its analysis kept.

    Raises:
        NotAllowed: the case does not wait for a person, or this one may not close it.
    """
    now = clock.now()
    with unit_of_work() as connection:
        case = case_store.one_case(connection, case_no, lock=True)
        step = Step(case, Command.CLOSE_BY_HAND, reason=BY_HAND, note=comment, updates={"closing_reason": BY_HAND})
        take_steps(connection, [step], now=now, who=staff_id, role=_role_of(connection, staff_id))
        analysis.record(connection, [analysis_row(case, closed_at=now, closing_reason=BY_HAND)])
        return case_store.one_case(connection, case_no)


def role_of(staff_id: str) -> Role:
    """Give the highest role of a member of staff.

    Raises:
        NotAllowed: nobody with that id works here.
    """
    with unit_of_work() as connection:
        return _role_of(connection, staff_id)


def _role_of(connection: Connection, staff_id: str) -> Role:
    member = staff_store.one(connection, staff_id)
    if member is None or not member.active:
        raise NotAllowed(f"{staff_id} is nobody who works here")
    return rank_of(member.roles) or Role.AGENT
