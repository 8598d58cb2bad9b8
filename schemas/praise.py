"""Positive feedback (暖心反馈): what customers said that was good, of which the seed wants fifty a month (R110)."""

from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, StringConstraints

from schemas.complaints import Channel, Line


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("should not hold NUL")
    return text


class Praise(BaseModel):
    """One word of thanks: when, about whom, by which way, and how it was said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    told_at: AwareDatetime
    channel: Channel
    outlet: Line = ""
    courier: Line = ""  # a staff id
    waybill: Annotated[Line, StringConstraints(max_length=40)] = ""
    words: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), AfterValidator(_storable)
    ]
    taken_by: Line = ""


class PraiseKept(Praise):
    """A word of thanks that is on file."""

    praise_id: int
