"""What the gate asks about an exception, and how the decision moves it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from rules.exceptions.contact_wording import procedure
from rules.exceptions.remedies import with_amount
from rules.exceptions.wording import form_text, situation
from schemas.approvals import Approval, Gate, Outcome, severity_tag
from schemas.evidence import Completeness
from schemas.exceptions import Command, ExceptionCase, ExceptionType, Role, State
from store import cases as case_store
from store import payments
from store.plans import draft_plans
from store.unit_of_work import Connection
from tasks.evidence.completeness import completeness_of
from tasks.exceptions.case_file import case_file_of
from tasks.exceptions.contacting import reached
from tasks.exceptions.moving import Step, take_steps
from tasks.settings import business_settings
from tasks.supervision.decided import DecidedByItself

_COMMANDS = {
    Outcome.APPROVED: Command.APPROVE,
    Outcome.ENDORSED: Command.ENDORSE,
    Outcome.REFUSED: Command.REFUSE,
}


class DecidedExceptions(DecidedByItself):
    """Exceptions, as `tasks.supervision.procedures` asks about them."""

    deployment = "resolve_exception/resolve_exception"

    def one(self, connection: Connection, case_no: str, *, lock: bool = False) -> ExceptionCase:
        """Read a case, with what was ordered to be paid for its parcel."""
        case = case_store.one_case(connection, case_no, lock=lock)
        if lock:
            payments.lock(connection, case.waybill)
        paid = payments.ordered_for(connection, [case.waybill]).get(case.waybill, [])
        return case.model_copy(update={"paid": tuple(paid)})

    def evidence_of(self, connection: Connection, case: ExceptionCase) -> Completeness:
        """Say what of its playbook's evidence is there and what is missing."""
        return completeness_of(connection, [case])[case.case_no]

    def form_text(self, connection: Connection, gate: Gate, case: ExceptionCase) -> str:
        """Write what the supervisor sees above the form."""
        zone = business_settings().zone
        found = self.evidence_of(connection, case)
        tried = reached(connection, case).procedure if case.type is ExceptionType.UNREACHABLE else None
        reaching = procedure(tried, zone=zone) if tried else ""
        return form_text(case, found, owed_for=gate.owed_for, refusal=gate.refusal, zone=zone, reaching=reaching)

    def case_file(self, connection: Connection, case: ExceptionCase, *, form: str) -> str:
        """Write all that is on record about the case."""
        return case_file_of(connection, case, form=form)

    def title(self, case: ExceptionCase) -> str:
        """Say in a line what the case is about."""
        return f"{case.case_no} {situation(case)}"

    def tags(self, case: ExceptionCase) -> Sequence[str]:
        """Give the tags of the run in which it is decided."""
        return (
            case.case_no,
            f"type:{case.type.value}",
            severity_tag(case.severity),
            f"carrier:{case.carrier or 'unknown'}",
            f"outlet:{case.outlet or 'unknown'}",
        )

    def awaits_approval(self, case: ExceptionCase) -> bool:
        """Say whether somebody owes a decision about it."""
        return case.state is State.AWAITING_APPROVAL

    def amend(self, connection: Connection, case: ExceptionCase, amount: Decimal, *, by: str) -> int:
        """Append a plan with the approver's amount, and give its version."""
        assert case.plan is not None  # the gate was opened for it
        amended = with_amount(case.plan, amount, by=by)
        draft_plans(connection, [(case.case_no, amended)])
        return amended.version

    def take(
        self, connection: Connection, case: ExceptionCase, outcome: Outcome, answer: Approval, *, role: Role,
        details: Mapping[str, Any], now: datetime,
    ) -> None:  # fmt: skip
        """Move the case by what was decided."""
        step = Step(case, _COMMANDS[outcome], reason=answer.decision, note=answer.comment, details=details)
        take_steps(connection, [step], now=now, who=answer.staff_id, role=role)
