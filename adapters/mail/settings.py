"""Where the mailbox of complaints is."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class MailSettings(BaseSettings):
    """Read from REDRESS_MAIL_HOST, _PORT, _USER, _PASSWORD ...; without a host there is no mailbox."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_MAIL_", extra="ignore", env_ignore_empty=True)

    host: str = ""
    port: int = 993
    user: str = ""
    password: SecretStr = SecretStr("")
    folder: str = "INBOX"
    done_folder: str = ""  # where mails go that became complaints; without one they stay, marked as seen
    addresses: str = ""  # our own, with commas between them: what comes from them is a loop
    ca_file: Path | None = None  # whom to trust beside those whom the system trusts
    timeout_seconds: float = Field(default=30, gt=0)
    mails_max: int = Field(default=50, ge=1)  # in one look
    mail_bytes_max: int = Field(default=20_000_000, ge=1)  # a larger one is left to a person

    @property
    def own_addresses(self) -> frozenset[str]:
        """Give the addresses that are ours, in small letters."""
        told = [*self.addresses.split(","), self.user if "@" in self.user else ""]
        return frozenset(address.strip().casefold() for address in told if address.strip())
