"""What is wrong and what to do about it: the checks of `redress doctor`.

Belongs here: the table of checks, in the order in which they are shown. The checks themselves are in
`machine` (what the computer gives) and `services` (what answers); `findings` holds their vocabulary.
"""

import os
from collections.abc import Mapping

from deployments.engine.doctor import machine, services
from deployments.engine.doctor.findings import Check, Finding, Situation, Verdict
from deployments.engine.environment import plan_services
from deployments.engine.record import is_running, read_record
from deployments.settings import EngineSettings

__all__ = ["CHECKS", "Finding", "Verdict", "examine"]

CHECKS: tuple[Check, ...] = (*machine.CHECKS, *services.CHECKS)


def examine(settings: EngineSettings, environ: Mapping[str, str] = os.environ) -> list[Finding]:
    """Run every check that applies; what is not there because the engine is stopped is left out."""
    record = read_record(settings.home)
    situation = Situation(
        settings=settings,
        services=plan_services(settings, environ),
        record=record if is_running(record) else None,
        environ=environ,
    )
    findings = [check(situation) for check in CHECKS]
    return [finding for finding in findings if finding is not None]
