"""`redress promise`: by when a parcel must arrive, whose word that is, what else was said; `redress case` cites it."""

from datetime import UTC, datetime, timedelta

import pytest
from commands import Redress
from factories import a_registration, a_trouble, an_event
from standins import register, tell

from schemas.tracking import CarrierPromise, Event
from store import cases
from store.case_history import Signature
from store.cases import NewCase
from store.tracking.promises import keep_promises
from store.unit_of_work import unit_of_work
from tasks.exceptions.detection import find_exceptions

WAYBILL = "773000000001"
NOW = datetime.now(UTC).replace(microsecond=0)
PICKED_UP = NOW - timedelta(hours=5)


def carrier_promises(hours: float, told: float = -1) -> None:
    at = NOW + timedelta(hours=hours)
    promise = CarrierPromise(where="data", namespace="kuaidi100", waybill=WAYBILL, promised_at=at)
    with unit_of_work() as connection:
        keep_promises(connection, [(promise, NOW + timedelta(hours=told))])


@pytest.fixture
def parcel(redress: Redress) -> None:
    del redress
    register(
        a_registration(
            origin_city="广州市",
            destination_city="深圳市",
            picked_up_at=PICKED_UP,
            promised_at=NOW + timedelta(hours=9),
        ),
        at=PICKED_UP,
    )


@pytest.mark.usefixtures("parcel")
class TestPromise:
    def test_lists_what_each_source_said_and_why_the_strongest_first(self, redress: Redress) -> None:
        carrier_promises(20)
        carrier_promises(30, told=-2)

        told = redress("promise", WAYBILL, "--json").json

        assert (told["promised_by"], told["lane"]) == ("pick_up", "广州 → 深圳 (same_province)")
        assert [(row["source"], row["in_force"]) for row in told["candidates"]] == [
            ("pick_up", True), ("carrier", False), ("carrier", False), ("product", False),
        ]  # fmt: skip
        assert told["candidates"][-1]["why"].startswith("transit[*/same_province]@")

    @pytest.mark.parametrize(
        ("hours", "outlook"), [(9, "unknown"), (-9, "late")], ids=["no history of the lane", "late"]
    )
    def test_says_how_the_parcel_stands_to_it(self, redress: Redress, hours: float, outlook: str) -> None:
        register(a_registration(promised_at=NOW + timedelta(hours=hours)), at=NOW)

        assert redress("promise", WAYBILL, "--json").json["outlook"] == outlook

    def test_says_of_a_parcel_that_came_back_only_that_it_did(self, redress: Redress) -> None:
        tell(an_event(Event.PICKED_UP, 0), an_event(Event.RETURNED, 1))

        assert redress("promise", WAYBILL, "--json").json["outlook"] == "returned"

    def test_lists_the_tables_word_before_detection_has_seen_the_parcel(self, redress: Redress) -> None:
        tell(an_event(Event.PICKED_UP, 0), waybill="773000000002")

        told = redress("promise", "773000000002", "--json").json

        assert (told["promised_at"], told["outlook"]) == (None, "unknown")
        assert [row["source"] for row in told["candidates"]] == ["product"]
        assert "promised  by ?: unknown" in redress("promise", "773000000002").out

    def test_is_told_to_people(self, redress: Redress) -> None:
        printed = redress("promise", WAYBILL).out

        assert printed.startswith(f"{WAYBILL}  广州 → 深圳 (same_province)  product standard\n  promised 20")
        assert "by pick_up: unknown" in printed

    def test_fails_for_a_parcel_that_is_not_known(self, redress: Redress) -> None:
        assert redress("promise", "773000000009").exit_code == 1


class TestExpected:
    def test_is_told_with_what_it_rests_on(self, redress: Redress) -> None:
        from tasks.tracking.promising import refresh_lane_times

        cities = {"origin_city": "广州", "destination_city": "杭州", "promised_at": NOW + timedelta(hours=60)}
        noon_to_now = (NOW - datetime(2026, 11, 20, 4, tzinfo=UTC)).total_seconds() / 3600
        for number in range(20):
            waybill = f"7731000000{number:02}"
            register(a_registration(waybill=waybill, **cities), at=PICKED_UP)
            tell(
                an_event(Event.PICKED_UP, noon_to_now - 50), an_event(Event.DELIVERED, noon_to_now - 1),
                waybill=waybill,
            )  # fmt: skip
        register(a_registration(**cities), at=PICKED_UP)
        tell(an_event(Event.PICKED_UP, noon_to_now - 5))
        find_exceptions.fn()
        refresh_lane_times.fn()

        told = redress("promise", WAYBILL, "--json").json

        assert (told["outlook"], told["leg"], told["parcels"]) == ("on_time", "PICKED_UP", 20)
        assert "expected 20" in redress("promise", WAYBILL).out
        assert redress("promise", "773100000000", "--json").json["outlook"] == "on_time"


@pytest.mark.usefixtures("parcel")
class TestCase:
    def test_shows_the_promise_with_its_source(self, redress: Redress) -> None:
        sign = Signature(who="redress", role="system", at=NOW, policy_version="test")
        with unit_of_work() as connection:
            [number] = cases.open_cases(connection, [NewCase(WAYBILL, a_trouble())], prefix="EX-20261120-", sign=sign)

        assert f"by pick_up; why: redress promise {WAYBILL}" in redress("case", number).out
        assert redress("case", number, "--json").json["promise"]["promised_by"] == "pick_up"
