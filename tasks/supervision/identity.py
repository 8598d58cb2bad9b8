"""Who somebody is outside a gate: a staff id with a passcode that is right now (docs/operations.md)."""

from datetime import datetime

from rules.supervision.approvals import LOCK, REFUSALS_IN_A_ROW_MAX, check_identity
from schemas.approvals import Staff
from store import staff as staff_store
from store.unit_of_work import unit_of_work
from tasks.exceptions.moving import NotAllowed
from tasks.supervision.passcodes import matching_step


def identified(staff_id: str, *, passcode: str, at: datetime) -> Staff:
    """Give the active member of staff whose passcode this is.

    Raises:
        NotAllowed: id or passcode is not right, which counts towards locking the person, or the person is locked.
    """
    with unit_of_work() as connection:
        member = staff_store.one(connection, staff_id, lock=True)
        secret = staff_store.secret_of(connection, staff_id)
        right = secret is not None and matching_step(secret, passcode, at=at) is not None
        fault = check_identity(member, passcode_right=right, passcode_fresh=True, answered_at=at)
        if member is not None and (fault is None or fault.suspicious):
            staff_store.note_answer(
                connection,
                staff_id,
                refused=fault is not None,
                lock_after=REFUSALS_IN_A_ROW_MAX,
                locked_until=at + LOCK,
            )
    if fault is not None or member is None:
        raise NotAllowed(fault.sentence if fault else staff_id)
    return member
