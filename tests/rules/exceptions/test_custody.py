"""Who had a parcel when, and what is missing of that."""

from datetime import timedelta

import pytest
from custody_logs import FAR_HUB, FAR_OUTLET, HUB, OUTLET, a_whole_way, logs, scan
from factories import at
from hypothesis import given
from hypothesis import strategies as st

from rules.exceptions.custody import chain_of_custody
from rules.exceptions.custody_wording import LIMIT
from schemas.custody import Gap, GapKind, HolderKind
from schemas.tracking import SIGNALS, Event

WHOLE = a_whole_way()


def gaps(*log, now: float = 40) -> list[Gap]:
    return list(chain_of_custody(log, now=at(now)).gaps)


def kinds(*log, now: float = 40) -> list[GapKind]:
    return [gap.kind for gap in gaps(*log, now=now)]


def without(*positions: int) -> list:
    return [event for position, event in enumerate(WHOLE) if position not in positions]


class TestChainOfCustody:
    @given(st.data(), logs())
    def test_is_the_same_for_every_order_and_repetition(self, data, log):
        again = data.draw(st.lists(st.sampled_from(log), max_size=8)) if log else []
        shuffled = data.draw(st.permutations([*log, *again]))

        assert chain_of_custody(shuffled, now=at(200)) == chain_of_custody(log, now=at(200))

    @given(logs())
    def test_does_not_change_for_events_that_were_taken_back(self, log):
        standing = [event for event in log if not event.voided]

        assert chain_of_custody(log, now=at(200)) == chain_of_custody(standing, now=at(200))

    @given(logs())
    def test_is_of_scans_alone_and_in_the_order_of_time(self, log):
        custody = chain_of_custody(log, now=at(200))
        ids = [event_id for holding in custody.holdings for event_id in holding.event_ids]
        proving = {event.event_id for event in log if event.understood and event.event not in SIGNALS}

        assert len(set(ids)) == len(ids)
        assert set(ids) <= proving
        assert list(custody.holdings) == sorted(custody.holdings, key=lambda holding: holding.first_at)
        assert len(custody.legs) == max(len(custody.holdings) - 1, 0)

    @given(logs())
    def test_cites_what_it_rests_on_and_ends_no_gap_before_it_began(self, log):
        custody = chain_of_custody(log, now=at(200))
        known = {event.event_id for event in log}

        for gap in custody.gaps:
            assert gap.event_ids
            assert set(gap.event_ids) <= known
            assert gap.since <= (gap.until or custody.as_of)
            assert gap.sentence.zh
            assert gap.sentence.en
        assert set(custody.contradictions) <= set(custody.gaps)

    def test_of_a_parcel_that_was_scanned_everywhere_has_no_gap(self):
        custody = chain_of_custody(WHOLE, now=at(40))

        assert [(holding.kind, holding.place) for holding in custody.holdings] == [
            (HolderKind.STATION, OUTLET),
            (HolderKind.STATION, HUB),
            (HolderKind.STATION, FAR_HUB),
            (HolderKind.STATION, FAR_OUTLET),
            (HolderKind.COURIER, FAR_OUTLET),
            (HolderKind.CONSIGNEE, FAR_OUTLET),
        ]
        assert custody.gaps == ()

    def test_says_who_received_who_sent_and_when(self):
        custody = chain_of_custody(WHOLE[:4], now=at(8))

        assert (custody.holdings[1].received_at, custody.holdings[1].sent_at) == (at(4), at(6))
        assert custody.holdings[1].sent_to == FAR_HUB
        [leg] = custody.legs
        assert (leg.origin, leg.sent_at, leg.destination, leg.received_at) == (OUTLET, at(2), HUB, at(4))

    def test_is_empty_before_anybody_had_the_parcel(self):
        custody = chain_of_custody([scan(Event.ORDER_CREATED, 0), scan(Event.NO_TRACE, 30)], now=at(100))

        assert (custody.holdings, custody.gaps, custody.last_proven, custody.open_gap) == ((), (), None, None)

    def test_keeps_the_sender_of_a_parcel_that_nobody_received_as_its_last_proven_holder(self):
        custody = chain_of_custody(WHOLE[:4], now=at(200))

        assert custody.last_proven is not None
        assert custody.last_proven.place == HUB

    def test_reads_a_sending_from_the_words_of_a_scan_that_says_only_that_it_moves(self):
        custody = chain_of_custody([scan(Event.IN_TRANSIT, 0, OUTLET, to=HUB)], now=at(1))

        assert custody.holdings[0].sent_to == HUB

    def test_holds_a_station_once_however_often_it_scans_the_parcel_in(self):
        log = [scan(Event.IN_TRANSIT, 3, HUB), scan(Event.ARRIVED_HUB, 4, HUB), scan(Event.ARRIVED_HUB, 5, HUB)]

        [holding] = chain_of_custody(log, now=at(6)).holdings
        assert (holding.first_at, holding.received_at, holding.last_at) == (at(3), at(4), at(5))

    def test_begins_with_a_courier_where_the_log_begins_with_his_round(self):
        [holding] = chain_of_custody(WHOLE[7:8], now=at(33)).holdings

        assert (holding.kind, holding.place) == (HolderKind.COURIER, FAR_OUTLET)

    def test_takes_the_station_from_the_scan_that_names_it(self):
        log = [scan(Event.PICKED_UP, 0, location="杭州市"), scan(Event.DEPARTED_HUB, 1, OUTLET)]

        [holding] = chain_of_custody(log, now=at(2)).holdings
        assert (holding.place, holding.named) == (OUTLET, True)


