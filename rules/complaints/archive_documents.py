"""The parts of a complaint's archive as files: JSON that holds what is on record, and the evidence as it was given.

The same contents give the same bytes. The files are internal: they hold what is on record, with names and numbers. What
of it a person may read elsewhere is not decided here; the index, which is shown, masks names (`archive_index.py`).
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from pydantic import BaseModel

from rules.complaints.archive import NEEDED, OBJECTING, Contents
from rules.evidence import KIND
from rules.privacy import mask_name, mask_phones
from schemas.archives import ArchivedFile, Part
from schemas.complaints import Command
from schemas.evidence import Evidence

JSON = "application/json"
SYSTEM = "redress"
FOLDER: dict[Part, str] = {part: f"{place}-{part.value}" for place, part in enumerate(Part, start=1)}
HISTORY = f"{FOLDER[Part.VERIFICATION]}/history.json"
SPOKEN = {needed.by for needed in NEEDED.values()} | OBJECTING | {Command.RATE, Command.REOPEN, Command.TELL_AGAIN}
"""Steps in which the customer had a say, or was silent for as long as he could speak."""
_HAN_NAME = re.compile(r"[\u4e00-\u9fff·]{2,4}")
_ENDING = re.compile(r"\.([A-Za-z0-9]{1,5})$")


class Document(NamedTuple):
    """A file of the archive that is written here, with its content."""

    name: str
    part: Part
    about: str
    content: bytes
    given_by: str = SYSTEM
    at: datetime | None = None


def documents_of(contents: Contents) -> list[Document]:
    """Write the parts down, each at least as one file; evidence is not among them, it lies in the vault."""
    return [
        *_record(contents),
        *_verification(contents),
        *_plan(contents),
        *_communication(contents),
        *_feedback(contents),
    ]


def files_of(contents: Contents, documents: Iterable[Document]) -> list[ArchivedFile]:
    """List every file of the archive with its hash, the evidence too, in the order of their names."""
    names = personal_names(contents)
    written = [
        ArchivedFile(
            name=document.name,
            part=document.part,
            sha256=sha256(document.content).hexdigest(),
            size_bytes=len(document.content),
            media_type=JSON,
            about=document.about,
            given_by=shown_giver(document.given_by, names),
            at=document.at,
        )
        for document in documents
    ]
    given = [
        ArchivedFile(
            name=evidence_name(piece),
            part=Part.VERIFICATION,
            sha256=piece.sha256,
            size_bytes=piece.size_bytes,
            media_type=piece.media_type.value,
            about=" ".join(KIND[piece.kind]) + ("" if piece.counts else "（已撤回 withdrawn）"),
            given_by=shown_giver(piece.given_by, names),
            at=piece.received_at,
        )
        for piece in contents.evidence
    ]
    return sorted([*written, *given], key=lambda file: file.name)


def evidence_name(piece: Evidence) -> str:
    """Name a piece in the archive by its number: what it was called may name a person."""
    ending = _ENDING.search(piece.file_name)
    return f"{FOLDER[Part.VERIFICATION]}/evidence/{piece.evidence_id:08d}{ending[0].lower() if ending else ''}"


def personal_names(contents: Contents) -> frozenset[str]:
    """Collect the names of the people whom the tellings name."""
    told = [telling.content for telling in contents.tellings if telling.content is not None]
    found = {name for one in told for name in (one.customer.name, one.sender.name, one.consignee.name)}
    return frozenset(found - {""})


def shown_giver(giver: str, names: frozenset[str]) -> str:
    """Show who gave something: a staff id or a department as it is, what is or looks like a person's name masked."""
    if giver in names or _HAN_NAME.fullmatch(giver) or (" " in giver and giver.isascii()):
        return mask_name(giver)
    return mask_phones(giver)


def written(value: object) -> bytes:
    """Write a document: the same value gives the same bytes, readable by people."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, default=_plain) + "\n").encode()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else str(value)


def _record(contents: Contents) -> Iterator[Document]:
    folder = FOLDER[Part.RECORD]
    case = contents.complaint.model_dump(mode="json", exclude={"clock_anchors", "plan", "finding", "archive_no"})
    yield Document(f"{folder}/case.json", Part.RECORD, "案件 the case as it stands", written(case))
    for place, telling in enumerate(contents.tellings, start=1):
        yield Document(
            f"{folder}/telling-{place:03d}.json", Part.RECORD, "投诉内容 what was told", written(telling._asdict()),
            given_by=telling.taken_by, at=telling.told_at,
        )  # fmt: skip


def _verification(contents: Contents) -> Iterator[Document]:
    folder, part, finding = FOLDER[Part.VERIFICATION], Part.VERIFICATION, contents.complaint.finding
    yield Document(HISTORY, part, "封存的办理经过 the sealed history", written([dict(one) for one in contents.history]))
    if finding is not None:
        yield Document(
            f"{folder}/finding.json", part, "核实结论 what was found", written(finding),
            given_by=finding.decided_by, at=finding.decided_at,
        )  # fmt: skip
    for inquiry in contents.inquiries:
        asked = {"inquiry": inquiry, "answers": list(contents.answers.get(inquiry.inquiry_no, ()))}
        yield Document(
            f"{folder}/{inquiry.inquiry_no}.json", part, "协查及答复 an inquiry and its answers", written(asked),
            given_by=inquiry.department, at=inquiry.answered_at or inquiry.asked_at,
        )  # fmt: skip
    pieces = {"evidence": list(contents.evidence), "waivers": list(contents.waivers)}
    yield Document(f"{folder}/evidence.json", part, "证据清单 the list of the evidence", written(pieces))


def _plan(contents: Contents) -> Iterator[Document]:
    folder, part = FOLDER[Part.PLAN], Part.PLAN
    for plan in contents.plans:
        yield Document(
            f"{folder}/plan-{plan['version']:03d}.json", part, "处理方案 a plan", written(plan["content"]),
            at=plan["created_at"],
        )  # fmt: skip
    if not contents.plans:
        reason = {"ending": contents.complaint.ending, "reason": contents.reason}
        yield Document(f"{folder}/reason.json", part, "无方案的原因 why there is no plan", written(reason))
    decided = {"decisions": _rows(contents.decisions), "refused_answers": _rows(contents.refused_answers)}
    yield Document(f"{folder}/approvals.json", part, "审批 the approvals", written(decided))
    done = {"tasks": list(contents.tasks), "penalties_and_rewards": list(contents.consequences)}
    yield Document(f"{folder}/tasks.json", part, "落实与奖罚 tasks, penalties and rewards", written(done))


def _communication(contents: Contents) -> Iterator[Document]:
    told = {"sent": _rows(contents.sent), "contacts": list(contents.contacts)}
    name = f"{FOLDER[Part.COMMUNICATION]}/sent.json"
    yield Document(name, Part.COMMUNICATION, "通知与联系 notices, work orders and contacts", written(told))


def _feedback(contents: Contents) -> Iterator[Document]:
    complaint = contents.complaint
    said = {
        "ending": complaint.ending,
        "reason": contents.reason,
        "satisfaction": complaint.satisfaction,
        "objections": complaint.objections,
        "said": [_said(entry) for entry in contents.history if entry["command"] in SPOKEN],
    }
    name = f"{FOLDER[Part.FEEDBACK]}/feedback.json"
    yield Document(name, Part.FEEDBACK, "客户反馈 what the customer said", written(said), at=complaint.state_since)


def _said(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in ("at", "command", "who", "role", "reason", "note")}


def _rows(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [dict(row) for row in rows]
