"""The index of a complaint's archive, for machines and for people, and what finds every altered byte of the file.

An archive says in its index what each of its files is, and its page says the same in words. Nothing is read here but
the stream that the caller opened.
"""

import json
import struct
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import IO, Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from rules.complaints.archive import PART, Contents, archive_number
from rules.complaints.archive_documents import HISTORY, written
from rules.complaints.wording import MATTER
from rules.exceptions.wording import local_time
from rules.history import FIRST, entry_hash
from rules.privacy import mask_name
from rules.tables import require_words
from schemas.archives import ArchivedFile, ArchiveIndex, Fault, Part
from schemas.complaints import ComplaintType, Ending

INDEX = "index.json"
PAGE = "index.md"
ENDING: dict[Ending, tuple[str, str]] = {
    Ending.AT_ONCE: ("当场解决", "answered within the first call"),
    Ending.ACCEPTED: ("客户认可", "the customer accepts"),
    Ending.UNOBJECTED: ("期满无异议", "the customer did not object in time"),
    Ending.EXPLAINED: ("已解释未达成一致", "explained, not agreed"),
    Ending.WITHDRAWN: ("客户撤诉", "the customer took it back"),
    Ending.BY_HAND: ("主管办结", "a supervisor settled how it ends"),
    Ending.ABANDONED: ("草稿未补全", "a draft that nobody completed"),
}
require_words(ENDING, Ending)
CHUNK_BYTES = 1_000_000
INDEX_BYTES_MAX = 10_000_000
UNREADABLE = (BadZipFile, OSError, ValueError, RuntimeError, EOFError, struct.error)
"""What reading a ZIP raises whose bytes were altered."""
_UNSEALED = frozenset({"hash"})


def index_of(contents: Contents, files: Sequence[ArchivedFile], *, edition: int, time_zone: str) -> ArchiveIndex:
    """Make the index of an archive; it depends on what is archived and on nothing else."""
    complaint, last = contents.complaint, contents.history[-1]
    return ArchiveIndex(
        archive_no=archive_number(complaint.case_no, edition=edition),
        case_no=complaint.case_no,
        edition=edition,
        type=complaint.type.value,
        ending=complaint.ending,
        customer=mask_name(complaint.customer_name),
        time_zone=time_zone,
        opened_at=complaint.opened_at,
        concluded_at=complaint.state_since,
        history_entries=len(contents.history),
        history_head=last["hash"],
        reasons={} if contents.plans else {Part.PLAN: contents.reason},
        files=tuple(files),
    )


def index_bytes(index: ArchiveIndex) -> bytes:
    """Write the index for machines."""
    return written(index.model_dump(mode="json"))


def page_bytes(index: ArchiveIndex) -> bytes:
    """Write the index for people, in Chinese and English, as markdown."""
    return ("\n".join(_page(index)) + "\n").encode()


def _page(index: ArchiveIndex) -> Iterator[str]:
    zone = ZoneInfo(index.time_zone)
    matter, ending = MATTER[ComplaintType(index.type)], ENDING[Ending(index.ending)]
    yield f"# 投诉档案 {index.archive_no} Archive of a complaint"
    yield ""
    yield f"- 投诉单号 complaint: {index.case_no}（第 {index.edition} 版 edition {index.edition}）"
    yield f"- 事由 matter: {' '.join(matter)}"
    yield f"- 客户 customer: {index.customer}"
    yield f"- 受理 opened: {local_time(index.opened_at, zone)}，办结 concluded: {local_time(index.concluded_at, zone)}"
    yield f"- 结案方式 ending: {' '.join(ending)}"
    yield f"- 办理经过 history: {index.history_entries} 条 entries, {index.history_head}"
    for place, (part, words) in enumerate(PART.items(), start=1):
        yield ""
        yield f"## {place}. {' '.join(words)}"
        yield ""
        if part in index.reasons:
            yield f"无方案 no plan: {_cell(index.reasons[part])}"
            yield ""
        yield "| 文件 file | 内容 about | 提供 given by | 时间 at | 类型 type | 字节 bytes | SHA-256 |"
        yield "|---|---|---|---|---|---|---|"
        for file in (file for file in index.files if file.part is part):
            cells = (
                file.name, file.about, file.given_by, local_time(file.at, zone), file.media_type, str(file.size_bytes),
                file.sha256,
            )  # fmt: skip
            yield f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def faults_in(archive: IO[bytes], *, digest: str = "") -> list[Fault]:
    """Find everything that is wrong with an archive's file; nothing when it is as it was made.

    With `digest` the file as a whole is compared too. Each file is compared with the index, the page with what the
    index says, and the sealed history with its own hashes.
    """
    faults = []
    if digest and _digest_of(archive) != digest:
        faults.append(Fault("", "the file is not the one that was archived"))
    archive.seek(0)
    try:
        with ZipFile(archive) as bundle:
            faults += _faults_within(bundle)
    except UNREADABLE as broken:
        faults.append(Fault("", f"it cannot be read as a ZIP: {broken}"))
    return faults


