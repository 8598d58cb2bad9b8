"""The sweep of the clocks: what it does about customers whom nobody has reached, and what its run shows."""

from collections.abc import Callable
from datetime import datetime

from appeals import hire, registered
from factories import at
from prefect.client.orchestration import get_client
from standins import open_case

from flows.supervision import sweep_clocks
from schemas.channels import Contacted, ToldContact
from store import contacts
from store.unit_of_work import unit_of_work
from tasks.exceptions.contacting import tell_contact

Stand = Callable[[datetime], None]


def artifacts() -> dict[str, str]:
    with get_client(sync_client=True) as client:
        return {str(artifact.key): str(artifact.data) for artifact in client.read_artifacts()}


class TestSweepClocks:
    def test_shows_nothing_of_customers_when_nobodys_turn_has_come(self, stand_at: Stand) -> None:
        del stand_at
        sweep_clocks()

        assert "customers-contacted" not in artifacts()

    def test_reminds_of_what_is_owed_to_the_regulator(self, stand_at: Stand) -> None:
        hire()
        number = registered().appeal.case_no
        stand_at(at(6 * 24))
        sweep_clocks()

        assert number in artifacts()["appeals-due"]

    def test_tries_the_customer_whose_turn_it_is_and_shows_how_many(self, stand_at: Stand) -> None:
        case_no = open_case()
        told = ToldContact(channel="sms", outcome=Contacted.NO_ANSWER, by="ag-sun")
        tell_contact(case_no, told)
        stand_at(at(1))

        sweep_clocks()

        assert '{"step": "tried again", "count": 1}' in artifacts()["customers-contacted"]
        with unit_of_work() as connection:
            assert [one.outcome for one in contacts.of_cases(connection, [case_no])[case_no]] == [
                Contacted.NO_ANSWER, Contacted.UNDER_WAY,
            ]  # fmt: skip