class TestSentNotReceived:
    def test_is_open_when_nobody_scans_it_in(self):
        [gap] = gaps(*WHOLE[:4], now=6 + 72.1)

        assert (gap.kind, gap.place, gap.other_place, gap.since, gap.is_open) == (
            GapKind.SENT_NOT_RECEIVED, HUB, FAR_HUB, at(6), True,
        )  # fmt: skip
        assert gap.sentence.zh == f"有发未到：{HUB}发出后72小时内没有接收扫描（发往{FAR_HUB}）"
        assert gap.rule.startswith("handover[sent]@")

    def test_is_none_as_long_as_the_way_may_take(self):
        assert gaps(*WHOLE[:4], now=6 + 72) == []

    def test_is_over_when_a_later_station_acts_without_having_received_it(self):
        [gap] = gaps(*without(4))

        assert (gap.kind, gap.place, gap.other_place, gap.until) == (GapKind.SENT_NOT_RECEIVED, HUB, FAR_HUB, at(28))

    def test_is_none_after_customs_released_it_and_open_when_nobody_follows(self):
        log = [*WHOLE[:4], scan(Event.CUSTOMS_PENDING, 20, "广州海关监管中心"), scan(Event.CUSTOMS_RELEASED, 30)]

        assert kinds(*log, now=40) == []
        assert kinds(*log, now=140) == [GapKind.SENT_NOT_RECEIVED]


class TestReceivedNotSent:
    def test_is_open_when_the_station_never_sends_it(self):
        gap = gaps(*WHOLE[:3], now=4 + 24.1)[0]

        assert (gap.kind, gap.place, gap.is_open) == (GapKind.RECEIVED_NOT_SENT, HUB, True)
        assert gap.sentence.en == f"Received, not sent: {HUB} had it, and for 24 h no scan says that it left"

    def test_is_none_within_a_day(self):
        assert gaps(*WHOLE[:3], now=4 + 24) == []

    def test_is_over_when_the_parcel_turns_up_elsewhere(self):
        [gap] = gaps(*without(1))

        assert (gap.kind, gap.place, gap.other_place, gap.until) == (GapKind.RECEIVED_NOT_SENT, OUTLET, HUB, at(4))

    def test_is_none_of_a_parcel_that_was_called_off(self):
        assert gaps(*WHOLE[:3], scan(Event.DISPOSED, 6, HUB), now=500) == []


