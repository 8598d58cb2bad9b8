"""Stage INTAKE (受理): what is told becomes a case, or is added to the one that the matter has (R31 to R38, R60).

The record is kept whole before anybody works on it. One that lacks something is refused with what is missing, or kept
as a draft. How it is added to a case is `telling_again`, and the answer to whoever complains `acknowledging`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from rules.clocks.anchors import advance
from rules.complaints.record import completed
from rules.complaints.telling import caller_level, callers_since, tier_for
from rules.complaints.weighing import weigh
from schemas.complaints import COMPLAINT_PREFIX, Command, Complaint, ComplaintRecord, Ending, Filed, MissingField, State
from schemas.evidence import Entered
from store import complaint_matters, complaint_records, requests
from store import complaints as complaint_store
from store.complaints import Opening
from store.evidence import Kept
from store.requests import NamedRequest
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.complaints.acknowledging import acknowledge
from tasks.complaints.moving import Step, signature, take_steps
from tasks.complaints.telling_again import add_telling, case_of_matter
from tasks.complaints.timing import anchors_of, clock_columns
from tasks.complaints.told import Incomplete, TakenIn, caller_key, missing_of, taken_in_at, told_columns
from tasks.evidence.keeping import attach_pieces
from tasks.exceptions.timing import entry_of
from tasks.settings import business_settings


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
            if case_of_matter(connection, signed, now) is None and (missing := missing_of(connection, signed)):
                raise Incomplete(missing)
    return None


def _signed(record: ComplaintRecord, entered: TakenIn, now: datetime) -> ComplaintRecord:
    """Say of a record who took it in and when, where it does not (R36)."""
    return record.model_copy(update={"taken_at": record.taken_at or now, "taken_by": record.taken_by or entered.by})


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
        before = complaint_records.last_of_customer(connection, draft.case_no)
        return add_telling(connection, other, completed(before, record) if before else record, entered, now)
    return add_telling(connection, draft, record, entered, now)


def _other_case(connection: Connection, draft: Complaint, record: ComplaintRecord, now: datetime) -> Complaint | None:
    """Find the case that the matter of a draft has beside it, by what is known now."""
    before = complaint_records.last_of_customer(connection, draft.case_no)
    merged = completed(before, record) if before else record
    if (merged.waybill, merged.type) == (draft.waybill, draft.type):
        return None  # it would have been found when the draft was opened
    complaint_matters.lock_matter(connection, waybill=merged.waybill, caller_key=caller_key(merged), type_=merged.type)
    known = case_of_matter(connection, merged, now)
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
    complaint_matters.lock_matter(connection, waybill=record.waybill, caller_key=caller, type_=record.type)
    known = case_of_matter(connection, record, now)
    if known is not None:
        return add_telling(connection, known, record, entered, now)
    missing = missing_of(connection, record)
    if missing and not keep_draft:
        raise Incomplete(missing)
    return _open(connection, record, caller, missing, entered, now)


def _open(
    connection: Connection,
    record: ComplaintRecord,
    caller: str,
    missing: tuple[MissingField, ...],
    entered: TakenIn,
    now: datetime,
) -> Filed:
    level = caller_level(complaint_matters.calls_of(connection, caller, since=callers_since(now)) + 1, on=now)
    facts = {"complained_at": taken_in_at(record.taken_at, now)}
    details: dict[str, Any] = {"facts": facts, "channel": record.channel.value}

    def columns(opened: Complaint) -> Mapping[str, Any]:
        weighed = weigh(opened.model_copy(update={"caller_level": level, "demanded": record.demand.amount}), now=now)
        details["severity"] = weighed.severity.name  # the clocks of a severe one run faster
        entry = entry_of(at=now, command=Command.RECEIVE, state=opened.state, reason="", details=details)
        return {
            **clock_columns(advance(anchors_of(opened), entry)),
            **told_columns(connection, record, opened.case_no),
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
    return acknowledge(connection, complaint, missing, now)
