"""What the log and the other cases say about a case."""

from collections.abc import Callable
from datetime import datetime

import pytest
from custody_logs import FAR_HUB, HUB, a_whole_way, scan
from factories import a_registration, at
from standins import register, tell

from schemas.custody import Confidence, GapKind, ResponsibleParty
from schemas.exceptions import ExceptionCase
from schemas.tracking import Event
from schemas.weighing import Repeats
from store import cases
from store.unit_of_work import unit_of_work
from tasks.exceptions.detection import find_exceptions
from tasks.exceptions.weighing import Weighed, weigh

Stand = Callable[[datetime], None]
LOST = scan(Event.EXCEPTION, 100, reason="carrier.lost", text="")


@pytest.fixture
def case_no(stand_at: Stand) -> str:
    """Lose a parcel between two hubs."""
    register(a_registration(promised_at=at(500)))
    stand_at(at(101))
    tell(*a_whole_way()[:4], LOST)
    [opened] = find_exceptions.fn().opened
    return opened


def the_case(case_no: str) -> ExceptionCase:
    with unit_of_work() as connection:
        return cases.one_case(connection, case_no)


def weighed(case_no: str, hours: float = 101) -> Weighed:
    with unit_of_work() as connection:
        return weigh(connection, [cases.one_case(connection, case_no)], now=at(hours))[case_no]


class TestWeigh:
    def test_reads_the_chain_of_custody_from_the_log(self, case_no: str) -> None:
        custody = weighed(case_no, hours=120).custody

        assert [holding.place for holding in custody.holdings][-1] == HUB
        assert custody.open_gap is not None
        assert (custody.open_gap.kind, custody.open_gap.other_place) == (GapKind.SENT_NOT_RECEIVED, FAR_HUB)

    def test_presumes_the_sender_of_what_nobody_received_and_decides_nothing(self, case_no: str) -> None:
        found = weighed(case_no, hours=120).presumption

        assert (found.party, found.confidence, found.final) == (ResponsibleParty.CARRIER, Confidence.MODERATE, False)

    def test_counts_the_gap_among_the_points_with_its_rule(self, case_no: str) -> None:
        found = weighed(case_no, hours=120)

        assert [line.scope for line in found.derivation] == ["type", "custody_gap"]
        assert found.points == 4
        assert found.facts.repeats == Repeats()

    def test_writes_nothing(self, case_no: str) -> None:
        before = the_case(case_no)
        weighed(case_no)

        assert the_case(case_no) == before

    def test_of_no_case_is_nothing(self, database: str) -> None:
        with unit_of_work() as connection:
            assert weigh(connection, [], now=at(0)) == {}
