"""A whole engine whose worker can be told to die at a named moment; see inject/sitecustomize.py."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from decisions_under_test import DecisionsUnderTest
from engine_under_test import EngineUnderTest, free_port, running_engine
from fuzzing import figures
from standins import served

from adapters.payments.fake import StandInProvider, provider_app

INJECT = Path(__file__).with_name("inject")
PAYMENT_KEY = "a key of the test"


@dataclass
class FaultyEngine(EngineUnderTest):
    """An engine with the injection on its path, which pays by a provider that lives as long as the tests."""

    payment_port: int = field(default_factory=free_port)

    @property
    def environment(self) -> dict[str, str]:
        """Give the environment of a user of this engine."""
        return {
            **super().environment,
            "PYTHONPATH": str(INJECT),
            "REDRESS_PAYMENT_URL": f"http://127.0.0.1:{self.payment_port}",
            "REDRESS_PAYMENT_API_KEY": PAYMENT_KEY,
        }


@pytest.fixture(scope="session")
def faulty_engine() -> Iterator[FaultyEngine]:
    """Start one engine for all fault tests; it must leave no process behind."""
    with running_engine(FaultyEngine) as engine:
        yield engine


@pytest.fixture(scope="session")
def paid_by(faulty_engine: FaultyEngine) -> Iterator[StandInProvider]:
    """Serve the stand-in provider by which that engine pays; no kill reaches it."""
    provider = StandInProvider(api_key=PAYMENT_KEY)
    with served(provider_app(provider), port=faulty_engine.payment_port):
        yield provider


@pytest.fixture(scope="session")
def decisions(faulty_engine: FaultyEngine) -> Iterator[DecisionsUnderTest]:
    """Give the decisions of that engine."""
    asking = DecisionsUnderTest(faulty_engine)
    yield asking
    asking.close()


@pytest.fixture(scope="module")
def without_sweeps(decisions: DecisionsUnderTest) -> Iterator[None]:
    """Switch the schedules off, so that nothing helps a decision along but the decision itself."""
    decisions.let_sweep(active=False)
    yield
    decisions.let_sweep(active=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand the fuzzer's figures over to the process that tells them, where tests run in several."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["fuzzing"] = figures.TOLD


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take them over."""
    figures.TOLD.extend(getattr(node, "workeroutput", {}).get("fuzzing", ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell the figures of the fuzzer."""
    for line in figures.TOLD:
        terminalreporter.write_line(line)
