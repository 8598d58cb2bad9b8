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
from schemas.channels import Channel


class Notice(BaseModel):
    """What is sent to whom."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    audience: str  # customer or department
    to: str
    shown_to: str = ""  # the receiver as logs may show it
    channel: Channel | None = None  # by which a customer is written to
    subject: str
    body: str


def _address(url: str, notice: Notice) -> str:
    filled = url.replace("{to}", quote(notice.to, safe=""))
    filled = filled.replace("{shown_to}", quote(notice.shown_to, safe=""))
    return filled.replace("{channel}", notice.channel.value if notice.channel else "")


def send(notice: Notice, settings: NoticeSettings | None = None) -> None:
    """Send a notice.

    Raises:
        Refused: no channel is configured for the audience, or its URL is not one that Apprise knows.
        Unavailable: the channel did not take it.
    """
    url = (settings or NoticeSettings()).url_for(notice.audience, notice.channel)
    if not url:
        raise Refused(f"no channel is configured for notices to {notice.audience}: set REDRESS_NOTICE_*_URL")
    channel = apprise.Apprise()
    if not channel.add(_address(url, notice)):
        raise Refused(f"Apprise does not know the channel configured for {notice.audience}")
    if not channel.notify(title=notice.subject, body=notice.body):
        raise Unavailable(f"the channel for {notice.audience} did not take the notice")


def all_go_to_file(settings: NoticeSettings | None = None) -> bool:
    """Say whether all notices go to the demo's file, which takes many at once."""
    return all(file_of(url) is not None for url in (settings or NoticeSettings()).urls)


def makes_calls(settings: NoticeSettings | None = None) -> bool:
    """Say whether something is configured that calls customers by itself."""
    return bool((settings or NoticeSettings()).url_of(Channel.VOICE_CALL))


def send_to_file(notices: Sequence[Notice], settings: NoticeSettings | None = None) -> None:
    """Append notices to an audience whose channel is the demo's file, all together.

    Raises:
        Refused: their channel is another.
        Unavailable: they could not be written.
    """
    settings = settings or NoticeSettings()
    files: dict[Path, list[Told]] = {}
    for notice in notices:
        found = file_of(settings.url_for(notice.audience, notice.channel))
        if found is None:
            raise Refused(f"notices to {notice.audience} do not go to a file")
        path, audience = found
        channel = notice.channel.value if notice.channel else ""
        files.setdefault(path, []).append(Told(audience, notice.shown_to, channel, notice.subject, notice.body))
    try:
        for path, lines in files.items():
            append_all(path, lines)
    except OSError as error:
        raise Unavailable(f"the notices' file could not be written: {error}") from error
