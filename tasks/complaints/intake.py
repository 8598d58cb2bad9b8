"""Stage INTAKE (受理): what is told becomes a case, or is added to the one that the matter has (R31 to R38, R60).

The record is kept whole before anybody works on it. One that lacks something is refused with what is missing, or kept
as a draft. Whoever complains hears at once that it was received, under which number, and until when he hears what.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from rules.clocks.anchors import advance
from rules.complaints import wording
from rules.complaints.closing import after_objection
from rules.complaints.finding import looked_at_again
from rules.complaints.record import completed, missing_fields
from rules.complaints.telling import caller_level, callers_since, is_repeat, same_matter_since, tier_for
from rules.complaints.weighing import weigh
from rules.exceptions.wording import local_time
from rules.texts import Language
from schemas.complaints import (
    COMPLAINT_PREFIX,
    Command,
    Complaint,
    ComplaintRecord,
    Ending,
    Filed,
    MissingField,
    State,
)  # fmt: skip
from schemas.evidence import Entered
from schemas.exceptions import Role
from schemas.severity import Severity
from store import complaints as complaint_store
from store import outbox, requests
from store.complaints import Opening
from store.consignees import consignee_key
from store.evidence import Kept
from store.keyed import keyed_hash
from store.outbox import Letter
from store.requests import NamedRequest
from store.tracking import shipments
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.complaints.closing import take_back_question
from tasks.complaints.letters import MANAGER, customer_letters, department_letter
from tasks.complaints.moving import Step, signature, take_steps
from tasks.complaints.naming import on_file
from tasks.complaints.timing import FIRST_ANSWER, RESULT, anchors_of, clock_columns, due
from tasks.evidence.keeping import attach_pieces
from tasks.exceptions.timing import entry_of
from tasks.settings import business_settings


class Incomplete(ValueError):
    """Something that must be told is missing, and nobody asked to keep a draft of it."""

    def __init__(self, missing: tuple[MissingField, ...]) -> None:
        """Name the fields."""
        self.missing = missing
        super().__init__(f"missing: {', '.join(field.at for field in missing)}")


NEW_DEMAND = "客户诉求已变更。 The customer demands something else now."
TAKEN_BEFORE_MAX = timedelta(days=30)
"""How long before it is entered a complaint may have been taken in."""


class TakenIn(NamedTuple):
    """How a record came in: by whom, and in which role."""

    by: str
    role: Role = Role.AGENT


class Attached(NamedTuple):
    """Files that the vault holds already and the case gets with what is told, and how they came in."""

    pieces: Sequence[Kept]
    entered: Entered


def file_complaint(
    record: ComplaintRecord,
    *,
    entered: TakenIn,
    keep_draft: bool = False,
    request: NamedRequest | None = None,
    attached: Attached | None = None,
) -> Filed:
    """Take in what somebody complains of; when this returns, it is committed.

    What was told of before is added to its case: within three days of the last telling it is a repeat, which raises the
    case's level by itself (R60). The same request twice is answered as the first time and does nothing.

    Raises:
        Incomplete: something that must be told is missing, and no draft is wanted.
        OtherContent: the request's name was used for another one.
        TooMuchEvidence: the case would have more files than one may have.
    """
    now = clock.now()
    with unit_of_work() as connection:

        def work() -> dict[str, Any]:
            filed = _take_in(connection, record, entered, keep_draft, now)
            return _with_files(connection, filed, attached).model_dump(mode="json")

        answer = requests.once(connection, request, work, at=now)
    return Filed.model_validate(answer)


def complete_draft(
    case_no: str,
    record: ComplaintRecord,
    *,
    entered: TakenIn,
    request: NamedRequest | None = None,
    attached: Attached | None = None,
) -> Filed:
    """Add what was missing of a draft; it is received once nothing is missing. To any other it is told once more.

    Raises:
        NoSuchComplaint: there is none with that number.
        Incomplete: it was a draft that nobody completed in time, and something is missing still.
        OtherContent: the request's name was used for another one.
        TooMuchEvidence: the case would have more files than one may have.
    """
    now = clock.now()
    with unit_of_work() as connection:

        def work() -> dict[str, Any]:
            complaint = complaint_store.one_complaint(connection, case_no, lock=True)
            filed = _complete(connection, complaint, _signed(record, entered, now), entered, now)
            return _with_files(connection, filed, attached).model_dump(mode="json")

        answer = requests.once(connection, request, work, at=now)
    return Filed.model_validate(answer)


def answered_or_refused(
    record: ComplaintRecord, *, entered: TakenIn, keep_draft: bool, request: NamedRequest | None
) -> Filed | None:
    """Give what was answered before, and refuse what would be, so that no file is kept in vain.

    Raises:
        Incomplete, OtherContent: as when it is filed.
    """
    now = clock.now()
    with unit_of_work() as connection:
        if (answered := requests.answered_before(connection, request)) is not None:
            return Filed.model_validate(answered)
        if not keep_draft:
            signed = _signed(record, entered, now)
            if _known(connection, signed, now) is None and (missing := _missing(connection, signed)):
                raise Incomplete(missing)
    return None


def _signed(record: ComplaintRecord, entered: TakenIn, now: datetime) -> ComplaintRecord:
    """Say of a record who took it in and when, where it does not (R36)."""
    return record.model_copy(update={"taken_at": record.taken_at or now, "taken_by": record.taken_by or entered.by})


def _known(connection: Connection, record: ComplaintRecord, now: datetime) -> Complaint | None:
    """Find the case that the matter has; a draft that nobody completed in time is none that goes on."""
    known = complaint_store.same_matter(
        connection,
        caller_key=caller_key(record),
        waybill=record.waybill,
        type_=record.type,
        since=same_matter_since(now),
    )
    return None if known is not None and known.ending == Ending.ABANDONED else known


def _complete(
    connection: Connection, draft: Complaint, record: ComplaintRecord, entered: TakenIn, now: datetime
) -> Filed:
    """Complete a draft; where what was missing shows that the matter has a case, it goes into that one (R60)."""
    if draft.state is State.DRAFT and (other := _other_case(connection, draft, record, now)) is not None:
        step = Step(
            draft, Command.ABANDON, reason="joined", updates={"ending": Ending.ABANDONED},
            details={"joined": other.case_no},
        )  # fmt: skip
        take_steps(connection, [step], now=now, who=entered.by, role=entered.role)
        before = complaint_store.last_of_customer(connection, draft.case_no)
        return _add_telling(connection, other, completed(before, record) if before else record, entered, now)
    return _add_telling(connection, draft, record, entered, now)


def _other_case(connection: Connection, draft: Complaint, record: ComplaintRecord, now: datetime) -> Complaint | None:
    """Find the case that the matter of a draft has beside it, by what is known now."""
    before = complaint_store.last_of_customer(connection, draft.case_no)
    merged = completed(before, record) if before else record
    if (merged.waybill, merged.type) == (draft.waybill, draft.type):
        return None  # it would have been found when the draft was opened
    complaint_store.lock_matter(connection, waybill=merged.waybill, caller_key=caller_key(merged), type_=merged.type)
    known = _known(connection, merged, now)
    return known if known is not None and known.case_no != draft.case_no else None


def _with_files(connection: Connection, filed: Filed, attached: Attached | None) -> Filed:
    """Write down the files that came with what was told, in the same transaction."""
    if attached is None:
        return filed
    given = attach_pieces(connection, filed.complaint_no, attached.pieces, entered=attached.entered)
    return filed.model_copy(update={"attachments": given})


def _take_in(
    connection: Connection, record: ComplaintRecord, entered: TakenIn, keep_draft: bool, now: datetime
) -> Filed:
    record = _signed(record, entered, now)
    caller = caller_key(record)
    complaint_store.lock_matter(connection, waybill=record.waybill, caller_key=caller, type_=record.type)
    known = _known(connection, record, now)
    if known is not None:
        return _add_telling(connection, known, record, entered, now)
    missing = _missing(connection, record)
    if missing and not keep_draft:
        raise Incomplete(missing)
    return _open(connection, record, caller, missing, entered, now)


def caller_key(record: ComplaintRecord) -> str:
    """Name who complains by his telephone, else by his e-mail address; empty where he told neither."""
    if key := consignee_key(record.customer.phone):
        return key
    address = record.customer.email.casefold()
    return keyed_hash("caller by mail", address) if address else ""


def _missing(connection: Connection, record: ComplaintRecord) -> tuple[MissingField, ...]:
    on_file = bool(record.waybill) and shipments.is_registered(connection, record.waybill)
    return missing_fields(record, parcel_on_file=on_file)


def _open(
    connection: Connection,
    record: ComplaintRecord,
    caller: str,
    missing: tuple[MissingField, ...],
    entered: TakenIn,
    now: datetime,
) -> Filed:
    level = caller_level(complaint_store.calls_of(connection, caller, since=callers_since(now)) + 1, on=now)
    facts = {"complained_at": _told_at(record, now)}
    details: dict[str, Any] = {"facts": facts, "channel": record.channel.value}

    def columns(opened: Complaint) -> Mapping[str, Any]:
        weighed = weigh(opened.model_copy(update={"caller_level": level, "demanded": record.demand.amount}), now=now)
        details["severity"] = weighed.severity.name  # the clocks of a severe one run faster
        entry = entry_of(at=now, command=Command.RECEIVE, state=opened.state, reason="", details=details)
        return {
            **clock_columns(advance(anchors_of(opened), entry)),
            **_told_columns(connection, record, opened.case_no),
            "caller_level": level,
            "tier": tier_for(level, on=now),
            "severity": weighed.severity.value,
            "severity_score": weighed.points,
            "told_at": now,
        }

    day = now.astimezone(business_settings().zone).strftime("%Y%m%d")
    complaint = complaint_store.open_complaint(
        connection,
        Opening(record, missing, columns, details),
        prefix=f"{COMPLAINT_PREFIX}-{day}-",
        sign=signature(entered.by, entered.role, now),
    )
    return _filed(connection, complaint, missing, now)


def _told_columns(connection: Connection, record: ComplaintRecord, case_no: str) -> dict[str, Any]:
    """Give what the case's own row holds of what was told, and the cases that it points to."""
    return {
        "waybill": record.waybill,
        "type": record.type.value,
        "language": record.customer.language or business_settings().language,
        **on_file(connection, record),
        "caller_key": caller_key(record),
        "demanded": record.demand.amount,
        "currency": record.demand.currency,
        "related_case": complaint_store.open_exception(connection, record.waybill),
        "earlier_case": complaint_store.earlier_about(connection, record.waybill, than=case_no),
    }


