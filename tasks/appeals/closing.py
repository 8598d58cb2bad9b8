"""How an appeal ends, and until when its file is kept; and how the regulator prolongs its own time."""

from rules.tables import require_words
from schemas.appeals import Appeal, AppealCommand, AppealEnding
from store import appeals as appeal_store
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.appeals.moving import Step, staff_member, take_step
from tasks.appeals.settings import appeal_clocks

BY_ENDING = {
    AppealEnding.ACCEPTED: AppealCommand.ACCEPT,
    AppealEnding.CONCLUDED: AppealCommand.CONCLUDE,
    AppealEnding.DISMISSED: AppealCommand.DISMISS,
    AppealEnding.WITHDRAWN: AppealCommand.WITHDRAW,
}
require_words(BY_ENDING, AppealEnding)


def close_appeal(case_no: str, ending: AppealEnding, *, staff_id: str, note: str = "") -> Appeal:
    """Close an appeal and file its papers for as long as they must be kept.

    Raises:
        NoSuchAppeal: there is no appeal with that number.
        NotAllowed: it cannot end so from where it stands, or nobody with that id works here.
    """
    by = staff_member(staff_id, at=clock.now())
    with unit_of_work() as connection:
        appeal = appeal_store.one_appeal(connection, case_no, lock=True)
        kept_until = appeal_clocks().kept_until(appeal, closed_at=by.at)
        updates = {"ending": ending.value, "kept_until": kept_until}
        return take_step(connection, appeal, Step(BY_ENDING[ending], reason=ending, note=note, updates=updates), by=by)


def prolong_appeal(case_no: str, *, staff_id: str, note: str = "") -> Appeal:
    """Note that the regulator prolongs its own time, where a text knows of that (浙江 art. 37).

    Raises:
        NoSuchAppeal: there is no appeal with that number.
        NotAllowed: no text knows of it, it was prolonged before, it is closed, or nobody with that id works here.
    """
    by = staff_member(staff_id, at=clock.now())
    with unit_of_work() as connection:
        appeal = appeal_store.one_appeal(connection, case_no, lock=True)
        return take_step(
            connection, appeal, Step(AppealCommand.EXTEND, note=note, updates={"extended_at": by.at}), by=by
        )