class TestOutNotSigned:
    def test_is_open_when_nobody_says_what_became_of_it(self):
        [gap] = gaps(*WHOLE[:8], now=32 + 24.1)

        assert (gap.kind, gap.place, gap.is_open) == (GapKind.OUT_NOT_SIGNED, FAR_OUTLET, True)

    @pytest.mark.parametrize("answer", [Event.DELIVERY_FAILED, Event.HELD, Event.EXCEPTION, Event.RETURNING])
    def test_is_none_after(self, answer):
        assert GapKind.OUT_NOT_SIGNED not in kinds(*WHOLE[:8], scan(answer, 33, FAR_OUTLET), now=90)

    @pytest.mark.parametrize("place", [FAR_OUTLET, HUB])
    def test_is_over_when_the_parcel_comes_back_without_a_word(self, place):
        [gap] = gaps(*WHOLE[:8], scan(Event.ARRIVED_OUTLET, 40, place), now=41)

        assert (gap.kind, gap.until) == (GapKind.OUT_NOT_SIGNED, at(40))

    def test_is_over_when_it_goes_out_again(self):
        assert kinds(*WHOLE[:8], scan(Event.OUT_FOR_DELIVERY, 50), now=51) == [GapKind.OUT_NOT_SIGNED]

    def test_is_none_of_one_round_that_is_told_twice(self):
        assert kinds(*WHOLE[:8], scan(Event.OUT_FOR_DELIVERY, 33), now=34) == []

    def test_is_none_when_it_goes_out_again_after_a_failure(self):
        failed = scan(Event.DELIVERY_FAILED, 34, "广州市")

        assert kinds(*WHOLE[:8], failed, scan(Event.OUT_FOR_DELIVERY, 50, FAR_OUTLET), now=51) == []

    def test_is_none_when_it_is_left_at_a_pick_up_point(self):
        left = scan(Event.AT_PICKUP_POINT, 33, "示例小区驿站")
        collected = scan(Event.DELIVERED_PICKUP_POINT, 50, "示例小区驿站")

        assert kinds(*WHOLE[:8], left, scan(Event.AT_PICKUP_POINT, 34, "示例小区驿站"), collected, now=200) == []

    def test_is_none_when_the_outlet_scans_in_only_after_its_courier_left(self):
        log = [*WHOLE[:6], scan(Event.OUT_FOR_DELIVERY, 30, FAR_OUTLET), scan(Event.ARRIVED_OUTLET, 30.5, FAR_OUTLET)]

        assert GapKind.OUT_NOT_SIGNED not in kinds(*log, now=31)


class TestSignedWithoutOut:
    def test_is_found_where_no_courier_had_it(self):
        [gap] = gaps(*without(7))

        assert (gap.kind, gap.place, gap.since, gap.until) == (
            GapKind.SIGNED_WITHOUT_OUT, FAR_OUTLET, at(30), at(34),
        )  # fmt: skip

    def test_is_not_concluded_from_a_log_of_milestones(self):
        custody = chain_of_custody([WHOLE[0], WHOLE[-1]], now=at(40))

        assert custody.gaps == ()
        assert LIMIT["milestones"][1] in [limit.en for limit in custody.limits]


class TestReceivedTwice:
    def test_is_found_where_two_cities_are_too_far_apart_for_the_time(self):
        custody = chain_of_custody([WHOLE[0], scan(Event.ARRIVED_HUB, 0.5, FAR_HUB)], now=at(1))

        [gap] = custody.contradictions
        assert (gap.kind, gap.place, gap.other_place) == (GapKind.RECEIVED_TWICE, OUTLET, FAR_HUB)

    def test_is_found_where_the_first_station_acts_again(self):
        log = [WHOLE[0], scan(Event.ARRIVED_HUB, 4, HUB), scan(Event.DEPARTED_HUB, 9, OUTLET, to=HUB)]
        custody = chain_of_custody(log, now=at(10))

        [gap] = custody.contradictions
        assert (gap.kind, gap.place, gap.other_place, gap.until) == (GapKind.RECEIVED_TWICE, OUTLET, HUB, at(4))

    def test_is_not_concluded_from_a_station_that_sent_it_on_before(self):
        assert kinds(*without(3)) == [GapKind.RECEIVED_NOT_SENT]

    def test_is_no_more_than_a_missing_sending_where_the_parcel_could_have_travelled(self):
        assert chain_of_custody([WHOLE[0], scan(Event.ARRIVED_HUB, 4, HUB)], now=at(5)).contradictions == ()


class TestMovedAfterSigned:
    def test_contradicts_the_signature(self):
        custody = chain_of_custody([*WHOLE, scan(Event.ARRIVED_HUB, 60, HUB)], now=at(61))

        [gap] = custody.contradictions
        assert (gap.kind, gap.since, gap.until, gap.other_place) == (GapKind.MOVED_AFTER_SIGNED, at(34), at(60), HUB)

    @pytest.mark.parametrize(
        "later",
        [
            pytest.param([scan(Event.IN_TRANSIT, 34.5, FAR_OUTLET)], id="a scan of the same hour"),
            pytest.param([scan(Event.DELIVERED, 60)], id="a second signature"),
            pytest.param([scan(Event.EXCEPTION, 60)], id="a report"),
            pytest.param([scan(Event.RETURNING, 50), scan(Event.ARRIVED_HUB, 60, HUB)], id="a return"),
            pytest.param([scan(Event.RETURNED, 80), scan(Event.RETURNED, 81)], id="a return that arrived"),
        ],
    )
    def test_is_not_concluded_from(self, later):
        custody = chain_of_custody([*WHOLE, *later], now=at(81))

        assert custody.contradictions == ()
        assert GapKind.MOVED_AFTER_SIGNED not in [gap.kind for gap in custody.gaps if later[0].event is Event.EXCEPTION]


