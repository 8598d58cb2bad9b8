"""What was asked for and not kept: found where the events prove it, by what was in force at that time."""

from datetime import time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from factories import a_told_event, an_entry, at

from rules.exceptions.triggers import type_opened_by
from rules.preferences.breaches import breaches, troubles_of, type_of, written_windows
from schemas.exceptions import ExceptionType, Origin
from schemas.preferences import (
    CallFirst,
    Goods,
    InspectFaceToFace,
    PreferenceKind,
    TimeWindow,
    TimeWindows,
    Weekday,
)
from schemas.tracking import Event, Reason

SHANGHAI = ZoneInfo("Asia/Shanghai")
LOCKER = PreferenceKind.NEVER_LOCKER
NOWHERE_SPECIAL = Goods()
MORNING = TimeWindows(windows=(TimeWindow(days=(Weekday.FRI, Weekday.MON), start=time(8), until=time(10)),))
"""The test's day is a Friday; noon there is `at(0)`."""


def found(*events, entries=(), goods=NOWHERE_SPECIAL):
    return breaches(entries, events, goods=goods, zone=SHANGHAI)


class TestLocker:
    def test_against_the_wish_is_a_breach_with_event_and_version_as_evidence(self):
        put_in = a_told_event()

        [breach] = found(put_in, entries=[an_entry(version=3)])

        assert (breach.kind, breach.version, breach.event_ids) == (LOCKER, 3, (put_in.event_id,))
        assert (breach.reason, breach.recorded_at, breach.source.taken_by) == (
            Reason.CARRIER_UNAUTH_LOCKER, at(-48), "wms",
        )  # fmt: skip

    @pytest.mark.parametrize("event", [Event.AT_PICKUP_POINT, Event.DELIVERED_PICKUP_POINT])
    def test_is_shown_by_putting_in_and_by_fetching(self, event):
        assert len(found(a_told_event(event), entries=[an_entry()])) == 1

    def test_of_one_stay_is_one_breach_as_of_when_it_was_put_in(self):
        stay = [a_told_event(hours=-3), a_told_event(Event.DELIVERED_PICKUP_POINT, hours=5)]

        [breach] = found(*stay, entries=[an_entry()])

        assert (breach.event_ids, breach.latest) == (tuple(event.event_id for event in stay), at(-3))

    def test_again_after_it_was_taken_out_is_a_later_breach_of_the_same_wish(self):
        [breach] = found(a_told_event(hours=-9), a_told_event(hours=-3), entries=[an_entry()])

        assert (breach.since, breach.latest, len(breach.event_ids)) == (at(-9), at(-3), 2)

    @pytest.mark.parametrize(
        "text",
        [
            "快件已放入丰巢智能柜",
            "已投柜，取件码 12-3",
            "快件已存入速递易3号格口",
            "Put into a parcel locker",
            "快件已从智能柜取出",
        ],
    )
    def test_is_known_by_its_words(self, text):
        assert found(a_told_event(raw_text=text), entries=[an_entry()])

    @pytest.mark.parametrize(
        "text",
        ["包裹已存放至小区南门驿站", "投柜或驿站", "快件已放入快递柜或驿站", "柜满，快件已存放便利店", "客户要求不投柜",
         "",
         "available for pickup", "locker full, left at the shop"],
    )  # fmt: skip
    def test_is_not_guessed_where_it_may_be_something_else(self, text):
        assert found(a_told_event(raw_text=text), entries=[an_entry()]) == ()

    def test_is_known_by_a_code_that_means_nothing_else(self):
        coded = a_told_event(namespace="sf", raw_code="125", raw_text="")

        assert found(coded, entries=[an_entry()])
        assert not found(coded.model_copy(update={"namespace": "kuaidi100"}), entries=[an_entry()])

    @pytest.mark.parametrize(
        "entries",
        [[], [an_entry(hours=0)], [an_entry(), an_entry(kind=LOCKER, version=2, hours=-2)]],
        ids=["that nobody asked against", "before anybody did", "after the wish was withdrawn"],
    )
    def test_is_no_breach(self, entries):
        assert found(a_told_event(hours=-1), entries=entries) == ()

    def test_stays_one_when_the_wish_is_withdrawn_afterwards(self):
        entries = [an_entry(), an_entry(kind=LOCKER, version=2, hours=2)]

        [breach] = found(a_told_event(hours=-1), entries=entries)

        assert breach.version == 1

    @pytest.mark.parametrize("change", [{"understood": False}, {"voided": True}], ids=["nobody understood", "was void"])
    def test_is_no_breach_where_its_event(self, change):
        assert found(a_told_event(**change), entries=[an_entry()]) == ()

    def test_keeps_nobody_from_inspecting_who_asked_to(self):
        [breach] = found(a_told_event(), entries=[an_entry(InspectFaceToFace())])

        assert breach.kind is PreferenceKind.INSPECT_FACE_TO_FACE


