"""What is told of a matter that has a case already: added to it, and a repeat raises its level (R60, R66).

Whoever tells again what he was given a result for objects to it (R45); what somebody else tells is kept and answered,
and does not speak for the case.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from rules.complaints.closing import after_objection
from rules.complaints.finding import looked_at_again
from rules.complaints.record import completed
from rules.complaints.telling import caller_level, callers_since, is_repeat, same_matter_since, tier_for
from rules.complaints.weighing import weigh
from schemas.complaints import Command, Complaint, ComplaintRecord, Ending, Filed, MissingField, State
from schemas.severity import Severity
from store import complaint_matters, complaint_records
from store import complaints as complaint_store
from store.outbox import Letter
from store.unit_of_work import Connection
from tasks.complaints.acknowledging import acknowledge
from tasks.complaints.closing import take_back_question
from tasks.complaints.letters import MANAGER, department_letter
from tasks.complaints.moving import Step, cases_after, take_steps
from tasks.complaints.naming import on_file
from tasks.complaints.told import Incomplete, TakenIn, caller_key, missing_of, taken_in_at, told_columns

NEW_DEMAND = "客户诉求已变更。 The customer demands something else now."


def case_of_matter(connection: Connection, record: ComplaintRecord, now: datetime) -> Complaint | None:
    """Find the case that the matter has; a draft that nobody completed in time is none that goes on."""
    known = complaint_matters.same_matter(
        connection,
        caller_key=caller_key(record),
        waybill=record.waybill,
        type_=record.type,
        since=same_matter_since(now),
    )
    return None if known is not None and known.ending == Ending.ABANDONED else known


def add_telling(
    connection: Connection, known: Complaint, record: ComplaintRecord, entered: TakenIn, now: datetime
) -> Filed:
    """Add what is told now to the case that the matter has, and raise its level where it is a repeat.

    Told by somebody else it is kept and answered, and whose complaint it is, what he demands and who is paid stay.
    """
    told = _as_kept(connection, known, record)
    if told.missing and known.state is not State.DRAFT:
        raise Incomplete(told.missing)  # only what was told in full is taken up (R38)
    kept = complaint_records.add_record(
        connection, known.case_no, told.record, missing=told.missing, at=now, by_customer=told.by_customer
    )
    said = complaint_store.one_complaint(connection, known.case_no)
    command = _command_of_telling(known, told)
    counts = known.state is not State.DRAFT  # whoever completes his draft does not complain a second time
    repeat = counts and is_repeat(complaint_matters.told_at(connection, known.case_no), now=now)
    changed = {**_changed_by(connection, known, told), **_caller_columns(connection, known, told, counts, now)}
    changed["is_repeat"] = known.is_repeat or repeat
    severity, points = _severity_after(said, changed, repeat=repeat, now=now)
    step = Step(
        said,
        command,
        reason="repeat" if repeat else "told_again",
        updates={
            **changed,
            "severity": severity.value,
            "severity_score": points,
            "told_at": now,
            **_set_back_by(known, command),
        },
        details={
            "record": kept,
            "channel": record.channel.value,
            "missing": [field.at for field in told.missing],
            "severity": severity.name,
            **({"facts": {"complained_at": taken_in_at(record.taken_at, now)}} if command is Command.REOPEN else {}),
        },
        letters=_repeat_letters(said, now) if repeat else [],
    )
    [complaint] = cases_after(take_steps(connection, [step], now=now, who=entered.by, role=entered.role), now=now)
    if told.by_customer and changed.get("demanded", known.demanded) != known.demanded:
        complaint = _with_new_demand(connection, complaint, now)
    teller = complaint if told.by_customer else _as_told_by(told.record, complaint)
    return acknowledge(connection, teller, told.missing, now, joined=command is not Command.COMPLETE, repeat=repeat)


class _Telling(NamedTuple):
    """What is told of a matter that has a case, as it is kept."""

    record: ComplaintRecord
    missing: tuple[MissingField, ...]
    by_customer: bool  # by whose complaint it is


def _as_kept(connection: Connection, known: Complaint, record: ComplaintRecord) -> _Telling:
    """Join what the customer tells with what he told before; what somebody else tells stands by itself."""
    caller = caller_key(record)
    if caller and known.caller_key and caller != known.caller_key:
        return _Telling(record, (), by_customer=False)
    before = complaint_records.last_of_customer(connection, known.case_no)
    merged = completed(before, record) if before else record
    unfinished = known.state is State.DRAFT or known.ending == Ending.ABANDONED
    return _Telling(merged, missing_of(connection, merged) if unfinished else (), by_customer=True)


def _changed_by(connection: Connection, known: Complaint, told: _Telling) -> dict[str, Any]:
    """Give what of the case's own row the customer's telling changes."""
    if not told.by_customer:
        return {}
    if known.state is State.DRAFT or known.ending == Ending.ABANDONED:
        return told_columns(connection, told.record, known.case_no)
    record = told.record
    return {
        "demanded": record.demand.amount,
        "currency": record.demand.currency,
        **on_file(connection, record),
    }


def _caller_columns(
    connection: Connection, known: Complaint, told: _Telling, counts: bool, now: datetime
) -> dict[str, Any]:
    """Count the telling, and say how often its caller complains (R66)."""
    tellings = known.tellings + counts
    if not told.by_customer:
        return {"tellings": tellings}
    calls = complaint_matters.calls_of(connection, caller_key(told.record), since=callers_since(now))
    drafted_anew = not counts and not known.caller_key  # a draft without a number was not counted as his
    level = caller_level(calls + (counts or drafted_anew), on=now)
    return {"tellings": tellings, "caller_level": level, "tier": max(known.tier, tier_for(level, on=now))}


def _severity_after(
    said: Complaint, changed: Mapping[str, Any], *, repeat: bool, now: datetime
) -> tuple[Severity, int]:
    """Weigh the case anew; it never gets lighter by being told again, and a first repeat raises it by a grade (R60)."""
    weighed = weigh(said.model_copy(update=dict(changed)), now=now)
    raised = Severity(min(said.severity + 1, Severity.CRITICAL)) if repeat and not said.is_repeat else said.severity
    return max(weighed.severity, raised), weighed.points


def _command_of_telling(known: Complaint, told: _Telling) -> Command:
    """Say what a telling does: whoever tells again what he was given a result for does not agree with it (R45)."""
    if known.state is State.DRAFT:
        return Command.TELL_AGAIN if told.missing or not told.by_customer else Command.COMPLETE
    if known.state is State.FED_BACK and told.by_customer:
        return after_objection(known)
    return Command.REOPEN if known.state in {State.CONCLUDED, State.CLOSED} else Command.TELL_AGAIN


def _set_back_by(known: Complaint, command: Command) -> dict[str, Any]:
    """Give what a telling undoes of how far the case had come."""
    if command is Command.REOPEN:
        return {
            "ending": "", "archive_no": "", "follow_up_at": None, "answer_due_at": None,
            "finding": looked_at_again(known.finding),
        }  # fmt: skip
    if command is Command.OBJECT:
        again = looked_at_again(known.finding)
        return {"objections": known.objections + 1, "answer_due_at": None, "finding": again}
    if command is Command.REFER_UP:
        return {"objections": known.objections + 1, "answer_due_at": None}
    return {}


def _with_new_demand(connection: Connection, complaint: Complaint, now: datetime) -> Complaint:
    """Stop a plan that was made for another demand: one that waits is taken back, one under way goes to a person."""
    if complaint.state in {State.PLANNED, State.AWAITING_APPROVAL}:
        take_back_question(connection, complaint.case_no, reason=NEW_DEMAND, now=now)
        step = Step(complaint, Command.RECONSIDER, reason="new_demand", updates={"rounds": complaint.rounds - 1})
    elif complaint.state in {State.APPROVED, State.ACTING, State.ACTED}:
        step = Step(complaint, Command.HAND_OVER, reason="new_demand")
    else:
        return complaint
    [after] = cases_after(take_steps(connection, [step], now=now), now=now)
    return after


def _as_told_by(record: ComplaintRecord, complaint: Complaint) -> Complaint:
    """Show a complaint as that of whoever told it this time, who is to hear that it is known."""
    teller = record.customer
    return complaint.model_copy(
        update={
            "customer_name": teller.name,
            "customer_phone": teller.phone,
            "customer_email": teller.email,
            "language": teller.language or complaint.language,
        }
    )


def _repeat_letters(complaint: Complaint, now: datetime) -> list[Letter]:
    purpose = f"repeat-{complaint.version}"
    to = complaint.assigned_to or MANAGER
    return [department_letter(complaint, about="重复投诉，自动升级", purpose=purpose, to=to, now=now)]
