"""The carrier's desk: one order or many, each taken once for its key, each answered for itself."""

import httpx
import pytest
from standins import served

from adapters import Refused, Unavailable
from adapters.carrier_desk.client import CarrierDeskSettings, place, place_many
from adapters.carrier_desk.fake import StandInDesk, desk_app
from adapters.carrier_desk.translate import Acceptance, KeyedOrder, WorkOrder


def order(case_no: str = "EX-1", measure: str = "REDELIVER") -> WorkOrder:
    return WorkOrder(case_no=case_no, waybill="773000000001", carrier="shentong", measure=measure)


def keyed(*case_nos: str, measure: str = "REDELIVER") -> list[KeyedOrder]:
    return [KeyedOrder(key=f"{case_no}:{measure}", order=order(case_no, measure)) for case_no in case_nos]


class TestOneOrder:
    def test_gets_the_same_reference_for_the_same_key(self, desk: StandInDesk) -> None:
        first, again = place(order(), key="k"), place(order(), key="k")

        assert first == again
        assert len(desk.orders) == 1

    def test_without_a_key_is_not_taken(self) -> None:
        with served(desk_app(StandInDesk())) as url:
            answer = httpx.post(f"{url}/work-orders", json=order().model_dump())

        assert answer.status_code == 422


class TestManyOrders:
    def test_are_answered_in_their_order(self, desk: StandInDesk) -> None:
        said = place_many(keyed("EX-1", "EX-2", "EX-3"))

        assert said == [Acceptance(reference=desk.references[f"EX-{number}:REDELIVER"]) for number in (1, 2, 3)]

    def test_get_the_same_references_for_the_same_keys_together_or_alone(self, desk: StandInDesk) -> None:
        first = place_many(keyed("EX-1", "EX-2"))

        assert place_many(keyed("EX-2", "EX-1")) == first[::-1]
        assert place(order("EX-1"), key="EX-1:REDELIVER") == first[0]
        assert len(desk.orders) == 2

    def test_are_each_answered_for_themselves(self, desk: StandInDesk) -> None:
        desk.busy_for["EX-1"] = 1
        desk.refuse_measures.add("REPACK")

        busy, taken, refused = place_many(keyed("EX-1", "EX-2") + keyed("EX-3", measure="REPACK"))

        assert isinstance(busy, Unavailable)
        assert "503" in str(busy)
        assert isinstance(taken, Acceptance)
        assert isinstance(refused, Refused)
        assert "422: this desk does not do REPACK" in str(refused)

    def test_are_handed_over_one_by_one_to_a_desk_that_takes_no_lists(self, desk: StandInDesk) -> None:
        desk.takes_lists = False
        desk.busy_for["EX-2"] = 1

        taken, busy = place_many(keyed("EX-1", "EX-2"))

        assert isinstance(taken, Acceptance)
        assert isinstance(busy, Unavailable)

    @pytest.mark.parametrize("at_once", [1, 2, 100])
    def test_go_in_lists_of_a_bounded_length(self, desk: StandInDesk, at_once: int) -> None:
        settings = CarrierDeskSettings(orders_at_once=at_once)

        said = place_many(keyed(*(f"EX-{number}" for number in range(5))), settings)

        assert len({acceptance.reference for acceptance in said if isinstance(acceptance, Acceptance)}) == 5
        assert set(desk.sent.values()) == {1}

    def test_all_wait_while_the_desk_is_away(self) -> None:
        said = place_many(keyed("EX-1", "EX-2"), CarrierDeskSettings(url="http://127.0.0.1:9"))

        assert [type(failure) for failure in said] == [Unavailable, Unavailable]

    def test_are_all_refused_without_a_desk(self) -> None:
        said = place_many(keyed("EX-1", "EX-2"), CarrierDeskSettings(url=""))

        assert [type(failure) for failure in said] == [Refused, Refused]
