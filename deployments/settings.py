"""What an installation may set about the engine, and the defaults a newcomer gets.

Belongs here: where the engine lives, its ports, its databases, its time zone, secrets that are given from
outside. Does not belong here: what a provider, a policy or the store needs; those settings sit beside their
users, and `deployments.engine.environment` only passes the variables on.
"""

from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "REDRESS_"
WORK_POOL = "redress"

Port = Annotated[int, Field(ge=1, le=65535)]


class SettingsInvalid(Exception):
    """A variable holds what the engine cannot use; the message names the variable, never a secret value."""


class EngineSettings(BaseSettings):
    """One installation's engine, read from the `REDRESS_` variables of the environment."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore")

    home: Path = Field(default=Path(".redress"), description="the folder of data, logs and secrets")
    prefect_port: Port = 4200
    gateway_port: Port = 8600
    carrier_desk_port: Port = 8610
    database_url: SecretStr | None = Field(default=None, description="a PostgreSQL of your own")
    prefect_database_url: SecretStr | None = Field(default=None, description="the same for Prefect's server")
    time_zone: str = "Asia/Shanghai"
    secret_key: SecretStr | None = None
    api_key: SecretStr | None = None
    kuaidi100_salt: SecretStr | None = None

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().resolve()

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError("is not a time zone of the IANA database, such as Asia/Shanghai")
        return name

    @field_validator("database_url")
    @classmethod
    def _store_url(cls, url: SecretStr | None) -> SecretStr | None:
        return _with_driver(url, "psycopg2")

    @field_validator("prefect_database_url")
    @classmethod
    def _prefect_url(cls, url: SecretStr | None) -> SecretStr | None:
        return _with_driver(url, "asyncpg")

    @model_validator(mode="after")
    def _one_port_each(self) -> Self:
        ports = (self.prefect_port, self.gateway_port, self.carrier_desk_port)
        if len(set(ports)) < len(ports):
            raise ValueError(f"{PREFIX}PREFECT_PORT, {PREFIX}GATEWAY_PORT and {PREFIX}CARRIER_DESK_PORT must differ")
        return self

    @property
    def logs(self) -> Path:
        """The folder of the engine's log files, one per part."""
        return self.home / "logs"

    @property
    def notices(self) -> Path:
        """The file that notices are written to as long as no other channel is set."""
        return self.home / "outbox" / "notices.log"

    @property
    def work_orders(self) -> Path:
        """The file in which the stand-in carrier desk keeps its orders, as long as no real desk is set."""
        return self.home / "outbox" / "work-orders.jsonl"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which people read this installation's times."""
        return ZoneInfo(self.time_zone)


def _with_driver(url: SecretStr | None, driver: str) -> SecretStr | None:
    if url is None:
        return None
    scheme, separator, rest = url.get_secret_value().partition("://")
    if not separator or scheme not in {"postgres", "postgresql", f"postgresql+{driver}"}:
        raise ValueError(f"must begin with postgresql:// or postgresql+{driver}://")
    return SecretStr(f"postgresql+{driver}://{rest}")


def load_settings() -> EngineSettings:
    """Read the settings from the environment.

    Raises:
        SettingsInvalid: one line that names the first variable that cannot be used.
    """
    try:
        return EngineSettings()
    except ValidationError as invalid:
        first = invalid.errors(include_input=False, include_url=False)[0]
        message = first["msg"].removeprefix("Value error, ")
        name = "".join(f"{PREFIX}{part}".upper() + ": " for part in first["loc"][:1])
        raise SettingsInvalid(name + message) from None
