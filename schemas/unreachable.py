"""A consignee whom nobody reaches: how far the procedure for him has come."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class ProcedureStep(StrEnum):
    """What has to be done or waited for until a consignee counts as unreachable."""

    CALL = "call"
    FIRST_MESSAGE = "first_message"
    SECOND_MESSAGE = "second_message"
    SILENCE = "silence"


class Unreachable(BaseModel):
    """How far the procedure for an unreachable consignee has come."""

    model_config = ConfigDict(frozen=True)

    undeliverable: bool  # the parcel may be handled as the sender says
    answered_at: datetime | None  # the consignee was reached; only attempts after that count
    missing: tuple[ProcedureStep, ...]
    next_message_from: datetime | None  # a second message counts from then on
    undeliverable_from: datetime | None  # when the silence will have lasted, if nobody answers
    basis: tuple[str, ...]  # the rules
