"""Whether somebody at a command is the member of staff he says he is: by his passcode, outside any gate."""

from datetime import datetime

from rules.supervision.approvals import LOCK, REFUSALS_IN_A_ROW_MAX, NotAccepted, check_identity
from schemas.approvals import Staff
from store import staff as staff_store
from store.unit_of_work import unit_of_work
from tasks.supervision.passcodes import matching_step


class NotProven(RuntimeError):
    """The staff id or the passcode is not right, or the person is locked; the message is the sentence."""

    def __init__(self, why: NotAccepted) -> None:
        """Keep why."""
        super().__init__(why.sentence)
        self.why = why


def proven_staff(staff_id: str, passcode: str, *, at: datetime) -> Staff:
    """Give the member of staff whose passcode this is; wrong ones in a row lock the person, as at a gate.

    Raises:
        NotProven: with the sentence that says why.
    """
    with unit_of_work() as connection:
        member = staff_store.one(connection, staff_id, lock=True)
        secret = staff_store.secret_of(connection, staff_id)
        right = secret is not None and matching_step(secret, passcode, at=at) is not None
        why = check_identity(member, passcode_right=right, passcode_fresh=True, answered_at=at)
        if why is None or why.suspicious:
            staff_store.note_answer(
                connection,
                staff_id,
                refused=why is not None,
                lock_after=REFUSALS_IN_A_ROW_MAX,
                locked_until=at + LOCK,
            )
    if why is not None or member is None:
        raise NotProven(why or NotAccepted("identity", "nobody has this staff id"))
    return member
