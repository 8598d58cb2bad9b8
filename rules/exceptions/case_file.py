"""The case file (案卷) in words: everything about a case that its supervisor can look up, as markdown.

Belongs here: how it is put. Does not belong here: what is read for it (tasks/exceptions/case_file.py), and what stands
above the form in which he decides (wording.py), with which the file begins.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from rules.evidence import KIND, NODE, what_is_missing
from rules.exceptions.custody_wording import PARTY, holder_name
from rules.exceptions.wording import local_time, plain
from rules.inquiries.wording import ANSWER, STATE
from rules.privacy import mask_phones
from rules.tables import require_words
from rules.tracking.stations import stations_of
from schemas.clocks import ClockReading, ClockStatus
from schemas.custody import Confidence, Custody, Gap, Presumption, Sentence
from schemas.evidence import Completeness, Evidence, Waiver
from schemas.inquiries import Inquiry, WeighedAnswer

T = TypeVar("T")
LINES_MAX = 100
"""Lines of one section: the newest ones."""
CLOCK_STATUS: dict[ClockStatus, str] = {
    ClockStatus.RUNNING: "计时中",
    ClockStatus.STOPPED: "已暂停",
    ClockStatus.OVERDUE: "已超时",
    ClockStatus.MET: "按时完成",
    ClockStatus.MET_LATE: "超时完成",
    ClockStatus.ENDED: "不再计时",
}
CONFIDENCE: dict[Confidence, str] = {
    Confidence.STRONG: "依据充分",
    Confidence.MODERATE: "依据一般",
    Confidence.WEAK: "依据较弱",
    Confidence.NONE: "没有依据",
}
for _table, _words in ((CLOCK_STATUS, ClockStatus), (CONFIDENCE, Confidence)):
    require_words(_table, _words)


class CaseFile(NamedTuple):
    """What is known of a case. Histories are in the order in which they happened."""

    form: str  # what stands above the form, markup and all
    history: Sequence[Mapping[str, Any]]
    events: Sequence[Mapping[str, Any]]
    clocks: Sequence[ClockReading]
    evidence: Sequence[Evidence]
    found: Completeness
    waivers: Sequence[Waiver]
    custody: Custody
    presumption: Presumption
    asked: Sequence[tuple[Inquiry, Sequence[WeighedAnswer]]]
    further: Mapping[str, Sequence[str]] = MappingProxyType({})  # lines of more sections, by their headings


def write_case_file(file: CaseFile, *, zone: tzinfo) -> str:
    """Write a case file as markdown, times in the reader's zone.

    Phone numbers are masked wherever they stand. Of the carriers' own words of a scan only the station is shown, since
    they name couriers and consignees (R65). What was written outside cannot act as markup, and no section has more
    than LINES_MAX lines.
    """
    sections = (
        ("经过 Timeline", _history(file.history, zone)),
        ("物流轨迹 Tracking", _events(file.events, zone)),
        ("时效 Clocks", _clocks(file.clocks, zone)),
        ("证据 Evidence", _evidence(file, zone)),
        ("保管链 Custody", _custody(file.custody, zone)),
        ("责任推定 Presumption", _presumption(file.presumption, file.custody)),
        ("协查 Inquiries", _inquiries(file.asked, zone)),
        *file.further.items(),
    )
    written = [file.form]
    for heading, lines in sections:
        written += ["", f"## {heading}", "", *(tuple(lines) or ("无 none",))]
    return "\n".join(written)


def _history(entries: Sequence[Mapping[str, Any]], zone: tzinfo) -> Iterator[str]:
    yield from _as_table(
        ("时间 at", "人 who", "操作 command", "状态 state", "原因 reason"),
        [
            (
                local_time(entry["at"], zone),
                entry["who"],
                entry["command"],
                entry["to_state"],
                " ".join(part for part in (entry["reason"], entry["note"]) if part),
            )
            for entry in _newest(entries)
        ],
        of=len(entries),
    )


def _events(events: Sequence[Mapping[str, Any]], zone: tzinfo) -> Iterator[str]:
    yield from _as_table(
        ("时间 at", "事件 event", "原因 reason", "地点 where"),
        [
            (
                local_time(event["occurred_at"], zone),
                event["event"],
                event["reason"],
                stations_of(location=event["location"], text=event["raw_text"]).here,
            )
            for event in _newest(events)
        ],
        of=len(events),
    )


def _clocks(clocks: Sequence[ClockReading], zone: tzinfo) -> Iterator[str]:
    yield from _as_table(
        ("时钟 clock", "开始 started", "到期 due", "状态 status"),
        [
            (
                f"{clock.title_zh} {clock.title_en}",
                local_time(clock.started_at, zone),
                local_time(clock.due_at, zone),
                f"{CLOCK_STATUS[clock.status]} {clock.status.value}",
            )
            for clock in _newest(clocks)
        ],
        of=len(clocks),
    )


def _evidence(file: CaseFile, zone: tzinfo) -> Iterator[str]:
    yield from _as_table(
        ("种类 kind", "提供者 from", "收到 received", "SHA-256", "说明 note"),
        [
            (
                " ".join(KIND[piece.kind]),
                f"{piece.given_by} ({piece.door.value})",
                local_time(piece.received_at, zone),
                piece.sha256[:12],
                f"已撤回 withdrawn: {piece.withdrawal.why}" if piece.withdrawal else piece.note,
            )
            for piece in _newest(file.evidence)
        ],
        of=len(file.evidence),
    )
    yield from _as_list(
        [f"{what_is_missing(file.found)} {what_is_missing(file.found, 'en')}"] if file.found.missing else [],
        [
            f"免提供 waived: {' '.join(KIND[waiver.kind])}，{waiver.who} {local_time(waiver.at, zone)}: {waiver.why}"
            for waiver in file.waivers
        ],
    )


def _custody(custody: Custody, zone: tzinfo) -> Iterator[str]:
    yield from _as_table(
        ("持有者 holder", "接收 received", "发出 sent", "发往 to"),
        [
            (
                _said(holder_name(held.kind, held.place)),
                local_time(held.received_at, zone),
                local_time(held.sent_at, zone),
                held.sent_to,
            )
            for held in _newest(custody.holdings)
        ],
        of=len(custody.holdings),
    )
    yield from _as_list([f"{_said(gap.sentence)} ({_span(gap, zone)})" for gap in _newest(custody.gaps)])


def _span(gap: Gap, zone: tzinfo) -> str:
    return f"{local_time(gap.since, zone)} – {local_time(gap.until, zone) or '未结束 open'}"


def _presumption(presumed: Presumption, custody: Custody) -> Iterator[str]:
    who = " ".join(PARTY[presumed.party])
    if presumed.holder is not None:
        who = f"{who}, {_said(holder_name(presumed.holder.kind, presumed.holder.place))}"
    yield from _as_list(
        [f"{who}: {CONFIDENCE[presumed.confidence]} {presumed.confidence.value}。由人判定。 A person decides."],
        [f"理由 because: {_said(ground.sentence)} ({ground.rule})" for ground in presumed.reasons],
        [f"可推翻 rebutted by: {_said(evidence)}" for evidence in presumed.rebutted_by],
        [f"无从得知 not told: {_said(limit)}" for limit in custody.limits],
    )


def _inquiries(asked: Sequence[tuple[Inquiry, Sequence[WeighedAnswer]]], zone: tzinfo) -> Iterator[str]:
    yield from _as_table(
        ("协查 inquiry", "询问对象 asked of", "问题 question", "期限 due", "状态 state", "回复 answers"),
        [
            (
                inquiry.inquiry_no,
                f"{' '.join(NODE[inquiry.node])}: {inquiry.department}",
                inquiry.question,
                local_time(inquiry.due_at, zone),
                " ".join(STATE[inquiry.state]),
                "; ".join(_answer(answer, zone) for answer in answers),
            )
            for inquiry, answers in _newest(asked)
        ],
        of=len(asked),
    )


def _answer(answer: WeighedAnswer, zone: tzinfo) -> str:
    late = ", 逾期 late" if answer.late else ""
    against = ", 前后矛盾 contradicts the first" if answer.contradicts else ""
    told = f": {answer.text}" if answer.text else ""
    return (
        f"{' '.join(ANSWER[answer.code])}{told} ({answer.answered_by}, {local_time(answer.answered_at, zone)}"
        f"{late}{against})"
    )


def _said(sentence: Sentence) -> str:
    return f"{sentence.zh} {sentence.en}"


def _newest(lines: Sequence[T]) -> Sequence[T]:
    return lines[-LINES_MAX:]


def _as_table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, of: int) -> Iterator[str]:
    """Write a table, and how many lines of how many it has where some were left out; nothing without a row."""
    if not rows:
        return
    yield f"| {' | '.join(columns)} |"
    yield "|" + "---|" * len(columns)
    for row in rows:
        yield f"| {' | '.join(_told(cell) for cell in row)} |"
    if of > len(rows):
        yield ""
        yield f"仅列最近 {len(rows)} 条，共 {of} 条。 The newest {len(rows)} of {of}."


def _as_list(*parts: Iterable[str]) -> Iterator[str]:
    lines = [line for part in parts for line in part]
    if lines:
        yield ""
    for line in lines:
        yield f"- {_told(line)}"


def _told(text: str) -> str:
    """Make outside text fit to be shown: phone numbers masked, nothing of it read as markup."""
    return plain(mask_phones(text))