class TestLongDwell:
    @pytest.mark.parametrize(
        ("log", "arrived", "hours"),
        [
            pytest.param(WHOLE[:3], 4, 48, id="at a hub"),
            pytest.param(WHOLE[:7], 30, 72, id="at an outlet"),
            pytest.param([*WHOLE[:8], scan(Event.DELIVERY_FAILED, 34)], 34, 72, id="at an outlet after a failed round"),
            pytest.param(
                [*WHOLE[:8], scan(Event.AT_PICKUP_POINT, 34, "示例小区驿站")], 34, 168, id="at a pick-up point"
            ),
            pytest.param([*WHOLE[:3], scan(Event.CUSTOMS_HELD, 20)], 20, 168, id="at customs"),
        ],
    )
    def test_begins_after_the_hours_that_a_stay_may_take(self, log, arrived, hours):
        assert GapKind.LONG_DWELL not in kinds(*log, now=arrived + hours)
        assert GapKind.LONG_DWELL in kinds(*log, now=arrived + hours + 0.1)

    def test_ends_when_the_parcel_leaves(self):
        [gap] = gaps(*WHOLE[:3], scan(Event.DEPARTED_HUB, 60, HUB), now=61)

        assert (gap.kind, gap.since, gap.until) == (GapKind.LONG_DWELL, at(4), at(60))
        assert gap.sentence.zh == f"滞留：在{HUB}停留56小时"

    def test_alone_is_no_open_gap_because_the_place_is_known(self):
        custody = chain_of_custody([*WHOLE[:8], scan(Event.AT_PICKUP_POINT, 34, "示例小区驿站")], now=at(300))

        assert custody.gaps
        assert custody.open_gap is None


class TestPartner:
    def test_holds_what_was_handed_to_it_and_is_not_asked_for_scans(self):
        log = [*WHOLE[:3], scan(Event.TRANSFERRED_CARRIER, 6), scan(Event.TRANSFERRED_CARRIER, 7)]
        custody = chain_of_custody(log, now=at(500))

        assert custody.last_proven is not None
        assert custody.last_proven.kind is HolderKind.PARTNER
        assert custody.open_gap is None

    def test_is_remembered_of_every_holder_after_it(self):
        log = [scan(Event.TRANSFERRED_CARRIER, 0), scan(Event.ARRIVED_OUTLET, 9, FAR_OUTLET)]

        assert chain_of_custody(log, now=at(10)).holdings[-1].partner


class TestLimits:
    @pytest.mark.parametrize(
        ("limit", "log"),
        [
            ("way", WHOLE),
            ("courier", WHOLE),
            ("place", [scan(Event.PICKED_UP, 0, location="杭州市")]),
            ("partner", [scan(Event.TRANSFERRED_CARRIER, 0)]),
            ("milestones", [WHOLE[0], WHOLE[-1]]),
            ("not_understood", [WHOLE[0], scan(Event.EXCEPTION, 1, understood=False)]),
            ("begins_late", [WHOLE[1]]),
        ],
    )
    def test_say_that_the_log_cannot_tell(self, limit, log):
        assert LIMIT[limit] in [(said.zh, said.en) for said in chain_of_custody(log, now=at(40)).limits]

    def test_say_nothing_of_what_it_tells(self):
        assert chain_of_custody([WHOLE[0], WHOLE[2]], now=at(5)).limits == ()


class TestSight:
    def test_shows_the_parcel_elsewhere_without_proving_a_receipt(self):
        custody = chain_of_custody([*WHOLE[:4], scan(Event.EXCEPTION, 20, FAR_HUB)], now=at(21))

        assert custody.holdings[-1].received_at is None
        assert [gap.kind for gap in custody.gaps] == [GapKind.SENT_NOT_RECEIVED]

    def test_is_a_report_with_its_place_and_holder(self):
        [report] = chain_of_custody([*WHOLE[:3], scan(Event.EXCEPTION, 5, reason="carrier.damaged")], now=at(6)).reports

        assert (report.reason, report.place, report.holding, report.at) == ("carrier.damaged", HUB, 1, at(5))

    def test_lasts_no_longer_than_a_minute_in_words_of_minutes(self):
        log = [WHOLE[0], scan(Event.IN_TRANSIT, 0.5, HUB)]

        assert "30分钟" in gaps(*log, now=1)[0].sentence.zh
        assert gaps(*log, now=1)[0].until == at(0) + timedelta(minutes=30)
