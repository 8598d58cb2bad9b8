"""Where the vault is, and how large a piece of evidence, and an archive, may be."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class VaultSettings(BaseSettings):
    """Read from REDRESS_HOME and REDRESS_VAULT_URL, _VAULT_OPTIONS (JSON), _EVIDENCE_BYTES_MAX, _ARCHIVE_BYTES_MAX.

    The address is a folder or whatever fsspec reaches (s3://..., sftp://...); the folder `evidence` of the
    installation's home as long as none is set. An option that begins with $ names an environment variable.
    """

    model_config = SettingsConfigDict(env_prefix="REDRESS_", extra="ignore", env_ignore_empty=True)

    home: Path = Path(".redress")
    vault_url: str = ""
    vault_options: dict[str, str] = {}
    evidence_bytes_max: int = Field(default=20_000_000, ge=1)
    archive_bytes_max: int = Field(default=1_000_000_000, ge=1)

    @property
    def address(self) -> str:
        """Give where the vault is."""
        return self.vault_url or str((self.home / "evidence").absolute())
