"""For whom an open complaint waits, by its state."""

from rules.reporting.waiting import WaitingFor
from rules.tables import require_words
from schemas.complaints import State

WAITING_FOR: dict[State, WaitingFor | None] = {
    State.DRAFT: WaitingFor.CUSTOMER,  # something must still be told
    State.RECEIVED: WaitingFor.SYSTEM,
    State.HANDED_OFF: WaitingFor.AGENT,
    State.VERIFYING: WaitingFor.AGENT,
    State.VERIFIED: WaitingFor.AGENT,
    State.PLANNED: WaitingFor.SYSTEM,
    State.AWAITING_APPROVAL: WaitingFor.SUPERVISOR,
    State.APPROVED: WaitingFor.SYSTEM,
    State.ACTING: WaitingFor.AGENT,
    State.ACTED: WaitingFor.SYSTEM,
    State.FED_BACK: WaitingFor.CUSTOMER,
    State.NEEDS_OPERATOR: WaitingFor.AGENT,
    State.CONCLUDED: WaitingFor.SYSTEM,
    State.CLOSED: None,  # for nobody any more
}
require_words(WAITING_FOR, State)
