"""How claims are settled here: whose law holds, and whether what other cases pay is paid as a claim."""

from typing import Annotated, Literal

from pydantic import field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class ClaimSettings(BaseSettings):
    """Read from REDRESS_CLAIM_JURISDICTIONS (such as CN or CN-ZJ,CN) and REDRESS_COMPENSATE_BY.

    Of the jurisdictions the first named holds before the others. Where exceptions and complaints compensate by a claim,
    an approved compensation opens one (R56) instead of an order to the carrier's desk to pay.
    """

    model_config = SettingsConfigDict(env_prefix="REDRESS_", extra="ignore")

    claim_jurisdictions: Annotated[tuple[str, ...], NoDecode] = ("CN",)
    compensate_by: Literal["work_order", "claim"] = "work_order"

    @field_validator("claim_jurisdictions", mode="before")
    @classmethod
    def _listed(cls, told: object) -> object:
        return tuple(part.strip() for part in told.split(",")) if isinstance(told, str) else told
