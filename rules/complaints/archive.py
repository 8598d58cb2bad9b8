"""What the archive of a complaint must hold before the complaint closes (资料归档, R47), and how it is numbered.

Five parts: what was told, how it was verified, the plan with its approval, what was told to the customer, and what he
said to it. How a complaint ended decides what must be in each: one that was answered within a call, or taken back, has
no plan but a reason. A draft that nobody completed is never concluded, and has no archive.

How the parts are written down is `archive_documents.py`, the index `archive_index.py`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from rules.complaints.planning import AFTER_THE_RESULT
from rules.tables import require_words
from schemas.archives import ARCHIVE_PREFIX, Archiving, Lack, MissingFromArchive, Part
from schemas.channels import ContactAttempt
from schemas.complaints import (
    COMPLAINT_PREFIX,
    ActionState,
    ActionTask,
    Command,
    Complaint,
    ComplaintRecord,
    Consequence,
    Ending,
    State,
)  # fmt: skip
from schemas.evidence import Evidence, Waiver
from schemas.inquiries import Answer, Inquiry

PART: dict[Part, tuple[str, str]] = {
    Part.RECORD: ("投诉记录", "The complaint as it was told"),
    Part.VERIFICATION: ("核查过程", "How it was verified"),
    Part.PLAN: ("处理方案", "The plan and its approval"),
    Part.COMMUNICATION: ("沟通记录", "What was told to whom"),
    Part.FEEDBACK: ("客户反馈", "What the customer said to it"),
}
LACK: dict[Lack, tuple[Part, str, str]] = {
    Lack.NO_RECORD: (Part.RECORD, "没有完整的投诉记录", "there is no record of what was told"),
    Lack.NO_FINDING: (Part.VERIFICATION, "核实结论尚未认定", "nobody has decided what was found"),
    Lack.EVIDENCE_UNREADABLE: (Part.VERIFICATION, "证据材料缺失或被改动", "a piece of evidence is gone or altered"),
    Lack.NO_PLAN: (Part.PLAN, "没有处理方案", "there is no plan"),
    Lack.NOT_APPROVED: (Part.PLAN, "处理方案未经批准", "no plan was approved or adopted"),
    Lack.TASKS_OPEN: (Part.PLAN, "处理措施尚未完成", "a task that the result waits for is still open"),
    Lack.NO_REASON: (Part.PLAN, "没有方案，也未说明原因", "there is neither a plan nor a reason for having none"),
    Lack.NOT_TOLD: (Part.COMMUNICATION, "没有与客户沟通的记录", "nothing on record was told to the customer"),
    Lack.NOTICES_UNDER_WAY: (Part.COMMUNICATION, "仍有通知尚未发出", "a notice or a work order is still on its way"),
    Lack.NO_RESULT_TOLD: (Part.COMMUNICATION, "未向客户反馈处理结果", "the customer was not told the result"),
    Lack.NO_WORD: (
        Part.FEEDBACK, "没有与结案方式相符的客户反馈", "no word or silence of the customer agrees with the ending",
    ),
    Lack.NO_ENDING: (Part.FEEDBACK, "未说明如何结案", "it is not said how the complaint ended"),
    Lack.TOO_LARGE: (Part.VERIFICATION, "档案超过允许的大小", "the archive is larger than one may be"),
}  # fmt: skip
"""The part that each lack is of, and what a person reads of it."""
PASSING = frozenset({Lack.TASKS_OPEN, Lack.NOTICES_UNDER_WAY})
"""What is only waited for: whoever has to act was told of it by other means."""


class Needed(NamedTuple):
    """What the archive of a complaint that ended in one way must show."""

    by: Command  # the step that ended it
    decided: bool = True  # a finding that a person decided, a plan that was approved, a result that was told
    objected: bool = False


NEEDED: dict[Ending, Needed] = {
    Ending.ACCEPTED: Needed(by=Command.ACCEPT),
    Ending.UNOBJECTED: Needed(by=Command.CONCLUDE),
    Ending.EXPLAINED: Needed(by=Command.EXPLAIN, objected=True),
    Ending.BY_HAND: Needed(by=Command.CONCLUDE_BY_HAND),
    Ending.AT_ONCE: Needed(by=Command.RESOLVE_AT_ONCE, decided=False),
    Ending.WITHDRAWN: Needed(by=Command.WITHDRAW, decided=False),
}
"""Every ending of a complaint that is concluded; a draft that nobody completed closes without an archive."""
APPROVING = frozenset({Command.ADOPT, Command.APPROVE})
OBJECTING = frozenset({Command.OBJECT, Command.REFER_UP})
UNSETTLED = frozenset({"pending", "sending"})
"""Where an item of the outbox stands as long as nobody knows what becomes of it."""
for _table, _words in ((PART, Part), (LACK, Lack), (NEEDED, set(Ending) - {Ending.ABANDONED})):
    require_words(_table, _words)


class Telling(NamedTuple):
    """One telling of the complaint; without content it was erased."""

    told_at: datetime
    channel: str
    taken_by: str
    content: ComplaintRecord | None
    missing: tuple[str, ...]
    sha256: str


class Contents(NamedTuple):
    """All that is on record about one complaint. Lists are in the order in which things happened."""

    complaint: Complaint
    tellings: Sequence[Telling] = ()
    history: Sequence[Mapping[str, Any]] = ()  # sealed entries, each with its hash
    inquiries: Sequence[Inquiry] = ()
    answers: Mapping[str, Sequence[Answer]] = {}  # by inquiry
    evidence: Sequence[Evidence] = ()
    waivers: Sequence[Waiver] = ()
    plans: Sequence[Mapping[str, Any]] = ()
    decisions: Sequence[Mapping[str, Any]] = ()
    refused_answers: Sequence[Mapping[str, Any]] = ()
    tasks: Sequence[ActionTask] = ()
    consequences: Sequence[Consequence] = ()
    sent: Sequence[Mapping[str, Any]] = ()  # notices and work orders, each with its status
    contacts: Sequence[ContactAttempt] = ()

    @property
    def commands(self) -> list[str]:
        """List what was done with the complaint."""
        return [entry["command"] for entry in self.history]

    @property
    def concluding(self) -> Mapping[str, Any]:
        """Give the entry that ended it last; nothing where none did."""
        ended = [entry for entry in self.history if entry["to_state"] == State.CONCLUDED != entry["from_state"]]
        return ended[-1] if ended else {}

    @property
    def reason(self) -> str:
        """Say why it ended as it did, in the words of whoever ended it."""
        entry = self.concluding
        return "; ".join(entry[name] for name in ("reason", "note") if entry.get(name))


def archive_number(case_no: str, *, edition: int) -> str:
    """Give the number of a complaint's archive: the complaint's own with the how-manieth edition it is.

    It needs no counter: a step that is done twice cannot give two numbers, and a transaction that fails leaves no gap,
    which would look like an archive that somebody removed. Whoever has one of the two numbers has the other.
    """
    return f"{ARCHIVE_PREFIX}{case_no.removeprefix(COMPLAINT_PREFIX)}-{edition}"


def missing_of(contents: Contents) -> tuple[MissingFromArchive, ...]:
    """List what an archive would lack if it were made now, part by part; nothing when it would be complete (R47)."""
    return in_words(_lacks(contents))


def in_words(lacks: Collection[Lack] | Iterator[Lack]) -> tuple[MissingFromArchive, ...]:
    """Say what is lacking, in the order of the parts."""
    order = list(Part)
    told = [_in_words(lack) for lack in lacks]
    return tuple(sorted(told, key=lambda missing: order.index(missing.part)))


def incomplete_lines(archiving: Archiving) -> list[dict[str, str]]:
    """List what somebody has to do something about before complaints can close; what passes by itself is left out."""
    return [
        {"complaint": number, "part": PART[one.part][0], "missing": f"{one.zh} {one.en}"}
        for number, missing in sorted(archiving.missing.items())
        for one in missing
        if not one.passes
    ]


def _in_words(lack: Lack) -> MissingFromArchive:
    part, zh, en = LACK[lack]
    return MissingFromArchive(part=part, lack=lack, zh=zh, en=en, passes=lack in PASSING)


def _lacks(contents: Contents) -> Iterator[Lack]:
    if not any(telling.content is not None and not telling.missing for telling in contents.tellings):
        yield Lack.NO_RECORD
    yield from _lacks_of_communication(contents)
    if any(task.state is ActionState.OPEN and task.action not in AFTER_THE_RESULT for task in contents.tasks):
        yield Lack.TASKS_OPEN
    ending = contents.complaint.ending
    if ending not in set(NEEDED):
        yield Lack.NO_ENDING
        return
    needed = NEEDED[Ending(ending)]
    yield from _lacks_of_decision(contents) if needed.decided else _lacks_without_plan(contents, Ending(ending))
    objected = not needed.objected or OBJECTING & set(contents.commands)
    if contents.concluding.get("command") != needed.by or not objected:
        yield Lack.NO_WORD


def _lacks_of_communication(contents: Contents) -> Iterator[Lack]:
    told = [item for item in contents.sent if item["payload"].get("audience") == "customer"]
    if not contents.contacts and not [item for item in told if item["status"] != "withdrawn"]:
        yield Lack.NOT_TOLD
    if any(item["status"] in UNSETTLED for item in contents.sent):
        yield Lack.NOTICES_UNDER_WAY


def _lacks_of_decision(contents: Contents) -> Iterator[Lack]:
    """Ask for the whole loop: found, planned, approved, told."""
    if not _is_found(contents):
        yield Lack.NO_FINDING
    if not contents.plans:
        yield Lack.NO_PLAN
    elif not APPROVING & set(contents.commands):
        yield Lack.NOT_APPROVED
    if Command.FEED_BACK not in contents.commands:
        yield Lack.NO_RESULT_TOLD


def _lacks_without_plan(contents: Contents, ending: Ending) -> Iterator[Lack]:
    """Ask for a reason in the plan's place; what was answered within a call was found out by somebody (R52, R55)."""
    if ending is Ending.AT_ONCE and not _is_found(contents):
        yield Lack.NO_FINDING
    if not contents.plans and not contents.reason:
        yield Lack.NO_REASON


def _is_found(contents: Contents) -> bool:
    finding = contents.complaint.finding
    return finding is not None and finding.is_decided