def _add_telling(
    connection: Connection, known: Complaint, record: ComplaintRecord, entered: TakenIn, now: datetime
) -> Filed:
    """Add what is told now to the case that the matter has, and raise its level where it is a repeat.

    Told by somebody else it is kept and answered, and whose complaint it is, what he demands and who is paid stay.
    """
    told = _as_kept(connection, known, record)
    if told.missing and known.state is not State.DRAFT:
        raise Incomplete(told.missing)  # only what was told in full is taken up (R38)
    kept = complaint_store.add_record(
        connection, known.case_no, told.record, missing=told.missing, at=now, by_customer=told.by_customer
    )
    said = complaint_store.one_complaint(connection, known.case_no)
    command = _command_of_telling(known, told)
    counts = known.state is not State.DRAFT  # whoever completes his draft does not complain a second time
    repeat = counts and is_repeat(complaint_store.told_at(connection, known.case_no), now=now)
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
            **({"facts": {"complained_at": _told_at(record, now)}} if command is Command.REOPEN else {}),
        },
        letters=_repeat_letters(said, now) if repeat else [],
    )
    [complaint] = take_steps(connection, [step], now=now, who=entered.by, role=entered.role)
    if told.by_customer and changed.get("demanded", known.demanded) != known.demanded:
        complaint = _with_new_demand(connection, complaint, now)
    teller = complaint if told.by_customer else _as_told_by(told.record, complaint)
    return _filed(connection, teller, told.missing, now, joined=command is not Command.COMPLETE, repeat=repeat)


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
    before = complaint_store.last_of_customer(connection, known.case_no)
    merged = completed(before, record) if before else record
    unfinished = known.state is State.DRAFT or known.ending == Ending.ABANDONED
    return _Telling(merged, _missing(connection, merged) if unfinished else (), by_customer=True)


