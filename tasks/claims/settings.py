"""How claims are settled here: whose law holds, and in which currency rates are known."""

from typing import Annotated

from pydantic import field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class ClaimSettings(BaseSettings):
    """Read from REDRESS_CLAIM_JURISDICTIONS (such as CN or CN-ZJ,CN; the first named holds before the others)."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_", extra="ignore")

    claim_jurisdictions: Annotated[tuple[str, ...], NoDecode] = ("CN",)

    @field_validator("claim_jurisdictions", mode="before")
    @classmethod
    def _listed(cls, told: object) -> object:
        return tuple(part.strip() for part in told.split(",")) if isinstance(told, str) else told
