"""Registering what the regulator forwards, and finding the complaint that went before it.

Whatever the conditions of an appeal come to, it is registered: whether it is taken on is the regulator's to decide.
"""

from typing import NamedTuple

from rules.appeals.preconditions import Admissible, preconditions, worst_of
from rules.packs import NoSuchRule
from schemas.appeals import APPEAL_PREFIX, Appeal, AppealCommand, ForwardedAppeal, Precondition
from store import appeal_links, appeal_papers, outbox
from store import appeals as appeal_store
from store.appeal_links import ComplaintOnFile
from store.appeals import Opening
from store.consignees import consignee_key
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.appeals.letters import registered_letter
from tasks.appeals.moving import By, Step, staff_member, take_step
from tasks.appeals.settings import appeal_clocks, appeal_settings
from tasks.appeals.timing import clock_columns
from tasks.settings import business_settings
from tasks.stepping import NotAllowed


class Registered(NamedTuple):
    """An appeal that is on file, how its conditions stand, and whether it was known before."""

    appeal: Appeal
    found: tuple[Precondition, ...]
    known_before: bool = False


def register_appeal(told: ForwardedAppeal, *, staff_id: str) -> Registered:
    """Register an appeal; forwarded twice under one number of the regulator it is one appeal.

    Raises:
        NotAllowed: nobody with that id works here, the complaint that is named is not on file, it was received in the
            future, or no rule held on its days.
    """
    by = staff_member(staff_id, at=clock.now())
    if told.received_at > by.at:
        raise NotAllowed("an appeal cannot have been received in the future")
    with unit_of_work() as connection:
        known = appeal_store.forwarded_before(connection, told)
        if known is not None:
            return Registered(known, appeal_papers.preconditions_of(connection, known.case_no), known_before=True)
        try:
            return _open(connection, told, by)
        except NoSuchRule as missing:
            raise NotAllowed(f"the appeal cannot be counted: {missing}") from missing


def _open(connection: Connection, told: ForwardedAppeal, by: By) -> Registered:
    told = told.model_copy(update={"jurisdiction": told.jurisdiction or appeal_settings().jurisdiction})
    complaint = _complaint_of(connection, told)
    found = _assess(connection, told, complaint)
    opening = Opening(
        told,
        {
            "jurisdiction": told.jurisdiction,
            "waybill": told.waybill or (complaint.waybill if complaint else ""),
            "appellant_key": consignee_key(told.appellant.phone),
            "complaint_no": complaint.case_no if complaint else "",
            "admission": worst_of(found).value,
            "assessments": 1,
        },
        found,
        clock_columns,
    )
    day = by.at.astimezone(business_settings().zone).strftime("%Y%m%d")
    appeal = appeal_store.register(connection, opening, prefix=f"{APPEAL_PREFIX}-{day}-", sign=by.sign)
    due = appeal_clocks().next_owed(appeal)
    outbox.put(connection, [registered_letter(appeal, due, now=by.at)] if due else [])
    return Registered(appeal, found)


def link_complaint(case_no: str, complaint_no: str, *, staff_id: str) -> Registered:
    """Link an appeal to a complaint that was found later, and look at its conditions anew.

    Raises:
        NoSuchAppeal: there is no appeal with that number.
        NotAllowed: it is closed, there is no such complaint, or nobody with that id works here.
    """
    by = staff_member(staff_id, at=clock.now())
    with unit_of_work() as connection:
        appeal = appeal_store.one_appeal(connection, case_no, lock=True)
        told = appeal_papers.told_of(connection, case_no).model_copy(update={"complaint_no": complaint_no})
        complaint = _complaint_of(connection, told)
        found = _assess(connection, told, complaint)
        number = appeal.assessments + 1
        updates = {"complaint_no": complaint_no, "admission": worst_of(found).value, "assessments": number}
        if complaint is not None and not appeal.waybill:
            updates["waybill"] = complaint.waybill
        details = {"preconditions": {one.kind.value: one.standing.value for one in found}}
        step = Step(AppealCommand.LINK, reason=complaint_no, updates=updates, details=details)
        appeal = take_step(connection, appeal, step, by=by)
        appeal_papers.add_preconditions(connection, case_no, found, assessment=number)
        return Registered(appeal, found)


def _complaint_of(connection: Connection, told: ForwardedAppeal) -> ComplaintOnFile | None:
    """Find the complaint by its number, else by the waybill, else by whoever appeals."""
    if told.complaint_no:
        named = appeal_links.complaint_on_file(connection, told.complaint_no)
        if named is None:
            raise NotAllowed(f"there is no complaint {told.complaint_no}")
        return named
    return appeal_links.complaint_before(
        connection,
        waybill=told.waybill,
        caller_key=consignee_key(told.appellant.phone),
        until=told.appealed_at or told.received_at,
    )


def _assess(
    connection: Connection, told: ForwardedAppeal, complaint: ComplaintOnFile | None
) -> tuple[Precondition, ...]:
    known = Admissible(
        jurisdiction=told.jurisdiction or appeal_settings().jurisdiction,
        appealed_at=told.appealed_at or told.received_at,
        complaint_no=complaint.case_no if complaint else "",
        complained_at=complaint.opened_at if complaint else told.complained_at,
        looked_for=bool(told.waybill or consignee_key(told.appellant.phone)),
        answered_at=complaint.answered_at if complaint else told.complaint_answered_at,
        dissatisfied=told.dissatisfied if told.dissatisfied is not None else _is_dissatisfied(complaint),
        channel_blocked=told.channel_blocked,
        before_court=told.before_court,
        posted_at=told.posted_at or appeal_links.posted_at(connection, told.waybill),
        disputed_at=told.disputed_at,
        waybill=told.waybill,
        name=told.appellant.name,
        phone=told.appellant.phone,
        relation=told.appellant.relation,
    )
    return preconditions(known, clocks=appeal_clocks())


def _is_dissatisfied(complaint: ComplaintOnFile | None) -> bool | None:
    """Read from the complaint whether the user was content with its answer; None when it does not say."""
    if complaint is None:
        return None
    if complaint.ending == "accepted":
        return False
    return True if complaint.objections else None
