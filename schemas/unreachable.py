"""A consignee whom nobody reaches: the attempts that were made, and what they amount to."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict


class Channel(StrEnum):
    """How somebody tried to reach the consignee."""

    CALL = "call"
    MESSAGE = "message"


class ContactAttempt(NamedTuple):
    """One try to reach the consignee, and when it was answered, if it was."""

    channel: Channel
    at: datetime
    answered_at: datetime | None = None


class Unreachable(BaseModel):
    """How far the procedure for an unreachable consignee has come."""

    model_config = ConfigDict(frozen=True)

    undeliverable: bool  # the parcel may be handled as the sender says
    answered_at: datetime | None  # the consignee was reached; only attempts after that count
    missing: tuple[str, ...]  # what must still be done or waited for
    next_message_from: datetime | None  # a second message counts from then on
    undeliverable_from: datetime | None  # when the silence will have lasted, if nobody answers
    basis: tuple[str, ...]  # the rules
