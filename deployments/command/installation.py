"""What a command knows about the installation it works on.

Belongs here: reading the settings and joining the engine's environment, with failures told as a command
tells them. Every command that touches the database or Prefect calls `enter` first.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from deployments.command.outcome import Failure, WrongUsage

if TYPE_CHECKING:
    from deployments.settings import EngineSettings


def engine_settings() -> "EngineSettings":
    """Read the installation's settings.

    Raises:
        WrongUsage: a REDRESS_ variable cannot be used.
    """
    from deployments.settings import SettingsInvalid, load_settings

    try:
        return load_settings()
    except SettingsInvalid as invalid:
        raise WrongUsage(str(invalid)) from invalid


def enter() -> "EngineSettings":
    """Give this process the engine's environment; call it before importing the store, Prefect or a task.

    Raises:
        Failure: the engine was never started here, or its secrets cannot be read.
        WrongUsage: a REDRESS_ variable cannot be used.
    """
    from deployments.engine.environment import enter_environment

    settings = engine_settings()
    with engine_failures_told():
        enter_environment(settings)
    return settings


@contextmanager
def engine_failures_told() -> Iterator[None]:
    """Turn the engine's anticipated failures into the command's.

    Raises:
        Failure: for any of them.
    """
    from deployments.engine import EngineError

    try:
        yield
    except EngineError as error:
        raise Failure(str(error)) from error
