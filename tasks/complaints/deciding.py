"""What the gate asks about a complaint, and how the decision moves it: who approves the plan approves the finding."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from rules.complaints.finding import EXCEPTION_OF
from rules.complaints.planning import with_amount
from rules.complaints.wording import form_text, matter
from rules.evidence import completeness
from rules.exceptions.playbooks import mode_of
from rules.inquiries.wording import ANSWER
from schemas.approvals import Approval, Gate, Outcome, severity_tag
from schemas.complaints import Command, Complaint, State
from schemas.evidence import Completeness
from schemas.exceptions import Role
from schemas.promises import LaneClass
from store import complaints as complaint_store
from store import evidence as evidence_store
from store import inquiries as inquiry_store
from store import payments
from store.plans import draft_plans
from store.unit_of_work import Connection
from tasks import clock
from tasks.complaints.case_file import complaint_file_of
from tasks.complaints.moving import Step, take_steps
from tasks.complaints.penalties import lift_penalties
from tasks.complaints.planning import agreements
from tasks.paid import with_payments
from tasks.playbooks import playbooks_in_force
from tasks.settings import business_settings
from tasks.supervision.decided import DecidedByItself

_COMMANDS = {
    Outcome.APPROVED: Command.APPROVE,
    Outcome.ENDORSED: Command.ENDORSE,
    Outcome.REFUSED: Command.REFUSE,
}


class DecidedComplaints(DecidedByItself):
    """Complaints, as `tasks.supervision.procedures` asks about them."""

    deployment = "handle_complaint/handle_complaint"

    def one(self, connection: Connection, case_no: str, *, lock: bool = False) -> Complaint:
        """Read a complaint, with what other cases had paid for its parcel."""
        complaint = complaint_store.one_complaint(connection, case_no, lock=lock)
        if lock and complaint.waybill:
            payments.lock(connection, complaint.waybill)
        return with_payments(connection, [complaint])[0]

    def evidence_of(self, connection: Connection, case: Complaint) -> Completeness:
        """Say what of the evidence of the parcel's trouble is there and what is missing (R13, R14)."""
        return completeness_of_complaint(connection, case)

    def form_text(self, connection: Connection, gate: Gate, case: Complaint) -> str:
        """Write what the supervisor sees above the form."""
        return form_text(
            case,
            self.evidence_of(connection, case),
            owed_for=gate.owed_for,
            refusal=gate.refusal,
            zone=business_settings().zone,
            joint=_joint(connection, case),
        )

    def case_file(self, connection: Connection, case: Complaint, *, form: str) -> str:
        """Write all that is on record about the complaint."""
        return complaint_file_of(connection, case, found=self.evidence_of(connection, case), form=form)

    def title(self, case: Complaint) -> str:
        """Say in a line what it is about."""
        return f"{case.case_no} 投诉：{matter(case)}"

    def tags(self, case: Complaint) -> Sequence[str]:
        """Give the tags of the run in which it is decided."""
        return (
            case.case_no,
            f"type:{case.type.value}",
            severity_tag(case.severity),
            f"channel:{case.channel.value}",
            f"outlet:{case.outlet or case.assigned_to or 'unknown'}",
        )

    def awaits_approval(self, case: Complaint) -> bool:
        """Say whether somebody owes a decision about it."""
        return case.state is State.AWAITING_APPROVAL

    def amend(self, connection: Connection, case: Complaint, amount: Decimal, *, by: str) -> int:
        """Append a plan with the approver's amount, and give its version."""
        assert case.plan is not None  # the gate was opened for it
        amended = with_amount(case, case.plan, amount, by=by, now=clock.now())
        draft_plans(connection, [(case.case_no, amended)])
        return amended.version

    def take(
        self, connection: Connection, case: Complaint, outcome: Outcome, answer: Approval, *, role: Role,
        details: Mapping[str, Any], now: datetime,
    ) -> None:  # fmt: skip
        """Move the complaint by what was decided; a finding that was only proposed is decided with the plan (R55)."""
        finding = case.finding
        updates: dict[str, Any] = {}
        if outcome is Outcome.APPROVED and finding is not None and not finding.is_decided:
            agreed = finding.model_copy(update={"decided_by": answer.staff_id, "decided_at": now})
            updates, details = {"finding": agreed}, {**details, "decided": agreed.model_dump(mode="json")}
        step = Step(
            case, _COMMANDS[outcome], reason=answer.decision, note=answer.comment, updates=updates, details=details
        )
        take_steps(connection, [step], now=now, who=answer.staff_id, role=role)
        if "finding" in updates:
            known = case.model_copy(update=updates)
            lift_penalties(connection, known, by=answer.staff_id, now=now)


def completeness_of_complaint(connection: Connection, complaint: Complaint) -> Completeness:
    """Say what of the evidence that the playbook asks for the parcel's trouble is there; nothing is asked of others."""
    there = evidence_store.kinds_there(connection, [complaint.case_no]).get(complaint.case_no, {})
    waivers = evidence_store.waivers_of(connection, [complaint.case_no]).get(complaint.case_no, ())
    about = EXCEPTION_OF.get(complaint.type)
    if about is None or not complaint.waybill:
        return Completeness(there=there)
    books = playbooks_in_force()
    mode = mode_of(product=complaint.product, lane=LaneClass.UNKNOWN, books=books)
    return completeness(
        books.books[about, mode].evidence,
        there=there,
        waived={waiver.kind for waiver in waivers},
        scanned=complaint.last_event_at is not None,
    )


def _joint(connection: Connection, complaint: Complaint) -> dict[str, str]:
    """Say what each department that must agree has answered (R42)."""
    asked = agreements(connection, [complaint]).get(complaint.case_no, [])
    answers = inquiry_store.answers_to(connection, [inquiry.inquiry_no for inquiry in asked])
    said = {}
    for inquiry in asked:
        given = answers.get(inquiry.inquiry_no, [])
        said[inquiry.department] = (
            f"{ANSWER[given[0].code][0]} {given[0].text}".strip() if given else "未答复 no answer"
        )
    return said
