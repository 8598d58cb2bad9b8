"""Which feeds there are: each a sender with its format, its zone, and how its data come. No secret stands here.

The list is a YAML file, the one beside this module unless REDRESS_FEEDS_FILE names another. What a feed's secret is
called is in the file; the secret itself is in the environment.
"""

import os
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Annotated
from zoneinfo import available_timezones

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters.feeds.providers import PROVIDERS
from adapters.feeds.registry import FORMATS

FEED_NAME = r"^[a-z0-9][a-z0-9-]{0,39}$"


class FeedsMisconfigured(Exception):
    """The list of feeds cannot be used; the message names the file and what is wrong in it."""


class FeedsSettings(BaseSettings):
    """Where the list of feeds is."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_", extra="ignore", env_ignore_empty=True)

    feeds_file: Path | None = None


class Drop(BaseModel):
    """Where a sender drops files: a folder, or a place that fsspec can reach (s3://..., sftp://...)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    pattern: str = "*"
    options: dict[str, str] = {}  # for fsspec; a value beginning with $ names an environment variable
    read_only: bool = False  # files are remembered, not moved to done/ or refused/
    file_bytes_max: int = Field(default=200_000_000, ge=1)


class Poll(BaseModel):
    """Which provider is asked about which parcels."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    client: str  # the provider's package
    carriers: tuple[str, ...] = ()  # only parcels of these carriers, as they were registered; all when empty
    spelling: dict[str, str] = {}  # a registered carrier as the provider spells it, where that differs
    requests_per_second_max: float | None = Field(default=None, gt=0)  # what was agreed, where it is not the usual

    @field_validator("client")
    @classmethod
    def _known_client(cls, name: str) -> str:
        if name not in PROVIDERS:
            raise ValueError(f"there is no client for {name}; there are {', '.join(sorted(PROVIDERS))}")
        return name


class Feed(BaseModel):
    """One sender of tracking data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=FEED_NAME)]
    format: str
    zone: str | None = None  # IANA name of the zone of naive times, where it is not the format's own
    secret: str = "REDRESS_API_KEY"  # noqa: S105  # the variable that holds its signing secret, or its API key
    requests_per_minute_max: int = Field(default=60_000, ge=1)
    drop: Drop | None = None
    poll: Poll | None = None

    @field_validator("format")
    @classmethod
    def _known_format(cls, name: str) -> str:
        if name not in FORMATS:
            raise ValueError(f"there is no format {name}; there are {', '.join(sorted(FORMATS))}")
        return name

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, name: str | None) -> str | None:
        if name is not None and name not in available_timezones():
            raise ValueError(f"{name} is no time zone of the IANA database, such as Asia/Shanghai")
        return name

    def secret_value(self) -> SecretStr | None:
        """Read the feed's secret from the environment; None when it is not set."""
        value = os.environ.get(self.secret, "")
        return SecretStr(value) if value else None


class _Listed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    feeds: list[Feed]


def configured_feeds() -> Mapping[str, Feed]:
    """Give the feeds by name.

    Raises:
        FeedsMisconfigured: the file cannot be read, or holds what cannot be used.

    """
    return _read(FeedsSettings().feeds_file)


@cache
def _read(file: Path | None) -> Mapping[str, Feed]:
    origin = str(file or "the built-in feeds.yaml")
    try:
        text = (file or files("adapters.feeds").joinpath("feeds.yaml")).read_text(encoding="utf-8")
        listed = _Listed.model_validate(yaml.safe_load(text)).feeds
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise FeedsMisconfigured(f"{origin} cannot be read: {error}") from error
    except ValidationError as invalid:
        first = invalid.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "its outermost value"
        raise FeedsMisconfigured(f"{origin}: {place}: {first['msg']}") from None
    names = [feed.name for feed in listed]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise FeedsMisconfigured(f"{origin} has the feed {', '.join(twice)} twice")
    return MappingProxyType({feed.name: feed for feed in listed})


def zone_of(feed: str) -> str | None:
    """Give the zone that is declared for a feed; None when its format's own holds, as for payloads read from files."""
    configured = configured_feeds().get(feed)
    return configured.zone if configured else None