def _digest_of(stream: IO[bytes]) -> str:
    hashed = sha256()
    while chunk := stream.read(CHUNK_BYTES):
        hashed.update(chunk)
    return hashed.hexdigest()


def _faults_within(bundle: ZipFile) -> Iterator[Fault]:
    names = bundle.namelist()
    if len(names) != len(set(names)):
        yield Fault("", "two files have the same name")
    index = _index_in(bundle)
    if index is None:
        yield Fault(INDEX, "there is no index, or it cannot be read")
        return
    for file in index.files:
        if (what := _fault_of(bundle, file)) is not None:
            yield Fault(file.name, what)
    for extra in sorted(set(names) - {file.name for file in index.files} - {INDEX, PAGE}):
        yield Fault(extra, "the index does not name it")
    if PAGE not in names or _read(bundle, PAGE, INDEX_BYTES_MAX) != page_bytes(index):
        yield Fault(PAGE, "it does not say what the index says")
    for part in Part:
        if not any(file.part is part for file in index.files):
            yield Fault(part.value, "the part is missing")
    if HISTORY in names and not _is_sealed(bundle, index):
        yield Fault(HISTORY, "the history does not agree with its hashes")


def _index_in(bundle: ZipFile) -> ArchiveIndex | None:
    """Read the index; nothing where it is not what this index would be written as."""
    if INDEX not in bundle.namelist():
        return None
    content = _read(bundle, INDEX, INDEX_BYTES_MAX)
    try:
        index = ArchiveIndex.model_validate_json(content)
        page_bytes(index)
    except (ValidationError, ValueError, KeyError):
        return None
    return index if index_bytes(index) == content else None


def _fault_of(bundle: ZipFile, file: ArchivedFile) -> str | None:
    """Compare a file with what the index says of it, a chunk at a time."""
    if file.name not in bundle.namelist():
        return "it is missing"
    within = bundle.getinfo(file.name)
    if within.compress_type != ZIP_STORED or within.file_size != file.size_bytes:
        return "it has another size"
    try:
        with bundle.open(file.name) as stream:
            return None if _digest_of(stream) == file.sha256 else "it was altered"
    except UNREADABLE as broken:
        return f"it cannot be read: {broken}"


def _read(bundle: ZipFile, name: str, most: int) -> bytes:
    """Read a small file whole; one that cannot be read, or is larger than it may be, is nothing."""
    if bundle.getinfo(name).compress_type != ZIP_STORED:
        return b""
    try:
        with bundle.open(name) as stream:
            content = stream.read(most + 1)
    except UNREADABLE:
        return b""
    return content if len(content) <= most else b""


def _is_sealed(bundle: ZipFile, index: ArchiveIndex) -> bool:
    """Recompute the hash chain of the history, up to the head that the index names."""
    try:
        entries: list[dict[str, Any]] = json.loads(_read(bundle, HISTORY, bundle.getinfo(HISTORY).file_size))
    except ValueError:
        return False
    head = FIRST
    for entry in entries:
        left_out = _UNSEALED if entry["updates"] else _UNSEALED | {"updates"}
        head = entry_hash(head, {name: value for name, value in entry.items() if name not in left_out})
        if head.hex() != entry["hash"]:
            return False
    return len(entries) == index.history_entries and head.hex() == index.history_head
