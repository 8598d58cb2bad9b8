"""Agents of the service desk, as routing sees them (R66, R70)."""

from pydantic import BaseModel, ConfigDict, Field

TIER_MAX = 3


class Agent(BaseModel):
    """Somebody who handles complaints and claims."""

    model_config = ConfigDict(frozen=True)

    staff_id: str = Field(pattern=r"^[a-z0-9-]{2,40}$")
    department: str = ""  # by code or name; empty: the service desk itself
    tier: int = Field(default=1, ge=1, le=TIER_MAX)  # 1 anybody, 2 experienced, 3 for callers who complain often
    languages: tuple[str, ...] = ("zh",)
    cases_max: int = Field(default=50, ge=1)
    on_duty: bool = True
    cases: int = 0  # open complaints and claims
