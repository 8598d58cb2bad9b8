"""What the gate asks of a procedure whose cases are decided: all of them answer the same questions.

The number of a case says whose it is.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from rules.supervision.approvals import NotAccepted
from schemas.approvals import Approval, Decidable, Gate, Outcome
from schemas.claims import CLAIM_PREFIX, DOCKET_PREFIX
from schemas.complaints import COMPLAINT_PREFIX
from schemas.evidence import Completeness
from schemas.exceptions import Role
from store.unit_of_work import Connection
from tasks.claims.deciding import DecidedClaims
from tasks.claims.dockets import DecidedDockets
from tasks.complaints.deciding import DecidedComplaints
from tasks.exceptions.deciding import DecidedExceptions


class Procedure(Protocol):
    """How the cases of one procedure are read for a decision, and moved by it."""

    deployment: str  # of the flow in which a supervisor decides
    form: type[Approval]  # what he fills in

    def one(self, connection: Connection, case_no: str, *, lock: bool = False) -> Decidable:
        """Read a case; LookupError where there is none with that number."""

    def parcels(self, connection: Connection, case: Any) -> Mapping[str, str]:
        """Give the waybills, by case number, of what the log says of which a decision rests on."""

    def evidence_of(self, connection: Connection, case: Any) -> Completeness:
        """Say which evidence is there and which is missing."""

    def form_text(self, connection: Connection, gate: Gate, case: Any) -> str:
        """Write what the supervisor sees above the form."""

    def case_file(self, connection: Connection, case: Any, *, form: str) -> str:
        """Write all that is on record about the case, beginning with the form's text."""

    def title(self, case: Any) -> str:
        """Say in a line what the case is about."""

    def tags(self, case: Any) -> Sequence[str]:
        """Give the tags of the run in which it is decided."""

    def awaits_approval(self, case: Any) -> bool:
        """Say whether somebody owes a decision about it."""

    def fault_in(self, case: Any, answer: Approval) -> NotAccepted | None:
        """Say why an answer does not count that would of a case of another procedure."""

    def amend(self, connection: Connection, case: Any, amount: Decimal, *, by: str) -> int:
        """Draft a plan with the approver's amount, and give its version; the plan that was shown stays as it was."""

    def take(
        self, connection: Connection, case: Any, outcome: Outcome, answer: Approval, *, role: Role,
        details: Mapping[str, Any], now: datetime,
    ) -> None:  # fmt: skip
        """Move the case by what was decided."""

    def details_of(self, connection: Connection, case_no: str) -> str:
        """Say what more there is to know of what was decided last than by whom; empty where there is nothing."""


EXCEPTIONS, COMPLAINTS, CLAIMS, DOCKETS = DecidedExceptions(), DecidedComplaints(), DecidedClaims(), DecidedDockets()
_OF_PREFIX: dict[str, Procedure] = {COMPLAINT_PREFIX: COMPLAINTS, CLAIM_PREFIX: CLAIMS, DOCKET_PREFIX: DOCKETS}


def procedure_of(case_no: str) -> Procedure:
    """Say by which procedure a case is handled."""
    return _OF_PREFIX.get(case_no.partition("-")[0], EXCEPTIONS)
