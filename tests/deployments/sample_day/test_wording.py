"""The carriers' words."""

from random import Random

import pytest

from deployments.sample_day.scans import SCANS, Place, Scan
from deployments.sample_day.wording import sentences_for, wording
from deployments.sample_day.world import CARRIERS, SF, Parcel, invent_parcel

every_carrier = pytest.mark.parametrize("carrier", CARRIERS)


def a_parcel(carrier: str) -> Parcel:
    """The first parcel that chance gives to the carrier."""
    tries = (invent_parcel(rng=Random(seed), index=seed, block=1) for seed in range(1000))
    return next(parcel for parcel in tries if parcel.carrier.code == carrier)


class TestSentencesFor:
    @every_carrier
    def test_has_words_for_every_scan_that_the_carrier_tells(self, carrier: str) -> None:
        told = [scan for scan, meaning in SCANS.items() if meaning.sf_codes or carrier != SF]

        assert all(sentences_for(scan, carrier=carrier) for scan in told)

    @pytest.mark.parametrize("scan", [scan for scan in Scan if SCANS[scan].reason], ids=str)
    def test_says_every_trouble_in_several_ways(self, scan: Scan) -> None:
        assert len(set(sentences_for(scan, carrier="zhongtong"))) >= 2


class TestWording:
    @every_carrier
    def test_fills_in_every_sentence(self, carrier: str) -> None:
        parcel = a_parcel(carrier)

        for scan in Scan:
            for seed in range(8):
                text = wording(scan, parcel, bound_for=Place.DESTINATION_HUB, attempt=1, rng=Random(seed))

                assert text
                assert not set("{}") & set(text)

    def test_names_the_place_as_the_carrier_does(self) -> None:
        parcel = a_parcel("yunda")
        text = wording(Scan.AT_DESTINATION_HUB, parcel, bound_for=Place.DESTINATION_OUTLET, attempt=1, rng=Random(1))

        assert f"[{parcel.destination.short_name}分拨中心]" in text
