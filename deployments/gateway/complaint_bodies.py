"""What is told of a complaint, as JSON or as a form in parts, read in full before any of it is used (R32 to R36).

In a form a field is named by its path (`customer.phone`), and a file's field by the kind of evidence (`call_record`).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from deployments.gateway.reading import read
from deployments.gateway.refusal import Unfit
from deployments.gateway.uploads import FILES_MAX, SentFile, Upload, as_document, offered_file
from schemas.complaints import ComplaintRecord, MissingField
from schemas.evidence import OfferedPiece
from schemas.inquiries import Name, Words


class SentComplaint(ComplaintRecord):
    """A complaint in JSON, with its files."""

    evidence: tuple[SentFile, ...] = Field(default=(), max_length=FILES_MAX)


class GivenFiles(BaseModel):
    """Who gives files for a complaint that is there, and what they are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    given_by: Name
    note: Words = ""


class SentFiles(GivenFiles):
    """Files for a complaint that is there, in JSON."""

    evidence: tuple[SentFile, ...] = Field(min_length=1, max_length=FILES_MAX)


SENT = TypeAdapter(SentComplaint)
SENT_FILES = TypeAdapter(SentFiles)
GIVEN_FILES = TypeAdapter(GivenFiles)
RECORD = TypeAdapter(ComplaintRecord)


def complaint_in(upload: Upload) -> tuple[ComplaintRecord, list[OfferedPiece]]:
    """Read a complaint and what came with it.

    Raises:
        Unfit: something in it is wrong.

    """
    if upload.document is None:
        record = read(RECORD, _as_json(upload.fields))
        return record, [offered_file(part, kind=part.name) for part in upload.files]
    sent = read(SENT, upload.document)
    record = ComplaintRecord.model_validate(sent.model_dump(exclude={"evidence"}))
    return record, [file.offered() for file in sent.evidence]


def files_in(upload: Upload) -> tuple[GivenFiles, list[OfferedPiece]]:
    """Read files for a complaint that is there, and who gives them.

    Raises:
        Unfit: something in it is wrong, or there is no file.

    """
    if upload.document is None:
        given = read(GIVEN_FILES, _as_json(upload.fields))
        pieces = [offered_file(part, kind=part.name) for part in upload.files]
    else:
        sent = read(SENT_FILES, upload.document)
        given = GivenFiles(given_by=sent.given_by, note=sent.note)
        pieces = [file.offered() for file in sent.evidence]
    if not pieces:
        raise Unfit([{"at": "evidence", "what": "there should be a file"}])
    return given, [piece.model_copy(update={"note": piece.note or given.note}) for piece in pieces]


def _as_json(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(as_document(fields)).encode()


def missing_told(missing: Sequence[MissingField]) -> Unfit:
    """Say what must be told and was not, in both languages and with the rule that asks for it."""
    return Unfit(
        [
            {"at": field.at, "what": f"missing: {field.en}", "what_zh": f"缺少：{field.zh}", "rule": field.rule}
            for field in missing
        ]
    )
