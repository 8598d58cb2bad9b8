"""How claims are settled here: whose law and terms hold, and whether what other cases pay is paid as a claim."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class ClaimSettings(BaseSettings):
    """Read from REDRESS_CLAIM_JURISDICTIONS (such as CN or CN-ZJ,CN), _RULE_PACKS_FILES and _COMPENSATE_BY.

    Of the jurisdictions the first named holds before the others. Where exceptions and complaints compensate by a claim,
    an approved compensation opens one (R56) instead of an order to the carrier's desk to pay.
    """

    model_config = SettingsConfigDict(env_prefix="REDRESS_", extra="ignore")

    claim_jurisdictions: Annotated[tuple[str, ...], NoDecode] = ("CN",)
    rule_packs_files: Annotated[tuple[Path, ...], NoDecode] = ()  # beside the rule packs that come with Redress
    compensate_by: Literal["work_order", "claim"] = "work_order"

    @field_validator("claim_jurisdictions", mode="before")
    @classmethod
    def _listed(cls, told: object) -> object:
        return tuple(part.strip() for part in told.split(",")) if isinstance(told, str) else told

    @field_validator("rule_packs_files", mode="before")
    @classmethod
    def _named(cls, told: object) -> object:
        return tuple(name for part in told.split(",") if (name := part.strip())) if isinstance(told, str) else told
