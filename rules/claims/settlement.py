"""The settlement of a claim and its recovery, step by step, with what takes each step back."""

from typing import NamedTuple


class Step(NamedTuple):
    """A step and its undo, as the tasks are called."""

    name: str
    undo: str  # empty where nothing takes it back
    because: str = ""  # why the undo is more than taking back a row, or why there is none


SETTLEMENT = (
    Step("book_agreement", "undo_book_agreement"),
    Step("request_payout", "undo_request_payout", "only as long as the order has not left; then its end is waited for"),
    Step("settle_payouts", "reverse_payout", "money that has left is asked back, and booked when it is back"),
    Step("charge_party", "undo_charge_party"),
)

RECOVERY = (
    Step("recover_claims", "", "a notice that is sent is not unsent: the party objects, and its charge is lifted"),
    Step("settle_charges", "", "the time to object is over; what the party cannot pay is written off"),
    Step("record_recovery", "undo_record_recovery", "of a claim that is closed, what bounced is a matter of its own"),
    Step("write_off_charge", "", "two people said that it is lost; what comes in after all is not of this claim"),
    Step("close_recovered_claims", "", "a claim is opened again by its own command"),
)
