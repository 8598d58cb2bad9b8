"""The settlement of a claim, step by step, with what takes each step back."""

from typing import NamedTuple


class Step(NamedTuple):
    """A step and its undo, as the tasks are called."""

    name: str
    undo: str
    because: str = ""  # why the undo is more than taking back a row


SETTLEMENT = (
    Step("book_agreement", "undo_book_agreement"),
    Step("request_payout", "undo_request_payout", "only as long as the order has not left; then its end is waited for"),
    Step("settle_payouts", "reverse_payout", "money that has left is asked back, and booked when it is back"),
    Step("charge_party", "undo_charge_party"),
)
