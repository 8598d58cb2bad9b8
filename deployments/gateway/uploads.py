"""What comes with files, an answer or a piece of evidence: a form in parts or JSON, read in full before it is used.

In a form the files' fields are named by the kind of evidence; in JSON a file is base64. Nothing here stores anything.
"""

import json
import re
from base64 import b64decode
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Annotated, Any, NamedTuple, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema
from starlette.requests import Request

from adapters.feeds.envelope import UnreadableEnvelope
from deployments.gateway.bodies import Limits
from deployments.gateway.entrance import Entrance
from deployments.gateway.forms import MULTIPART, Part, parts_of, text_of
from deployments.gateway.refusal import Refusal, Unfit, unfit
from schemas.evidence import OFFERED_KINDS, EvidenceKind, OfferedPiece
from schemas.inquiries import GivenAnswer, Name, Words
from schemas.shipments import Moment

JSON = "application/json"
IDEMPOTENCY_KEY = "Idempotency-Key"
IDEMPOTENCY_FIELD = "idempotency_key"
FILES_MAX = 30
"""Files of one answer, with the empty ones that a browser sends."""

LIST_FIELDS = frozenset({"evidence_ids"})

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
Read = TypeVar("Read", bound=BaseModel)


def _offered(kind: EvidenceKind) -> EvidenceKind:
    if kind not in OFFERED_KINDS:
        raise ValueError(f"should be one of {', '.join(OFFERED_KINDS)}")
    return kind


def _decoded(content: object) -> object:
    """Read base64, and nothing that only looks like it."""
    if not isinstance(content, str):
        raise ValueError("should be base64")  # noqa: TRY004  # pydantic makes the sender's fault of it
    try:
        return b64decode(content, validate=True)
    except ValueError:
        raise ValueError("should be base64") from None


Content = Annotated[bytes, BeforeValidator(_decoded), WithJsonSchema({"type": "string", "contentEncoding": "base64"})]
OfferedKind = Annotated[EvidenceKind, AfterValidator(_offered)]


class SentFile(BaseModel):
    """A file in JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: OfferedKind
    content: Content
    media_type: str = ""
    file_name: str = ""
    taken_at: Moment | None = None
    note: Words = ""

    def offered(self) -> OfferedPiece:
        """Give it as any door does."""
        return OfferedPiece(
            kind=self.kind,
            content=self.content,
            declared_type=self.media_type,
            file_name=self.file_name,
            taken_at=self.taken_at,
            note=self.note,
        )


class SentAnswer(GivenAnswer):
    """An answer in JSON, with its files."""

    evidence: tuple[SentFile, ...] = Field(default=(), max_length=FILES_MAX)


class EvidenceFacts(BaseModel):
    """What is said of a piece of evidence that is given by itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case_no: Name
    kind: OfferedKind
    given_by: Name
    taken_at: Moment | None = None
    note: Words = ""


class SentEvidence(SentFile):
    """A piece of evidence in JSON, given by itself."""

    case_no: Name
    given_by: Name


class Upload(NamedTuple):
    """A body as it was taken apart: JSON, or fields and files."""

    document: bytes | None
    fields: dict[str, Any]
    files: list[Part]


@asynccontextmanager
async def upload_of(request: Request, entrance: Entrance) -> AsyncIterator[Upload]:
    """Read a request's body and take it apart; it counts as held until the block ends.

    Raises:
        Refusal: 400 cut off or not to be read, 408 too slow, 413 too large, 415 of a kind that is not taken.

    """
    settings = entrance.settings
    limits = Limits(settings.upload_bytes_max, settings.upload_seconds_max)
    content_type = request.headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in {JSON, MULTIPART}:
        raise Refusal(415, f"the Content-Type is neither {MULTIPART} nor {JSON}")
    async with entrance.bodies.body_of(dict(request.headers), request.receive, limits) as body:
        if kind == JSON:
            yield Upload(body.removeprefix(b"\xef\xbb\xbf"), {}, [])
            return
        try:
            parts = await parts_of(body, content_type, files_max=FILES_MAX)
            upload = Upload(None, _fields(parts), [part for part in parts if _is_file(part)])
        except UnreadableEnvelope as broken:
            raise Refusal(400, str(broken)) from broken
        yield upload


def _is_file(part: Part) -> bool:
    """A browser sends an empty part for each field of files that nobody filled in."""
    return part.file_name is not None and bool(part.file_name or part.content)


