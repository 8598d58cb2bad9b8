"""How a customer is reached (R113): channels, segments, and what came of each attempt."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from schemas.inquiries import Name, Words
from schemas.shipments import Moment


class Channel(StrEnum):
    """By what a customer is reached."""

    SMS = "sms"
    APP = "app"
    VOICE_CALL = "voice_call"
    VOICE_MESSAGE = "voice_message"
    EMAIL = "email"


MESSAGES = frozenset(Channel) - {Channel.VOICE_CALL}
"""What is written or recorded and waits for its reader; a call has to be answered."""


class Segment(StrEnum):
    """What kind of customer it is, by how he wants to be reached."""

    STANDARD = "standard"
    YOUNG = "young"
    ELDERLY = "elderly"
    BUSINESS = "business"
    OVERSEAS = "overseas"


class Contacted(StrEnum):
    """What came of one attempt."""

    UNDER_WAY = "under_way"  # it is to go out, or a person was asked to call; nothing is known of it yet
    REACHED = "reached"  # he answered, or confirmed that he read it
    NO_ANSWER = "no_answer"  # it went out, and nothing came back
    UNDELIVERABLE = "undeliverable"  # the number or address takes nothing: no use in trying it again


class ContactEnded(StrEnum):
    """Why nobody is contacted any more."""

    REACHED = "reached"
    EXHAUSTED = "exhausted"


class ContactAttempt(BaseModel):
    """One attempt to reach the customer. His answer to a message is an attempt that reached him, when he answered."""

    model_config = ConfigDict(frozen=True)

    channel: Channel
    at: datetime
    outcome: Contacted
    by: str = ""  # who made it or told of it
    note: str = ""
    purpose: str = ""  # of the notice that it was


class ToldContact(BaseModel):
    """What somebody tells of an attempt that he made, or of a customer who called back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    channel: Channel
    outcome: Literal[Contacted.REACHED, Contacted.NO_ANSWER, Contacted.UNDELIVERABLE]
    by: Name
    at: Moment | None = None  # when it is taken down, where nobody says
    note: Words = ""


class NextContact(BaseModel):
    """What to try next."""

    model_config = ConfigDict(frozen=True)

    channel: Channel
    after: timedelta = timedelta(0)  # from the last attempt on
    pickup_code: bool = False  # the code with which the parcel can be fetched goes along, where there is one
