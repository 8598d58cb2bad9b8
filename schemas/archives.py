"""Archives of complaints (资料归档, R47): their five parts, their index, and what is missing of one."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

ARCHIVE_PREFIX = "AR"
ARCHIVE_NO = r"^AR-[0-9]{8}-[0-9]{6,}-[1-9][0-9]*$"
ZIP = "application/zip"
"""What an archive is. No door takes one from outside: `schemas.evidence.MediaType` has no word for it."""


class Part(StrEnum):
    """The five mandatory parts of an archive (R47), in the order of the manual."""

    RECORD = "record"
    VERIFICATION = "verification"
    PLAN = "plan"
    COMMUNICATION = "communication"
    FEEDBACK = "feedback"


class Lack(StrEnum):
    """What an archive can lack."""

    NO_RECORD = "no_record"
    NO_FINDING = "no_finding"
    EVIDENCE_UNREADABLE = "evidence_unreadable"
    NO_PLAN = "no_plan"
    NOT_APPROVED = "not_approved"
    TASKS_OPEN = "tasks_open"
    NO_REASON = "no_reason"
    NOT_TOLD = "not_told"
    NOTICES_UNDER_WAY = "notices_under_way"
    NO_RESULT_TOLD = "no_result_told"
    NO_WORD = "no_word"
    NO_ENDING = "no_ending"
    TOO_LARGE = "too_large"


class MissingFromArchive(BaseModel):
    """Something that an archive lacks, in words; what `passes` is only waited for, nobody has to do anything."""

    model_config = ConfigDict(frozen=True)

    part: Part
    lack: Lack
    zh: str
    en: str
    passes: bool = False


class ArchivedFile(BaseModel):
    """One file of an archive, as its index names it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    part: Part
    sha256: str
    size_bytes: int
    media_type: str
    about: str
    given_by: str = ""  # masked where it is a person's name
    at: datetime | None = None


class ArchiveIndex(BaseModel):
    """What an archive says of itself. It names no time at which it was made: the same contents give the same bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    archive_no: str
    case_no: str
    edition: int
    type: str
    ending: str
    customer: str  # masked
    time_zone: str  # in which a person reads the times of its page
    opened_at: datetime
    concluded_at: datetime
    history_entries: int
    history_head: str  # the hash that seals the history up to here
    reasons: dict[Part, str] = {}  # why a part holds no more than it does
    files: tuple[ArchivedFile, ...]


class Archive(BaseModel):
    """An archive as it is on record. Its content lies in the vault under its hash until its time is over."""

    model_config = ConfigDict(frozen=True)

    archive_no: str
    case_no: str
    edition: int
    made_at: datetime
    sha256: str
    size_bytes: int
    parts: dict[Part, int]  # files of each
    retention_until: datetime
    basis: str  # the row of the rule pack that says how long
    held_because: str = ""  # why it is kept although its time is over
    erased_at: datetime | None = None


class Fault(NamedTuple):
    """Something that is wrong with an archive's file."""

    name: str  # of the file within, empty where it is the archive itself
    what: str


class Archiving(BaseModel):
    """What a pass over concluded complaints did: the archives made, and what others lack."""

    model_config = ConfigDict(frozen=True)

    made: tuple[str, ...] = ()
    missing: dict[str, tuple[MissingFromArchive, ...]] = {}  # by complaint


class Retention(BaseModel):
    """Until when something is kept, and by which row of which pack."""

    model_config = ConfigDict(frozen=True)

    until: datetime
    basis: str


class HoldReason(StrEnum):
    """Why personal data is kept although its time is over."""

    APPEAL = "appeal"
    LATER_CASE = "later_case"
    LATER_CLAIM = "later_claim"
    MONEY_OPEN = "money_open"
    PENALTY_OPEN = "penalty_open"
    RECTIFICATION_OPEN = "rectification_open"


class Erased(BaseModel):
    """What a pass over what is kept no longer did, counted, and what it kept with the reason."""

    model_config = ConfigDict(frozen=True)

    complaints: int = 0
    claims: int = 0
    payouts: int = 0
    records: int = 0  # tellings of complaints, forms of claims
    notices: int = 0
    archives: int = 0
    files: int = 0
    files_kept: int = 0  # another case needs the same file
    held: dict[str, HoldReason] = {}  # by case

    def plus(self, other: "Erased", *, held_max: int) -> "Erased":
        """Add up what two passes did; of what they kept, so many at most are named."""
        counted = {name: getattr(self, name) + getattr(other, name) for name in Erased.model_fields if name != "held"}
        return Erased(**counted, held=dict(list({**self.held, **other.held}.items())[:held_max]))