class TestGoods:
    @pytest.mark.parametrize(
        ("goods", "owed_for"),
        [
            (Goods(perishable=True), "fresh"),
            (Goods(declared_value=Decimal(3000)), "valuable"),
            (Goods(declared_value=Decimal(100), insured_amount=Decimal(5000)), "valuable"),
        ],
        ids=["fresh", "of value", "insured"],
    )
    def test_that_may_not_go_into_a_locker_make_a_breach_that_nobody_had_to_ask_for(self, goods, owed_for):
        [breach] = found(a_told_event(), goods=goods)

        assert (breach.kind, breach.version) == (PreferenceKind.INSPECT_FACE_TO_FACE, 0)
        assert breach.basis == f"智能快件箱寄递服务管理办法 (2019-10-01): {owed_for}"

    @pytest.mark.parametrize(
        "goods",
        [Goods(), Goods(declared_value=Decimal("2999.99")), Goods(declared_value=Decimal(9000), currency="JPY")],
        ids=["of unknown value", "of less value", "valued in another currency"],
    )
    def test_of_any_other_kind_may(self, goods):
        assert found(a_told_event(), goods=goods) == ()

    def test_may_be_handed_over_in_person(self):
        assert found(a_told_event(Event.DELIVERED), goods=Goods(perishable=True)) == ()


class TestTimeWindow:
    def delivered(self, hours, event=Event.DELIVERED, **changes):
        return found(a_told_event(event, hours, raw_text="已签收", **changes), entries=[an_entry(MORNING)])

    @pytest.mark.parametrize("hours", [-4, -2.01, -2 + 0.24, -4.25], ids=["first", "last", "a little late", "early"])
    def test_is_kept_within_it_and_its_margin(self, hours):
        assert self.delivered(hours) == ()

    @pytest.mark.parametrize("hours", [-1.75, 3, -4.26, 20], ids=["late", "afternoon", "too early", "on a Saturday"])
    def test_is_broken_outside_of_it(self, hours):
        [breach] = self.delivered(hours)

        assert (breach.kind, breach.asked) == (PreferenceKind.TIME_WINDOW, "mon fri 08:00-10:00")
        assert breach.reason is Reason.CARRIER_AGAINST_WISH

    @pytest.mark.parametrize("event", [Event.AT_PICKUP_POINT, Event.DELIVERED_PICKUP_POINT])
    def test_says_nothing_of_a_pick_up_point_where_the_consignee_comes_when_he_likes(self, event):
        assert self.delivered(3, event) == ()

    def test_is_judged_by_the_first_handing_over(self):
        events = [a_told_event(Event.DELIVERED, hours, raw_text="已签收") for hours in (-3, 3)]

        assert found(*reversed(events), entries=[an_entry(MORNING)]) == ()

    def test_says_nothing_of_a_parcel_that_was_not_handed_over(self):
        assert found(entries=[an_entry(MORNING)]) == ()

    def test_is_written_with_its_days_in_their_order(self):
        assert written_windows(MORNING.windows) == "mon fri 08:00-10:00"


class TestCall:
    @pytest.mark.parametrize(
        "text", ["未电话联系客户，放门口", "未提前联系直接投递", "没打电话就签收了", "Delivered without calling"]
    )
    def test_that_was_not_made_is_a_breach_where_the_feed_says_so(self, text):
        [breach] = found(a_told_event(Event.DELIVERED, raw_text=text), entries=[an_entry(CallFirst())])

        assert breach.kind is PreferenceKind.CALL_FIRST

    @pytest.mark.parametrize(
        "text", ["已签收", "", "未联系上收件人", "电话未接通", "已电话联系客户", "未打电话通知到本人"]
    )
    def test_is_not_guessed_from_silence_nor_from_a_call_that_nobody_answered(self, text):
        events = [a_told_event(Event.DELIVERED, raw_text=text)]

        assert found(*events, entries=[an_entry(CallFirst())]) == ()


class TestTroubles:
    def test_are_of_the_type_that_the_carrier_s_own_report_would_open(self):
        [breach] = found(a_told_event(), entries=[an_entry()])

        assert type_of(breach) is type_opened_by(Event.EXCEPTION, Reason.CARRIER_UNAUTH_LOCKER)

    def test_gather_the_breaches_of_a_type_as_evidence(self):
        entries = [an_entry(), an_entry(InspectFaceToFace()), an_entry(MORNING)]
        put_in, handed_over = a_told_event(hours=-5), a_told_event(Event.DELIVERED, 3, raw_text="已签收")

        troubles = {trouble.type: trouble for trouble in troubles_of(found(put_in, handed_over, entries=entries))}

        late = troubles[ExceptionType.DELIVERY_TROUBLE]
        locker = troubles[type_opened_by(Event.EXCEPTION, Reason.CARRIER_UNAUTH_LOCKER)]
        assert (late.origin, late.trigger, late.reason) == (Origin.BREACH, handed_over.event_id, "carrier.against_wish")
        assert [told["kind"] for told in locker.evidence["breaches"]] == ["NEVER_LOCKER", "INSPECT_FACE_TO_FACE"]

    def test_name_the_newest_event_and_begin_with_the_first(self):
        first, again = a_told_event(hours=-9), a_told_event(hours=-3)

        [trouble] = troubles_of(found(first, again, entries=[an_entry()]))

        assert (trouble.since, trouble.latest, trouble.trigger) == (at(-9), at(-3), again.event_id)

    def test_are_none_where_nothing_was_broken(self):
        assert troubles_of(()) == ()
