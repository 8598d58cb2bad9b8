"""Sending one notice through its channel."""

from urllib.parse import quote

import apprise
from pydantic import BaseModel, ConfigDict

import adapters.notices.file_channel  # noqa: F401  # registers its scheme with Apprise
from adapters import Refused, Unavailable
from adapters.notices.settings import NoticeSettings


class Notice(BaseModel):
    """What is sent to whom."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    audience: str  # customer or department
    to: str
    shown_to: str = ""  # the receiver as logs may show it
    subject: str
    body: str


def _address(url: str, notice: Notice) -> str:
    filled = url.replace("{to}", quote(notice.to, safe=""))
    return filled.replace("{shown_to}", quote(notice.shown_to, safe=""))


def send(notice: Notice, settings: NoticeSettings | None = None) -> None:
    """Send a notice.

    Raises:
        Refused: no channel is configured for the audience, or its URL is not one that Apprise knows.
        Unavailable: the channel did not take it.
    """
    url = (settings or NoticeSettings()).url_for(notice.audience)
    if not url:
        raise Refused(f"no channel is configured for notices to {notice.audience}: set REDRESS_NOTICE_*_URL")
    channel = apprise.Apprise()
    if not channel.add(_address(url, notice)):
        raise Refused(f"Apprise does not know the channel configured for {notice.audience}")
    if not channel.notify(title=notice.subject, body=notice.body):
        raise Unavailable(f"the channel for {notice.audience} did not take the notice")
