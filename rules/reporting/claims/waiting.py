"""For whom an open claim waits, by its state."""

from rules.reporting.waiting import WaitingFor
from rules.tables import require_words
from schemas.claims import State

WAITING_FOR: dict[State, WaitingFor | None] = {
    State.DRAFT: WaitingFor.CUSTOMER,  # something must still be told
    State.FILED: WaitingFor.SYSTEM,
    State.ACKNOWLEDGED: WaitingFor.SYSTEM,
    State.EVIDENCE: WaitingFor.CUSTOMER,
    State.LIABILITY: WaitingFor.AGENT,
    State.ASSESSMENT: WaitingFor.SYSTEM,
    State.ASSESSED: WaitingFor.SYSTEM,
    State.AWAITING_APPROVAL: WaitingFor.SUPERVISOR,
    State.APPROVED: WaitingFor.SYSTEM,
    State.OFFERED: WaitingFor.CUSTOMER,
    State.NEGOTIATION: WaitingFor.AGENT,
    State.AGREED: WaitingFor.SYSTEM,
    State.PAYING: WaitingFor.SYSTEM,
    State.PAID: WaitingFor.SYSTEM,
    State.RECOVERING: WaitingFor.AGENT,
    State.DENIED: WaitingFor.CUSTOMER,  # he may object
    State.NEEDS_OPERATOR: WaitingFor.AGENT,
    State.CLOSED: None,  # for nobody any more
}
require_words(WAITING_FOR, State)
