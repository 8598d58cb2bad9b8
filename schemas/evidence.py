"""Evidence (证据材料): what a decision rests on, who gave it through which door, and what is still missing.

Any procedure's case has evidence: exceptions, complaints and claims use the same words.
"""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict


class EvidenceKind(StrEnum):
    """What evidence is of, and what a decision can rest on (R13, R14, R26). docs/glossary.md has the Chinese."""

    PHOTO_WHOLE = "photo_whole"
    PHOTO_DETAIL = "photo_detail"
    PHOTO_LABEL = "photo_label"
    PHOTO_CONTENTS = "photo_contents"
    PACKAGING_AT_ACCEPTANCE = "packaging_at_acceptance"
    WEIGHT_AT_ACCEPTANCE = "weight_at_acceptance"
    WEIGHT_NOW = "weight_now"
    INSPECTION_AT_DOOR = "inspection_at_door"
    TEMPERATURE_RECORD = "temperature_record"
    AIRLINE_CERTIFICATE = "airline_certificate"
    HANDOVER_LIST = "handover_list"
    SCAN_HISTORY = "scan_history"
    SCANNER_LOG = "scanner_log"
    CAMERA_RECORDING = "camera_recording"
    VALUE_PROOF = "value_proof"
    REPAIR_QUOTE = "repair_quote"
    LOSS_LIST = "loss_list"
    SIGNATURE_PROOF = "signature_proof"
    LOCKER_RECORD = "locker_record"
    CONSENT_RECORD = "consent_record"
    CALL_RECORD = "call_record"
    MESSAGE_RECORD = "message_record"
    ADDRESS_PROOF = "address_proof"
    CUSTOMER_STATEMENT = "customer_statement"
    SENDER_INSTRUCTION = "sender_instruction"
    ASSIGNMENT_OF_CLAIM = "assignment_of_claim"  # by the sender, to whoever claims or is paid
    REFUSAL_STATEMENT = "refusal_statement"
    CUSTOMS_NOTICE = "customs_notice"
    CUSTOMS_DOCUMENTS = "customs_documents"
    OFFICIAL_NOTICE = "official_notice"
    STATEMENT = "statement"
    TRACKING_SNAPSHOT = "tracking_snapshot"
    OTHER = "other"


OFFERED_KINDS = tuple(kind for kind in EvidenceKind if kind is not EvidenceKind.TRACKING_SNAPSHOT)
"""What somebody can give; what the log said is frozen by the project itself."""


class MediaType(StrEnum):
    """The kinds of file that evidence may be."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    HEIC = "image/heic"
    PDF = "application/pdf"
    MP3 = "audio/mpeg"
    WAV = "audio/wav"
    MP4 = "video/mp4"
    TEXT = "text/plain"
    CSV = "text/csv"
    MAIL = "message/rfc822"
    JSON = "application/json"  # what the project froze itself; no door takes it


class Door(StrEnum):
    """How something came in."""

    LINK = "link"  # the signed link of an inquiry
    API = "api"  # an outlet's own system, with an API key
    CLAIMANT = "claimant"  # with a claim, or by its claimant later: what he gave, he may have back
    COMMAND = "command"
    SYSTEM = "system"


class Entered(BaseModel):
    """Who gave something, and how it came in: the door, and which inquiry's link or whose API key opened it."""

    model_config = ConfigDict(frozen=True)

    by: str
    door: Door
    shown: str = ""


class OfferedPiece(BaseModel):
    """A file on its way to becoming evidence; nothing that it says of itself is believed yet."""

    model_config = ConfigDict(frozen=True)

    kind: EvidenceKind
    content: bytes
    declared_type: str = ""
    file_name: str = ""
    taken_at: datetime | None = None
    note: str = ""


class Withdrawal(BaseModel):
    """Why a piece of evidence no longer counts; the piece itself stays."""

    model_config = ConfigDict(frozen=True)

    who: str
    why: str
    at: datetime


class Evidence(BaseModel):
    """One piece of evidence of one case. Its content lies in the vault under its hash."""

    model_config = ConfigDict(frozen=True)

    evidence_id: int
    case_no: str
    kind: EvidenceKind
    sha256: str
    size_bytes: int
    media_type: MediaType
    file_name: str
    given_by: str
    door: Door
    door_shown: str = ""
    taken_at: datetime | None = None
    received_at: datetime
    note: str = ""
    withdrawal: Withdrawal | None = None

    @property
    def counts(self) -> bool:
        """True unless somebody withdrew it."""
        return self.withdrawal is None


class GivenPiece(BaseModel):
    """What somebody is told of a piece that he gave and that is committed."""

    model_config = ConfigDict(frozen=True)

    evidence_id: int
    case_no: str
    kind: EvidenceKind
    sha256: str
    size_bytes: int
    media_type: MediaType
    file_name: str
    repeated: bool  # the case had it already


class Waiver(BaseModel):
    """A person's word that a case may go on without a piece, with the reason."""

    model_config = ConfigDict(frozen=True)

    case_no: str
    kind: EvidenceKind
    who: str
    why: str
    at: datetime


class MissingPiece(NamedTuple):
    """What is not there yet, and who has to give it."""

    kind: EvidenceKind
    from_whom: str  # a node, such as outlet or courier


class Completeness(BaseModel):
    """What evidence a case has, and what its playbook asks for beside it. Only mandatory kinds hold a payment."""

    model_config = ConfigDict(frozen=True)

    there: dict[EvidenceKind, int] = {}  # how many pieces of each kind count
    missing: tuple[MissingPiece, ...] = ()  # mandatory, and neither there nor waived
    wished: tuple[MissingPiece, ...] = ()  # not mandatory, and not there
    waived: tuple[EvidenceKind, ...] = ()  # mandatory, not there, and a person let the case go on without

    @property
    def is_complete(self) -> bool:
        """True when nothing mandatory is missing."""
        return not self.missing
