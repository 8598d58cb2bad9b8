"""Links at which inquiries are answered: where they lead, and the keys that sign them.

REDRESS_LINK_KEY signs; it and its companions of the kind REDRESS_LINK_KEY__OLD are accepted. So a key is changed
without a gap: keep the old one under a name for as long as a link is good. While none is set, one is derived from
REDRESS_SECRET_KEY. A link is made when its notice leaves; neither the store nor a log ever holds one.
"""

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters import Refused
from rules.inquiries.links import KEY_LENGTH_MIN, derived_key, token_for

LINK_KEY = "REDRESS_LINK_KEY"
SECRET_KEY = "REDRESS_SECRET_KEY"  # noqa: S105  # the name of a variable


class LinkSettings(BaseSettings):
    """Read from REDRESS_GATEWAY_URL, REDRESS_GATEWAY_PORT and REDRESS_LINK_DAYS."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_", extra="ignore", env_ignore_empty=True)

    gateway_url: str = ""  # as departments reach it; the machine itself when empty
    gateway_port: int = 8600
    link_days: int = Field(default=30, ge=1)  # after the answer is due: a late answer is an answer

    @property
    def base_url(self) -> str:
        """Give the address before the token."""
        return (self.gateway_url or f"http://127.0.0.1:{self.gateway_port}").rstrip("/") + "/inquiries/"

    def expiry(self, due_at: datetime) -> datetime:
        """Say until when the link of an inquiry is good."""
        return due_at + timedelta(days=self.link_days)


class LinkKeysUnusable(Refused):
    """No key is set, or one is too short to be one; the message names the variable."""


def link_keys(environ: Mapping[str, str] = os.environ) -> tuple[bytes, ...]:
    """Give the keys of links, first the one that signs.

    Raises:
        LinkKeysUnusable: there is none, or one is too short.

    """
    names = [LINK_KEY, *sorted(name for name in environ if name.startswith(f"{LINK_KEY}__"))]
    keys = {name: environ[name].encode() for name in names if environ.get(name)}
    if short := [name for name, key in keys.items() if len(key) < KEY_LENGTH_MIN]:
        raise LinkKeysUnusable(f"{short[0]} holds fewer than {KEY_LENGTH_MIN} bytes")
    if keys:
        return tuple(keys.values())
    if not environ.get(SECRET_KEY):
        raise LinkKeysUnusable(f"neither {LINK_KEY} nor {SECRET_KEY} is set")
    return (derived_key(environ[SECRET_KEY]),)


def with_link(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Put the link of an inquiry behind the body of its notice; any other notice stays as it is.

    Raises:
        LinkKeysUnusable: no link can be signed.

    """
    wanted = payload.get("link")
    if wanted is None:
        return dict(payload)
    expires_at = datetime.fromisoformat(wanted["expires_at"])
    token = token_for(wanted["inquiry_no"], expires_at=expires_at, key=link_keys()[0])
    return {**payload, "body": f"{payload['body']}\n回复链接 Answer here: {LinkSettings().base_url}{token}"}
