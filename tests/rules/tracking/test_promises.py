"""By when a parcel is to arrive: whose word counts, what the table says, and what is late."""

import runpy
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import pytest
from factories import NOON, at
from hypothesis import given
from hypothesis import strategies as st

import schemas.promises
from rules.tracking import promises
from rules.tracking.promises import PROMISE_PACK, STRENGTH, grace, in_force, is_credible, outlook, product_promise
from schemas.promises import LaneClass, Outlook, Promise, PromiseSource
from schemas.tracking import CarrierPromise

GRACE_HOURS, MARGIN_HOURS = 2, 6
INSTANT = timedelta(microseconds=1)
RULES = [rule for rows in PROMISE_PACK._rows.values() for rule in rows]

tellings = st.lists(
    st.builds(
        Promise,
        st.just("773000000001"),
        st.integers(0, 4).map(at),
        st.sampled_from(PromiseSource),
        st.integers(-4, 0).map(at),
        st.sampled_from(["", "kuaidi100", "sf"]),
    ),
    max_size=8,
)


def a_promise(source: PromiseSource = PromiseSource.CARRIER, promised: float = 24, told: float = 0) -> Promise:
    return Promise("773000000001", at(promised), source, at(told))


TOMORROW = at(24)


def told(promised_at: datetime = TOMORROW, waybill: str = "773000000001") -> CarrierPromise:
    return CarrierPromise(where="data", namespace="kuaidi100", waybill=waybill, promised_at=promised_at)


class TestInForce:
    @pytest.mark.parametrize(
        ("stronger", "weaker"),
        [
            (PromiseSource.PICK_UP, PromiseSource.CARRIER),
            (PromiseSource.PICK_UP, PromiseSource.PRODUCT),
            (PromiseSource.CARRIER, PromiseSource.PRODUCT),
        ],
    )
    def test_is_the_strongest_source_however_old_it_is(self, stronger, weaker):
        old, new = a_promise(stronger, told=-500), a_promise(weaker)

        assert in_force([new, old]) == old

    def test_is_the_newest_telling_of_one_source_though_it_is_later(self):
        assert in_force([a_promise(promised=24, told=-2), a_promise(promised=48, told=-1)]) == a_promise(
            promised=48, told=-1
        )

    def test_is_the_earlier_of_two_that_were_told_at_once(self):
        assert in_force([a_promise(promised=48), a_promise(promised=24)]) == a_promise(promised=24)

    def test_is_nothing_when_nobody_promised(self):
        assert in_force([]) is None

    @given(st.data(), tellings)
    def test_is_the_same_for_every_order_and_repetition(self, data, promises):
        again = data.draw(st.lists(st.sampled_from(promises), max_size=8)) if promises else []

        assert in_force(data.draw(st.permutations([*promises, *again]))) == in_force(promises)

    @given(tellings, tellings)
    def test_never_gives_way_to_a_weaker_source(self, before, after):
        first, then = in_force(before), in_force([*before, *after])

        if first is not None:
            assert then is not None
            assert STRENGTH[then.source] <= STRENGTH[first.source]


class TestCredible:
    def test_is_a_time_within_a_year_of_its_telling(self):
        assert is_credible(told(at(24 * 366)), told_at=NOON)
        assert not is_credible(told(at(24 * 366) + INSTANT), told_at=NOON)

    def test_is_a_time_long_past_in_an_old_payload_but_not_a_clock_that_was_never_set(self):
        assert is_credible(told(datetime(2000, 1, 1, tzinfo=UTC)), told_at=NOON)
        assert not is_credible(told(datetime(1999, 12, 31, 23, tzinfo=UTC)), told_at=NOON)

    @pytest.mark.parametrize("waybill", ["", "12345", "7" * 33, "773 00000", "7730000\x0000", "７７３００００００"])
    def test_is_no_promise_for_what_is_no_waybill(self, waybill):
        assert not is_credible(told(waybill=waybill), told_at=NOON)


class TestProductPromise:
    @pytest.mark.parametrize(
        ("product", "lane", "hours"),
        [
            ("express", LaneClass.SAME_CITY, 24),
            ("express", LaneClass.INTER_PROVINCE, 48),
            ("standard", LaneClass.SAME_PROVINCE, 48),
            ("standard", LaneClass.INTER_PROVINCE, 72),
            ("economy", LaneClass.REMOTE, 168),
        ],
    )
    def test_is_the_tables_time_and_the_margin(self, product, lane, hours):
        promised_at, _ = product_promise(product=product, lane=lane, start=NOON)

        assert promised_at == at(hours + MARGIN_HOURS)

    def test_cites_both_rows(self):
        _, rules = product_promise(product="express", lane=LaneClass.REMOTE, start=NOON)

        assert rules == "transit[express/remote]@0001-01-01 + margin[*]@0001-01-01"

    def test_takes_a_product_without_a_line_of_its_own_as_standard(self):
        said = {
            product_promise(product=name, lane=LaneClass.REMOTE, start=NOON) for name in ("standard", "次晨达", "*")
        }

        assert len(said) == 1

    @pytest.mark.parametrize("product", ["express", "standard", "economy"])
    def test_is_as_late_as_on_the_widest_lane_where_the_lane_is_unknown(self, product):
        times = {lane: product_promise(product=product, lane=lane, start=NOON)[0] for lane in LaneClass}

        assert times[LaneClass.UNKNOWN] == max(times.values())


class TestOutlook:
    @pytest.mark.parametrize(
        ("promised", "arrives", "arrived", "expected"),
        [
            (-GRACE_HOURS, None, False, Outlook.LATE),
            (-GRACE_HOURS + 0.1, None, False, Outlook.UNKNOWN),
            (5, 5 + GRACE_HOURS, False, Outlook.ON_TIME),
            (5, 5.1 + GRACE_HOURS, False, Outlook.WILL_BE_LATE),
            (-50, -48, True, Outlook.ON_TIME),
            (-50, -47.9, True, Outlook.LATE),
            (-50, None, True, Outlook.LATE),
        ],
        ids=["late", "nobody knows", "on time", "will be late", "came in time", "came late", "came, nobody knows when"],
    )
    def test_compares_with_the_promise_and_its_grace(self, promised, arrives, arrived, expected):
        arrives_at = None if arrives is None else at(arrives)

        assert outlook(promised_at=at(promised), arrives_at=arrives_at, arrived=arrived, now=NOON) is expected


class TestPromisePack:
    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.reference)
    def test_names_the_source_of(self, rule):
        assert rule.source

    def test_has_a_row_for_each_class_of_lane(self):
        assert {scope for rule, scope in PROMISE_PACK._rows if rule == "transit"} == {
            f"{product}/{lane}" for product in ("express", "*", "economy") for lane in LaneClass
        }

    def test_gives_some_hours_of_grace(self):
        assert grace(NOON) == timedelta(hours=GRACE_HOURS)

    def test_is_refused_when_a_class_of_lane_has_no_hours(self, monkeypatch):
        words = {lane.name: lane.value for lane in LaneClass} | {"STRAY": "stray"}
        monkeypatch.setattr(schemas.promises, "LaneClass", StrEnum("LaneClass", words))

        with pytest.raises(ValueError, match="express needs hours for each class of lane"):
            runpy.run_path(promises.__file__)