def _fields(parts: Sequence[Part]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for part in parts:
        if part.file_name is None:
            value = text_of(part.content)
            if part.name in LIST_FIELDS:
                fields.setdefault(part.name, []).append(value)
            else:
                fields.setdefault(part.name, value)
    return fields


def as_document(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Give the fields of a form as the JSON that they stand for; what nobody filled in is not there.

    Raises:
        Unfit: a part is given as a whole and by its fields.

    """
    root: dict[str, Any] = {}
    for path, value in fields.items():
        if path == IDEMPOTENCY_FIELD or value == "":
            continue
        part, dot, name = path.partition(".")
        held = root.setdefault(part, {}) if dot else root
        if not isinstance(held, dict):
            raise Unfit([{"at": part[:40], "what": "it is given as a whole and in parts"}])
        held[name if dot else part] = value
    return root


def answer_in(upload: Upload) -> tuple[GivenAnswer, list[OfferedPiece]]:
    """Read an answer with its evidence.

    Raises:
        Unfit: something in it is wrong.

    """
    if upload.document is not None:
        sent = _read_json(SentAnswer, upload.document)
        given = GivenAnswer.model_validate(sent.model_dump(exclude={"evidence"}))
        return given, [piece.offered() for piece in sent.evidence]
    fields = {name: value for name, value in upload.fields.items() if name != IDEMPOTENCY_FIELD}
    return _read_fields(GivenAnswer, fields), [offered_file(part, kind=part.name) for part in upload.files]


def evidence_in(upload: Upload) -> tuple[EvidenceFacts, OfferedPiece]:
    """Read one piece of evidence and what is said of it.

    Raises:
        Unfit: something in it is wrong.

    """
    if upload.document is not None:
        sent = _read_json(SentEvidence, upload.document)
        facts = EvidenceFacts(
            case_no=sent.case_no, kind=sent.kind, given_by=sent.given_by, taken_at=sent.taken_at, note=sent.note
        )
        return facts, sent.offered()
    fields = {name: value for name, value in upload.fields.items() if name != IDEMPOTENCY_FIELD}
    facts = _read_fields(EvidenceFacts, {name: value for name, value in fields.items() if value != ""})
    if len(upload.files) != 1:
        raise Unfit([{"at": "file", "what": f"there should be one file, not {len(upload.files)}"}])
    piece = offered_file(upload.files[0], kind=facts.kind)
    return facts, piece.model_copy(update={"taken_at": facts.taken_at, "note": facts.note})


def offered_file(part: Part, *, kind: str) -> OfferedPiece:
    """Take a file of a form for a piece of evidence of the kind that its field names.

    Raises:
        Unfit: nobody can give such a kind.

    """
    if kind not in set(OFFERED_KINDS):
        raise Unfit([{"at": kind[:40], "what": f"a file's field should be named {', '.join(OFFERED_KINDS)}"}])
    return OfferedPiece(
        kind=EvidenceKind(kind),
        content=part.content,
        declared_type=part.media_type,
        file_name=part.file_name or "",
    )


def _read_json(model: type[Read], document: bytes) -> Read:
    try:
        return model.model_validate_json(document)
    except ValidationError as invalid:
        raise unfit(invalid) from invalid


def _read_fields(model: type[Read], fields: Mapping[str, Any]) -> Read:
    try:
        return model.model_validate(fields)
    except ValidationError as invalid:
        raise unfit(invalid) from invalid


def key_of(request: Request, upload: Upload | None = None) -> str:
    """Give the name that the sender gave his request, in its header or in the form; empty when he gave none.

    Raises:
        Refusal: 400, it is no name.

    """
    key: str = request.headers.get(IDEMPOTENCY_KEY) or (upload.fields if upload else {}).get(IDEMPOTENCY_FIELD, "")
    if key and not _KEY.fullmatch(key):
        raise Refusal(400, f"the {IDEMPOTENCY_KEY} should be 1 to 200 visible ASCII characters")
    return key


def content_hash(said: BaseModel, pieces: Sequence[OfferedPiece] = ()) -> bytes:
    """Hash what a request says, however it was packed: a form that is sent again has other boundaries."""
    written = [
        said.model_dump(mode="json"),
        *([piece.kind, piece.file_name, sha256(piece.content).hexdigest()] for piece in pieces),
    ]
    return sha256(json.dumps(written, sort_keys=True).encode()).digest()
