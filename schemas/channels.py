"""How a customer is reached (R113): channels, segments, and what came of each attempt."""

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Channel(StrEnum):
    """By what a customer is reached."""

    SMS = "sms"
    APP = "app"
    VOICE_CALL = "voice_call"
    VOICE_MESSAGE = "voice_message"
    EMAIL = "email"


class Segment(StrEnum):
    """What kind of customer it is, by how he wants to be reached."""

    STANDARD = "standard"
    YOUNG = "young"
    ELDERLY = "elderly"
    BUSINESS = "business"
    OVERSEAS = "overseas"


class Contacted(StrEnum):
    """What came of one attempt."""

    REACHED = "reached"  # he answered, or confirmed that he read it
    NO_ANSWER = "no_answer"  # it went out, and nothing came back
    UNDELIVERABLE = "undeliverable"  # the number or address takes nothing: no use in trying it again


class ContactEnded(StrEnum):
    """Why nobody is contacted any more."""

    REACHED = "reached"
    EXHAUSTED = "exhausted"


class ContactAttempt(BaseModel):
    """One attempt that was made."""

    model_config = ConfigDict(frozen=True)

    channel: Channel
    at: datetime
    outcome: Contacted


class NextContact(BaseModel):
    """What to try next."""

    model_config = ConfigDict(frozen=True)

    channel: Channel
    after: timedelta = timedelta(0)  # from the last attempt on
    pickup_code: bool = False  # the code with which the parcel can be fetched goes along, where there is one
