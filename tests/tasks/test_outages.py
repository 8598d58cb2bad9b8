"""Outlasting an outage: what can be repeated is done again, and anything else is none of its business."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from factories import NOON, a_registration
from sqlalchemy.exc import OperationalError
from standins import register

from adapters import Unavailable
from adapters.runs.connections import PrefectAway
from store import outbox
from store.outbox import Kind, Letter
from store.unit_of_work import DatabaseAway, unit_of_work
from tasks import outages
from tasks.outages import outlast

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outages, "PAUSE_SECONDS_FIRST", 0.0)
    monkeypatch.setattr(outages, "PAUSE_SECONDS_MAX", 0.0)
    monkeypatch.setattr(outages, "flow_run", SimpleNamespace(id="run-1"))


def failing(*failures: Exception) -> Callable[[], str]:
    """Make work that fails so often and then is done."""
    left = list(failures)

    def work() -> str:
        if left:
            raise left.pop(0)
        return "done"

    return work


def an_outage() -> OperationalError:
    return OperationalError("SELECT 1", {}, Exception("server closed the connection unexpectedly"))


class TestOutage:
    @pytest.mark.parametrize("failure", [an_outage(), PrefectAway("503")], ids=["database", "Prefect"])
    def test_is_outlasted(self, failure: Exception) -> None:
        assert outlast(failing(failure, failure)) == "done"

    def test_that_lasts_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(outages, "SECONDS_MAX", 0.01)

        with pytest.raises(DatabaseAway, match="server closed"):
            outlast(failing(*[an_outage()] * 100_000))

    def test_leaves_nothing_as_being_sent_by_the_run_itself(self) -> None:
        register(a_registration())
        order = Letter(Kind.WORK_ORDER, "order-1", "EX-1", {}, NOON)
        with unit_of_work() as connection:
            outbox.put(connection, [order])
        claimed: list[list[str]] = []

        def work() -> None:
            with unit_of_work() as connection:
                items = outbox.claim(connection, kinds=[Kind.WORK_ORDER], now=NOON, limit=9, flow_run_id="run-1")
            claimed.append([item.key for item in items])
            if len(claimed) == 1:
                raise an_outage()

        outlast(work)

        assert claimed == [["order-1"], ["order-1"]]


class TestOtherFailure:
    @pytest.mark.parametrize("failure", [Unavailable("the desk is busy"), ValueError("a mistake")])
    def test_is_passed_on_at_once(self, failure: Exception) -> None:
        with pytest.raises(type(failure), match=str(failure)):
            outlast(failing(failure))
