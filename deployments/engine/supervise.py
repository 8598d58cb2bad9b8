"""The supervisor as a process: what `redress up` runs, in the foreground or detached.

Belongs here: putting settings, secrets, environment and parts together under the home's lock. Does not
belong here: checks before the start and waiting for it (`control`).
"""

import logging
import os
import sys
import time
import uuid

from deployments.engine import EngineError
from deployments.engine.credentials import ensure_credentials
from deployments.engine.environment import ENGINE_ID, engine_environment
from deployments.engine.parts import engine_parts
from deployments.engine.record import hold
from deployments.engine.supervisor import Supervisor
from deployments.settings import EngineSettings, SettingsInvalid, load_settings


def supervise(settings: EngineSettings, *, engine_id: str | None = None) -> None:
    """Run the engine until a signal ends it.

    Raises:
        AlreadyRunning: another supervisor holds the home.
        PartFailed: a part cannot be brought up; nothing is left running.
        SecretsUnreadable: see `ensure_credentials`.
    """
    engine_id = engine_id or uuid.uuid4().hex
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with hold(settings.home):
        environment = engine_environment(settings, ensure_credentials(settings)) | {ENGINE_ID: engine_id}
        parts = engine_parts(settings, environment)
        Supervisor(settings, parts, environment=environment, engine_id=engine_id).run()


def log_to_standard_error() -> None:
    """Write what the supervisor does to standard error, with times in UTC."""
    logging.Formatter.converter = time.gmtime
    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%SZ", level=logging.INFO)


def main() -> None:
    """Run as a detached process; whoever started it reads the record and this process's log."""
    log_to_standard_error()
    try:
        supervise(load_settings(), engine_id=os.environ.get(ENGINE_ID))
    except (EngineError, SettingsInvalid, OSError) as error:
        sys.exit(f"redress: {error}")


if __name__ == "__main__":
    main()
