"""A command called in this process on a database of its own, as on an installation that was started once."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Printed, Redress

from adapters.runs import client
from deployments.command import main


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give what commands announce, in the place of an engine that would hear it."""
    heard: list[str] = []
    monkeypatch.setattr(client, "announce", lambda event, **_: heard.append(event))
    return heard


@pytest.fixture
def redress(
    database: str,
    announced: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Redress]:
    """Give the means to call a command; what it puts into the environment is gone afterwards."""
    del database, announced
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    monkeypatch.setenv("REDRESS_API_KEY", "a key of the test")
    monkeypatch.setenv("REDRESS_KUAIDI100_SALT", "pepper")
    before = dict(os.environ)

    def called(*arguments: str) -> Printed:
        capsys.readouterr()
        exit_code = main(arguments)
        return Printed(exit_code, *capsys.readouterr())

    yield called
    os.environ.clear()
    os.environ.update(before)
