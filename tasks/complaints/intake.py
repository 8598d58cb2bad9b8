"""Stage INTAKE (受理): what is told becomes a case, or is added to the one that the matter has (R31 to R38, R60).

The record is kept whole before anybody works on it. One that lacks something is refused with what is missing, or kept
as a draft. Whoever complains hears at once that it was received, under which number, and until when he hears what.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from rules.clocks.anchors import advance
from rules.complaints import wording
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
            filed = _add_telling(connection, complaint, _signed(record, entered, now), entered, now)
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
    details: dict[str, Any] = {"facts": {"complained_at": now.isoformat()}, "channel": record.channel.value}

    def columns(opened: Complaint) -> Mapping[str, Any]:
        entry = entry_of(at=now, command=Command.RECEIVE, state=opened.state, reason="", details=details)
        weighed = weigh(opened.model_copy(update={"caller_level": level, "demanded": record.demand.amount}), now=now)
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
    """Add what is told now to the case that the matter has, and raise its level where it is a repeat."""
    before = complaint_store.records_of(connection, known.case_no)[-1].content
    merged = completed(before, record) if before else record
    if (caller := caller_key(record)) and known.caller_key and caller != known.caller_key:
        merged = merged.model_copy(update={"customer": record.customer})  # two people's names and numbers are not mixed
    drafted = known.state is State.DRAFT
    missing = _missing(connection, merged) if drafted or known.ending == Ending.ABANDONED else ()
    if missing and not drafted:
        raise Incomplete(missing)  # only what was told in full is taken up (R38)
    kept = complaint_store.add_record(connection, known.case_no, merged, missing=missing, at=now)
    said = complaint_store.one_complaint(connection, known.case_no)
    repeat = not drafted and is_repeat(complaint_store.told_at(connection, known.case_no), now=now)
    level = caller_level(complaint_store.calls_of(connection, known.caller_key, since=callers_since(now)) + 1, on=now)
    changed: dict[str, Any] = {
        "tellings": known.tellings + 1,
        "is_repeat": known.is_repeat or repeat,
        "caller_level": level,
        "tier": max(known.tier, tier_for(level, on=now)),
        "demanded": merged.demand.amount,
        "currency": merged.demand.currency,
        **on_file(connection, merged),
        **(_told_columns(connection, merged, known.case_no) if drafted or known.ending == Ending.ABANDONED else {}),
    }
    weighed = weigh(said.model_copy(update=changed), now=now)
    raised = known.severity if known.is_repeat else Severity(min(known.severity + 1, Severity.CRITICAL))
    command = _command_of_telling(known, missing)
    reopened = {
        "ending": "", "archive_no": "", "follow_up_at": None, "answer_due_at": None,
        "finding": looked_at_again(known.finding),
    }  # fmt: skip
    step = Step(
        said,
        command,
        reason="repeat" if repeat else "told_again",
        updates={
            **changed,
            "severity": max(weighed.severity, raised if repeat else known.severity).value,
            "severity_score": weighed.points,
            "told_at": now,
            **(reopened if command is Command.REOPEN else {}),
        },
        details={"record": kept, "channel": record.channel.value, "missing": [field.at for field in missing]},
        letters=_repeat_letters(said, now) if repeat else [],
    )
    [complaint] = take_steps(connection, [step], now=now, who=entered.by, role=entered.role)
    return _filed(connection, complaint, missing, now, joined=command is not Command.COMPLETE, repeat=repeat)


def _command_of_telling(known: Complaint, missing: tuple[MissingField, ...]) -> Command:
    if known.state is State.DRAFT and not missing:
        return Command.COMPLETE
    return Command.REOPEN if known.state in {State.CONCLUDED, State.CLOSED} else Command.TELL_AGAIN


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
    anchors = anchors_of(complaint)
    first, result = (_ahead(due(clock_id, anchors), now) for clock_id in (FIRST_ANSWER, RESULT))
    language: Language = "en" if complaint.language == "en" else "zh"
    text = "incomplete" if missing else "told_again" if joined else "acknowledged"
    told = {
        "first_answer_by": _when(first),
        "result_by": _when(result),
        "wanted": wording.wanted(missing, language),
        "urgent": "1" if repeat else "",
    }
    letters = customer_letters(complaint, text, purpose=f"intake-{complaint.version}", now=now, **told)
    outbox.put(connection, letters)
    message = wording.write(text, complaint, language, hotline=business_settings().hotline, **told)
    return Filed(
        complaint_no=complaint.case_no,
        state=complaint.state,
        joined=joined,
        repeat=repeat,
        sentence=message.body,
        first_answer_by=first if not missing else None,
        result_by=result if not missing else None,
        missing=missing,
    )


def _ahead(at: datetime | None, now: datetime) -> datetime | None:
    """Promise nothing for a moment that has passed."""
    return at if at is not None and at > now else None


def _when(at: datetime | None) -> str:
    return local_time(at, business_settings().zone)
