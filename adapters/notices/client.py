"""Sending notices through their channels: one by one, or together where the channel is the demo's file."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import apprise
from pydantic import BaseModel, ConfigDict

from adapters import Refused, Unavailable
from adapters.notices.address import file_of
from adapters.notices.file_channel import Told, append_all  # importing it registers its scheme with Apprise
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


def goes_to_file(audience: str, settings: NoticeSettings | None = None) -> bool:
    """Say whether notices to an audience go to the demo's file, which takes many at once."""
    return file_of((settings or NoticeSettings()).url_for(audience)) is not None


def send_to_file(notices: Sequence[Notice], settings: NoticeSettings | None = None) -> None:
    """Append notices to an audience whose channel is the demo's file, all together.

    Raises:
        Refused: their channel is another.
        Unavailable: they could not be written.
    """
    settings = settings or NoticeSettings()
    files: dict[Path, list[Told]] = {}
    for notice in notices:
        found = file_of(settings.url_for(notice.audience))
        if found is None:
            raise Refused(f"notices to {notice.audience} do not go to a file")
        path, audience = found
        files.setdefault(path, []).append(Told(audience, notice.shown_to, notice.subject, notice.body))
    try:
        for path, lines in files.items():
            append_all(path, lines)
    except OSError as error:
        raise Unavailable(f"the notices' file could not be written: {error}") from error
