"""For whom an open case waits, by its state."""

from enum import StrEnum

from rules.tables import require_words
from schemas.exceptions import State
from schemas.reporting import Words


class WaitingFor(StrEnum):
    """Who moves the case on next."""

    SYSTEM = "system"
    SUPERVISOR = "supervisor"
    CARRIER_DESK = "carrier_desk"
    AGENT = "agent"
    CUSTOMER = "customer"


WAITING_FOR: dict[State, WaitingFor | None] = {
    State.DETECTED: WaitingFor.SYSTEM,
    State.RECORDED: WaitingFor.SYSTEM,
    State.INVESTIGATED: WaitingFor.SYSTEM,
    State.PLANNED: WaitingFor.SYSTEM,
    State.AWAITING_APPROVAL: WaitingFor.SUPERVISOR,
    State.APPROVED: WaitingFor.SYSTEM,
    State.CARRYING_OUT: WaitingFor.CARRIER_DESK,
    State.CARRIED_OUT: WaitingFor.SYSTEM,
    State.FED_BACK: WaitingFor.CUSTOMER,
    State.NEEDS_OPERATOR: WaitingFor.AGENT,
    State.CLOSED: None,  # for nobody any more
}
require_words(WAITING_FOR, State)

WAITING_WORDS: dict[str, Words] = {
    WaitingFor.SYSTEM: Words("系统", "the system"),
    WaitingFor.SUPERVISOR: Words("主管审批", "a supervisor"),
    WaitingFor.CARRIER_DESK: Words("运营受理台", "the carrier desk"),
    WaitingFor.AGENT: Words("人工处理", "a person"),
    WaitingFor.CUSTOMER: Words("客户答复", "the customer"),
}