def _changed_by(connection: Connection, known: Complaint, told: _Telling) -> dict[str, Any]:
    """Give what of the case's own row the customer's telling changes."""
    if not told.by_customer:
        return {}
    if known.state is State.DRAFT or known.ending == Ending.ABANDONED:
        return _told_columns(connection, told.record, known.case_no)
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
    calls = complaint_store.calls_of(connection, caller_key(told.record), since=callers_since(now))
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
    [after] = take_steps(connection, [step], now=now)
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


def _filed(
    connection: Connection,
    complaint: Complaint,
    missing: tuple[MissingField, ...],
    now: datetime,
    *,
    joined: bool = False,
    repeat: bool = False,
) -> Filed:
    """Tell whoever complains what became of it, and give the same to whoever took it in (R37, R50)."""
    language: Language = "en" if complaint.language == "en" else "zh"
    text = "incomplete" if missing else "told_again" if joined else "acknowledged"
    promised = _promised(complaint, read_at=now)
    written = _promised(complaint, read_at=business_settings().after_quiet_hours(now))
    told = {"wanted": wording.wanted(missing, language), "urgent": "1" if repeat else ""}
    letters = customer_letters(
        complaint, text, purpose=f"intake-{complaint.version}", now=now, **told, **written.in_words()
    )
    outbox.put(connection, letters)
    message = wording.write(
        text, complaint, language, hotline=business_settings().hotline, **told, **promised.in_words()
    )
    return Filed(
        complaint_no=complaint.case_no,
        state=complaint.state,
        joined=joined,
        repeat=repeat,
        sentence=message.body,
        first_answer_by=promised.first if not missing else None,
        result_by=promised.result if not missing else None,
        missing=missing,
    )


class _Promises(NamedTuple):
    """By when a customer hears what (R50); None for what is over, or comes before he reads of it."""

    first: datetime | None
    result: datetime | None

    def in_words(self) -> dict[str, str]:
        """Write them as people of the business read them."""
        zone = business_settings().zone
        return {"first_answer_by": local_time(self.first, zone), "result_by": local_time(self.result, zone)}


def _promised(complaint: Complaint, *, read_at: datetime) -> _Promises:
    """Promise what the clocks say, after the quiet hours: nobody is written to in them."""
    anchors = anchors_of(complaint)
    first, result = (_ahead(due(clock_id, anchors), read_at) for clock_id in (FIRST_ANSWER, RESULT))
    return _Promises(first, result)


def _ahead(at: datetime | None, read_at: datetime) -> datetime | None:
    heard_at = business_settings().after_quiet_hours(at) if at is not None else None
    return heard_at if heard_at is not None and heard_at > read_at else None


def _told_at(record: ComplaintRecord, now: datetime) -> str:
    """Say when a complaint was taken in (R36), from which the law counts; nobody takes one in after now."""
    taken = record.taken_at or now
    return max(now - TAKEN_BEFORE_MAX, min(taken, now)).isoformat()
