"""What the gate asks about a claim, and how the decision moves it: who approves the proposal decides who answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from rules.claims.form_text import form_text
from rules.claims.proposing import with_amount
from rules.claims.wording import EVENT
from schemas.approvals import Approval, Gate, Outcome, severity_tag
from schemas.claims import Claim, Command, State
from schemas.evidence import Completeness
from schemas.exceptions import Role
from store import claims as claim_store
from store import payments
from store.plans import draft_plans
from store.unit_of_work import Connection
from tasks.claims.case_file import claim_file_of
from tasks.claims.evidence import completeness_of_claims
from tasks.claims.moving import Step, take_steps
from tasks.paid import with_payments
from tasks.settings import business_settings
from tasks.supervision.decided import DecidedByItself

_COMMANDS = {
    Outcome.APPROVED: Command.APPROVE,
    Outcome.ENDORSED: Command.ENDORSE,
    Outcome.REFUSED: Command.REFUSE,
}


class DecidedClaims(DecidedByItself):
    """Claims, as `tasks.supervision.procedures` asks about them."""

    deployment = "settle_claim/settle_claim"

    def one(self, connection: Connection, case_no: str, *, lock: bool = False) -> Claim:
        """Read a claim, with what other cases had paid for its parcel."""
        claim = claim_store.one_claim(connection, case_no, lock=lock)
        if lock:
            payments.lock(connection, claim.waybill)
        return with_payments(connection, [claim])[0]

    def evidence_of(self, connection: Connection, case: Claim) -> Completeness:
        """Say which of the papers it needs are there and which are missing."""
        return completeness_of_claims(connection, [case])[case.case_no]

    def form_text(self, connection: Connection, gate: Gate, case: Claim) -> str:
        """Write what the supervisor sees above the form."""
        found, zone = self.evidence_of(connection, case), business_settings().zone
        return form_text(case, found, owed_for=gate.owed_for, refusal=gate.refusal, zone=zone)

    def case_file(self, connection: Connection, case: Claim, *, form: str) -> str:
        """Write all that is on record about the claim."""
        return claim_file_of(connection, case, found=self.evidence_of(connection, case), form=form)

    def title(self, case: Claim) -> str:
        """Say in a line what it is about."""
        return f"{case.case_no} 索赔：快件{EVENT[case.event].zh}"

    def tags(self, case: Claim) -> Sequence[str]:
        """Give the tags of the run in which it is decided."""
        return (
            case.case_no,
            f"type:{case.event.value}",
            severity_tag(case.severity),
            f"channel:{case.channel.value}",
            f"outlet:{case.outlet or case.assigned_to or 'unknown'}",
        )

    def awaits_approval(self, case: Claim) -> bool:
        """Say whether somebody owes a decision about it."""
        return case.state is State.AWAITING_APPROVAL

    def amend(self, connection: Connection, case: Claim, amount: Decimal, *, by: str) -> int:
        """Append a proposal with the approver's amount, and give its version."""
        assert case.plan is not None  # the gate was opened for it
        amended = with_amount(case, case.plan, amount, by=by)
        draft_plans(connection, [(case.case_no, amended)])
        return amended.version

    def take(
        self, connection: Connection, case: Claim, outcome: Outcome, answer: Approval, *, role: Role,
        details: Mapping[str, Any], now: datetime,
    ) -> None:  # fmt: skip
        """Move the claim by what was decided."""
        step = decision_step(case, outcome, by=answer.staff_id, note=answer.comment, details=details, now=now)
        take_steps(connection, [step], now=now, who=answer.staff_id, role=role)


def decision_step(
    claim: Claim, outcome: Outcome, *, by: str, note: str, details: Mapping[str, Any], now: datetime
) -> Step:
    """Make the step of a decision: an approval decides who answers where that was only proposed (R40)."""
    updates: dict[str, Any] = {}
    liability = claim.liability
    if outcome is Outcome.APPROVED and liability is not None and not liability.is_decided:
        agreed = liability.model_copy(update={"decided_by": by, "decided_at": now, "contested_by": "", "contest": ""})
        updates, details = {"liability": agreed}, {**details, "decided": agreed.model_dump(mode="json")}
    if outcome is Outcome.REFUSED:
        updates = {"proposals_refused": claim.proposals_refused + 1}
    reason = "refuse" if outcome is Outcome.REFUSED else "approve"
    return Step(claim, _COMMANDS[outcome], reason=reason, note=note, updates=updates, details=details)
