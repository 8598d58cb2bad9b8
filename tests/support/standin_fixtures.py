"""Fixtures of tests that take steps: a clock that stands where the test puts it, a carrier's desk, a notice file."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from complaints import staff_called, the_network_is_on_file
from factories import NOON
from prefect.settings import PREFECT_API_URL, temporary_settings
from standin_runs import StandInRuns
from standins import served

from adapters.carrier_desk.fake import StandInDesk, desk_app
from adapters.insurer.fake import StandInInsurer, insurer_app
from adapters.notices.address import address_of
from adapters.payments.fake import StandInProvider, provider_app
from adapters.runs.connections import close_all
from tasks import clock


@pytest.fixture
def stand_at(database: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Let the tasks' clock stand at noon, and give the means to move it."""
    del database

    def stand(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    stand(NOON)
    return stand


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInDesk]:
    """Serve a stand-in carrier desk over HTTP."""
    desk = StandInDesk()
    with served(desk_app(desk)) as url:
        monkeypatch.setenv("REDRESS_CARRIER_DESK_URL", url)
        yield desk


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInProvider]:
    """Serve a stand-in payment provider over HTTP, with a client that does not wait long for it."""
    provider = StandInProvider(api_key="a key of the test", hold_seconds=0.6)
    provider.now = lambda: clock.now()  # noqa: PLW0108  # the tests' clock, wherever it stands then
    with served(provider_app(provider)) as url:
        monkeypatch.setenv("REDRESS_PAYMENT_URL", url)
        monkeypatch.setenv("REDRESS_PAYMENT_API_KEY", "a key of the test")
        monkeypatch.setenv("REDRESS_PAYMENT_TIMEOUT_SECONDS", "0.3")
        yield provider


@pytest.fixture
def notices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[dict[str, str]]]:
    """Send notices to a file, and give the means to read it."""
    file = tmp_path / "notices.log"
    monkeypatch.setenv("REDRESS_NOTICE_CUSTOMER_URL", address_of(file, audience="customer"))
    monkeypatch.setenv("REDRESS_NOTICE_DEPARTMENT_URL", address_of(file, audience="department"))
    return lambda: [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


@pytest.fixture
def prefect() -> Iterator[StandInRuns]:
    """Serve a stand-in for the runs of Prefect's API."""
    standing_in = StandInRuns()
    with served(standing_in.app()) as url, temporary_settings({PREFECT_API_URL: url}):
        yield standing_in
    close_all()


@pytest.fixture
def insurer(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInInsurer]:
    """Serve a stand-in insurer over HTTP, which is asked about every claim and bears all but 200 of each."""
    insurer = StandInInsurer(api_key="a key of the test", secret="a secret of the test", hold_seconds=0.6)
    with served(insurer_app(insurer)) as url:
        for name, value in {
            "NAME": "示例财险", "POLICY_NO": "P-1", "DEDUCTIBLE": "200", "URL": url, "API_KEY": insurer.api_key,
            "TIMEOUT_SECONDS": "0.3", "CALLBACK_SECRET": insurer.secret,
        }.items():  # fmt: skip
            monkeypatch.setenv(f"REDRESS_INSURER_{name}", value)
        yield insurer


@pytest.fixture
def claims_office(
    stand_at: Callable[[datetime], None], provider: StandInProvider, notices: object, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Have a network, somebody at the claims desk, a vault, a provider who pays and a file for notices."""
    del stand_at, provider, notices
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    the_network_is_on_file()
    staff_called("ag-sun")
