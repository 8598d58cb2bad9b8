"""Mediation before the regulator, its opinion, and what the carrier thinks of that."""

from schemas.appeals import Appeal, AppealCommand, MediationSession, RegulatorWords, Response
from store import appeals as appeal_store
from store.appeal_papers import PaperKind
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.appeals.moving import Step, Written, staff_member, take_step
from tasks.stepping import NotAllowed


def mediate_appeal(case_no: str, session: MediationSession, *, staff_id: str) -> Appeal:
    """Keep what a session of mediation came to.

    Raises:
        NoSuchAppeal: there is no appeal with that number.
        NotAllowed: nobody has taken it up, it has an opinion or is closed, the session lies in the future, or nobody
            with that id works here.
    """
    by = staff_member(staff_id, at=clock.now())
    if session.held_at > by.at:
        raise NotAllowed("a session cannot have been held in the future")
    with unit_of_work() as connection:
        appeal = appeal_store.one_appeal(connection, case_no, lock=True)
        number = appeal.sessions + 1
        step = Step(
            AppealCommand.MEDIATE,
            reason=session.outcome.value,
            updates={"sessions": number},
            written=Written(PaperKind.SESSION, session, number),
        )
        return take_step(connection, appeal, step, by=by)


def note_opinion(case_no: str, opinion: RegulatorWords, *, staff_id: str) -> Appeal:
    """Note the regulator's opinion, to which the carrier owes a response.

    Raises:
        NoSuchAppeal: there is no appeal with that number.
        NotAllowed: it was not answered, has an opinion, or is closed; or nobody with that id works here.
    """
    by = staff_member(staff_id, at=clock.now())
    with unit_of_work() as connection:
        appeal = appeal_store.one_appeal(connection, case_no, lock=True)
        step = Step(
            AppealCommand.GIVE_OPINION,
            updates={"opinion_at": by.at},
            written=Written(PaperKind.OPINION, opinion, 1),
        )
        return take_step(connection, appeal, step, by=by)


def respond_to_opinion(case_no: str, response: Response, *, staff_id: str, note: str = "") -> Appeal:
    """Note what the carrier thinks of the regulator's opinion.

    Raises:
        NoSuchAppeal: there is no appeal with that number.
        NotAllowed: there is no opinion, the carrier has responded, or nobody with that id works here.
    """
    by = staff_member(staff_id, at=clock.now())
    with unit_of_work() as connection:
        appeal = appeal_store.one_appeal(connection, case_no, lock=True)
        updates = {"response": response.value, "responded_at": by.at}
        step = Step(AppealCommand.RESPOND, reason=response.value, note=note, updates=updates)
        return take_step(connection, appeal, step, by=by)
