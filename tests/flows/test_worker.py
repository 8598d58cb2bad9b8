"""How the worker executes a run: a lease before it is accepted, one flow loaded once, nobody's run twice."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun
from prefect.states import Pending, Scheduled

from deployments.worker import RedressWorker
from store import leases
from store.unit_of_work import unit_of_work
from tasks import clock

pytestmark = pytest.mark.usefixtures("database")

leases_seen: list[set[str]] = []


@flow(name="look_at_leases")
def look_at_leases() -> None:
    """Remember which runs are held while this one is executed."""
    leases_seen.append(held())


def held() -> set[str]:
    with unit_of_work() as connection:
        return leases.live(connection, now=clock.now())


@pytest.fixture
def client() -> Iterator[SyncPrefectClient]:
    with get_client(sync_client=True) as client:
        yield client


@pytest.fixture
def worker() -> RedressWorker:
    leases_seen.clear()
    return RedressWorker(work_pool_name="redress", name="redress-test")


def a_run(client: SyncPrefectClient, *, entrypoint: str = f"{__name__}.look_at_leases") -> FlowRun:
    """Have a run of a deployment scheduled for now."""
    flow_id = client.create_flow(look_at_leases)
    deployment = client.create_deployment(flow_id, f"{entrypoint}-of-test", entrypoint=entrypoint)
    run = client.create_flow_run_from_deployment(deployment, state=Scheduled())
    return client.read_flow_run(run.id)


def state_of(client: SyncPrefectClient, run: FlowRun) -> tuple[str, str]:
    state = client.read_flow_run(run.id).state
    assert state is not None
    return state.name, state.message or ""


class TestRun:
    def test_is_held_while_it_is_executed_and_not_after(self, client: SyncPrefectClient, worker: RedressWorker) -> None:
        run = a_run(client)

        worker._execute(run)

        assert leases_seen == [{str(run.id)}]
        assert held() == set()
        assert state_of(client, run)[0] == "Completed"

    def test_that_another_worker_has_accepted_is_left_to_it(
        self, client: SyncPrefectClient, worker: RedressWorker
    ) -> None:
        run = a_run(client)
        client.set_flow_run_state(run.id, Pending())

        worker._execute(run)

        assert leases_seen == []
        assert held() == set()
        assert state_of(client, run)[0] == "Pending"

    @pytest.mark.parametrize(
        "entrypoint", ["no_such_module.a_flow", f"{__name__}.no_such_flow"], ids=["no module", "no flow"]
    )
    def test_whose_flow_cannot_be_loaded_is_marked_with_the_reason(
        self, client: SyncPrefectClient, worker: RedressWorker, entrypoint: str
    ) -> None:
        run = a_run(client, entrypoint=entrypoint)

        worker._execute(run)

        name, message = state_of(client, run)
        assert name == "Crashed"
        assert message.startswith("The flow cannot be loaded: ")
        assert held() == set()

    def test_loads_its_flow_once(
        self, client: SyncPrefectClient, worker: RedressWorker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[UUID] = []
        read = SyncPrefectClient.read_deployment

        def read_deployment(self: SyncPrefectClient, deployment_id: UUID) -> object:
            asked.append(deployment_id)
            return read(self, deployment_id)

        monkeypatch.setattr(SyncPrefectClient, "read_deployment", read_deployment)

        worker._execute(first := a_run(client))
        worker._execute(a_run(client))

        assert asked.count(first.deployment_id) == 1  # type: ignore[arg-type]  # it has one
