"""When the trouble that opened a case is over."""

import pytest
from factories import NOON, a_trouble, at

from rules.exceptions.cure import is_cured
from schemas.exceptions import ExceptionType, Origin
from schemas.shipments import FINAL_PHASES, Phase, ShipmentState


def cured(state: ShipmentState, type_: ExceptionType, origin: Origin) -> bool:
    return is_cured(state, type_=type_, origin=origin, since=NOON)


class TestReportedTrouble:
    def test_is_over_when_the_fold_holds_it_no_longer(self):
        assert cured(ShipmentState(), ExceptionType.DAMAGED, Origin.REPORTED)

    def test_is_over_when_the_fold_holds_only_another_type(self):
        state = ShipmentState(troubles=(a_trouble(type=ExceptionType.LOST),))

        assert cured(state, ExceptionType.DAMAGED, Origin.REPORTED)

    def test_goes_on_while_the_fold_holds_it(self):
        state = ShipmentState(phase=Phase.DELIVERED, last_event_at=at(9), troubles=(a_trouble(),))

        assert not cured(state, ExceptionType.DAMAGED, Origin.REPORTED)


class TestDelay:
    @pytest.mark.parametrize("phase", sorted(FINAL_PHASES))
    def test_is_over_when_the_parcel_is(self, phase):
        assert cured(ShipmentState(phase=phase), ExceptionType.DELAYED, Origin.SILENCE)

    @pytest.mark.parametrize("phase", sorted(set(Phase) - FINAL_PHASES))
    def test_goes_on_while_the_parcel_is(self, phase):
        state = ShipmentState(phase=phase, last_event_at=at(9))

        assert not cured(state, ExceptionType.DELAYED, Origin.SILENCE)


class TestSilence:
    def test_is_over_with_a_later_scan(self):
        assert cured(ShipmentState(last_event_at=at(0.1)), ExceptionType.NO_SCAN, Origin.SILENCE)

    @pytest.mark.parametrize("last", [NOON, at(-1), None], ids=["the same scan", "an earlier scan", "no scan"])
    def test_goes_on_with(self, last):
        assert not cured(ShipmentState(last_event_at=last), ExceptionType.NO_SCAN, Origin.SILENCE)


class TestCaseOfStaff:
    @pytest.mark.parametrize("type_", list(ExceptionType))
    def test_is_theirs_to_close(self, type_):
        delivered = ShipmentState(phase=Phase.DELIVERED, last_event_at=at(9))

        assert not cured(delivered, type_, Origin.STAFF)
