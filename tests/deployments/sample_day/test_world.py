"""The parcels of a sample day, the people and the places."""

import re
from collections import Counter
from random import Random

import pytest

from deployments.sample_day.world import CARRIERS, SF, Parcel, invent_parcel


def parcels(count: int = 2000) -> list[Parcel]:
    return [invent_parcel(rng=Random(seed), index=seed, block=42) for seed in range(count)]


@pytest.fixture(scope="module")
def many() -> list[Parcel]:
    return parcels()


class TestInventParcel:
    def test_uses_every_carrier_in_about_its_share(self, many: list[Parcel]) -> None:
        shares = Counter(parcel.carrier.code for parcel in many)

        assert set(shares) == set(CARRIERS)
        for code, count in shares.items():
            assert count / len(many) == pytest.approx(CARRIERS[code].share / 100, abs=0.03)

    def test_leaves_sf_out_where_it_cannot_tell_the_story(self) -> None:
        told = [invent_parcel(rng=Random(seed), index=seed, block=1, with_sf=False) for seed in range(300)]

        assert SF not in {parcel.carrier.code for parcel in told}

    def test_numbers_every_waybill_differently(self, many: list[Parcel]) -> None:
        assert len({parcel.waybill for parcel in many}) == len(many)

    def test_declares_mostly_30_to_300_yuan_sometimes_thousands_and_rarely_over_5000(self, many: list[Parcel]) -> None:
        values = [parcel.declared_value for parcel in many]

        assert 0.8 < sum(30 <= value <= 300 for value in values) / len(values) < 0.95
        assert 0.01 < sum(value >= 1000 for value in values) / len(values) < 0.06
        assert 0 < sum(value > 5000 for value in values) / len(values) < 0.01

    def test_insures_dear_parcels_more_often_and_never_above_their_value(self, many: list[Parcel]) -> None:
        cheap = [parcel for parcel in many if parcel.declared_value < 300]
        dear = [parcel for parcel in many if parcel.declared_value >= 1000]

        assert _insured_share(cheap) < 0.15
        assert _insured_share(dear) > 0.5
        assert all(parcel.insured_amount <= parcel.declared_value for parcel in many if parcel.insured_amount)

    def test_uses_only_telephone_numbers_of_the_made_up_blocks(self, many: list[Parcel]) -> None:
        phones = {
            phone
            for parcel in many
            for phone in (
                parcel.sender_phone,
                parcel.consignee_phone,
                parcel.collector_phone,
                parcel.courier_phone,
                parcel.outlet_phone,
            )
        }

        assert all(re.fullmatch("199000[0-3][0-9]{4}", phone) for phone in phones)

    def test_names_consignees_who_are_plainly_made_up(self, many: list[Parcel]) -> None:
        assert all(re.fullmatch(r"[张李王赵钱孙周吴郑冯陈褚]\w{1,2}[0-9]{4}", parcel.consignee) for parcel in many)

    def test_sends_perishables_fast(self, many: list[Parcel]) -> None:
        products = {parcel.product.name for parcel in many if parcel.goods.perishable}

        assert products == {"express", "standard"}


def _insured_share(parcels: list[Parcel]) -> float:
    return sum(parcel.insured_amount is not None for parcel in parcels) / len(parcels)
