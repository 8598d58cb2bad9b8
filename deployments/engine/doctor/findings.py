"""The vocabulary of the checks: what they are given and what they answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from deployments.engine.environment import Services
from deployments.engine.record import EngineRecord
from deployments.settings import EngineSettings


class Verdict(StrEnum):
    """How serious a finding is; only FAIL makes `redress doctor` end with exit code 1."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Finding(BaseModel):
    """What one check found, and what to do where it is not well."""

    model_config = ConfigDict(frozen=True)

    check: str
    verdict: Verdict
    found: str
    advice: str | None = None


@dataclass(frozen=True)
class Situation:
    """What the checks look at; `record` is None while no engine runs in this home."""

    settings: EngineSettings
    services: Services
    record: EngineRecord | None
    environ: Mapping[str, str]


# None: the check does not apply here.
Check = Callable[[Situation], Finding | None]


def well(check: str, found: str) -> Finding:
    """Say that a check found nothing wrong."""
    return Finding(check=check, verdict=Verdict.OK, found=found)


def doubtful(check: str, found: str, *, advice: str) -> Finding:
    """Say that a check found what may become wrong."""
    return Finding(check=check, verdict=Verdict.WARN, found=found, advice=advice)


def wrong(check: str, found: str, *, advice: str) -> Finding:
    """Say that a check found something wrong."""
    return Finding(check=check, verdict=Verdict.FAIL, found=found, advice=advice)
