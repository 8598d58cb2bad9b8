"""Who is presumed to answer for an exception, on what, and what would rebut it."""

import pytest
from custody_logs import FAR_HUB, FAR_OUTLET, HUB, OUTLET, a_whole_way, logs, scan
from factories import at
from hypothesis import given
from hypothesis import strategies as st

from rules.exceptions.custody import chain_of_custody
from rules.exceptions.presumption import PARTY_OF, REBUTTED_BY, presumption
from schemas.custody import Confidence, GapKind, HolderKind, Presumption, ResponsibleParty
from schemas.exceptions import ExceptionType
from schemas.tracking import Event, Reason

WHOLE = a_whole_way()
UNKNOWN = (ResponsibleParty.UNKNOWN, Confidence.NONE)


def presumed(type_: ExceptionType, *log, now: float = 200, reason: str = "") -> Presumption:
    return presumption(chain_of_custody(log, now=at(now)), type_=type_, reason=reason)


def rules(found: Presumption) -> list[str]:
    return [ground.rule.partition("]")[0].removeprefix("presumption[") for ground in found.reasons]


def place(found: Presumption) -> str:
    assert found.holder is not None
    return found.holder.place


class TestPresumption:
    @given(st.data(), logs(), st.sampled_from(ExceptionType), st.sampled_from(["", *Reason]))
    def test_is_the_same_for_every_order_of_events_and_never_final(self, data, log, type_, reason):
        found = presumed(type_, *log, reason=reason)

        assert found == presumed(type_, *data.draw(st.permutations(log)), reason=reason)
        assert found.final is False

    @given(logs(), st.sampled_from(ExceptionType))
    def test_cites_events_of_the_log_and_a_rule_for_every_reason(self, log, type_):
        found = presumed(type_, *log)

        assert found.reasons
        for ground in found.reasons:
            assert set(ground.event_ids) <= {event.event_id for event in log}
            assert ground.rule.startswith("presumption[")
            assert ground.sentence.zh
            assert ground.sentence.en

    @given(logs(), st.sampled_from(ExceptionType))
    def test_says_what_would_rebut_it_unless_it_presumes_nothing(self, log, type_):
        found = presumed(type_, *log)

        assert (found.party is ResponsibleParty.UNKNOWN) == (found.confidence is Confidence.NONE)
        assert bool(found.rebutted_by) == (found.party is not ResponsibleParty.UNKNOWN)

    @pytest.mark.parametrize("kind", list(HolderKind))
    def test_knows_the_party_of_every_holder(self, kind):
        assert kind in PARTY_OF

    def test_has_no_rebuttal_for_what_it_never_says(self):
        assert set(REBUTTED_BY) >= {gap.value for gap in (GapKind.SIGNED_WITHOUT_OUT, GapKind.MOVED_AFTER_SIGNED)}


class TestThinLog:
    @pytest.mark.parametrize("type_", list(ExceptionType))
    @pytest.mark.parametrize(
        "log",
        [
            pytest.param([], id="nothing"),
            pytest.param([scan(Event.NO_TRACE, 0)], id="a signal"),
            pytest.param([scan(Event.EXCEPTION, 0, understood=False)], id="what nobody understood"),
            pytest.param([scan(Event.DELIVERED, 0)], id="a signature alone"),
        ],
    )
    def test_presumes_nothing(self, type_, log):
        found = presumed(type_, *log)

        assert (found.party, found.confidence) == UNKNOWN
        assert rules(found) == ["thin_log"]


class TestContradictoryLog:
    @pytest.mark.parametrize("type_", list(ExceptionType))
    def test_presumes_nothing_and_names_the_contradiction(self, type_):
        found = presumed(type_, WHOLE[0], scan(Event.ARRIVED_HUB, 0.5, FAR_HUB), reason="sender.packaging")

        assert (found.party, found.confidence) == UNKNOWN
        assert rules(found) == ["contradictory_log"]
        assert OUTLET in found.reasons[0].sentence.zh

    def test_speaks_against_the_signature_where_that_is_disputed(self):
        moved = [*WHOLE, scan(Event.ARRIVED_HUB, 60, HUB)]

        assert rules(presumed(ExceptionType.LOST, *moved)) == ["contradictory_log"]
        assert rules(presumed(ExceptionType.FALSE_SIGN, *moved)) == ["signing_disputed", "moved_after_signed"]


class TestReportedCause:
    @pytest.mark.parametrize(
        ("reason", "party"),
        [
            ("sender.packaging", ResponsibleParty.SENDER),
            ("consignee.refused", ResponsibleParty.CONSIGNEE),
            ("customs.docs", ResponsibleParty.CUSTOMS),
            ("external.weather", ResponsibleParty.EXTERNAL),
        ],
    )
    def test_points_to_its_party_weakly_because_the_carrier_reports_it(self, reason, party):
        log = [*WHOLE[:7], scan(Event.EXCEPTION, 31, FAR_OUTLET, reason=reason)]
        found = presumed(ExceptionType.DAMAGED, *log, reason=reason)

        assert (found.party, found.confidence) == (party, Confidence.WEAK)
        assert found.reasons[0].event_ids == ("exception@31",)

    def test_of_the_carrier_is_no_ground_by_itself(self):
        assert rules(presumed(ExceptionType.LOST, *WHOLE[:4], reason="carrier.lost")) == ["sent_not_received"]


class TestLostParcel:
    def test_is_with_the_station_that_sent_it_until_that_shows_the_handover(self):
        found = presumed(ExceptionType.LOST, *WHOLE[:4])

        assert (found.party, place(found), found.confidence) == (
            ResponsibleParty.CARRIER, HUB, Confidence.MODERATE,
        )  # fmt: skip
        assert any("handover list" in said.en for said in found.rebutted_by)

    def test_is_with_the_station_that_received_it_and_never_sent_it(self):
        found = presumed(ExceptionType.LOST, *WHOLE[:3])

        assert (place(found), found.confidence, rules(found)) == (HUB, Confidence.STRONG, ["received_not_sent"])

    def test_is_with_the_courier_who_never_said_what_became_of_it(self):
        found = presumed(ExceptionType.LOST, *WHOLE[:8])

        assert found.holder is not None
        assert (found.holder.kind, place(found)) == (HolderKind.COURIER, FAR_OUTLET)
        assert rules(found) == ["out_not_signed"]

    def test_is_with_the_last_holder_while_nothing_is_overdue(self):
        assert rules(presumed(ExceptionType.NO_SCAN, *WHOLE[:3], now=5)) == ["last_holder"]

    def test_is_less_certain_where_only_the_city_is_told(self):
        found = presumed(ExceptionType.LOST, scan(Event.PICKED_UP, 0, location="杭州市"))

        assert found.confidence is Confidence.MODERATE

    def test_is_with_the_partner_that_took_it_over(self):
        found = presumed(ExceptionType.LOST, *WHOLE[:3], scan(Event.TRANSFERRED_CARRIER, 6))

        assert (found.party, found.confidence) == (ResponsibleParty.PARTNER, Confidence.WEAK)

    def test_is_with_the_partner_at_every_station_after_the_transfer(self):
        log = [scan(Event.TRANSFERRED_CARRIER, 0), scan(Event.ARRIVED_OUTLET, 9, FAR_OUTLET)]

        assert presumed(ExceptionType.LOST, *log).party is ResponsibleParty.PARTNER

    @pytest.mark.parametrize("end", [Event.DELIVERED, Event.RETURNED])
    def test_that_is_shown_as_arrived_is_with_nobody_by_the_log(self, end):
        found = presumed(ExceptionType.LOST, *WHOLE[:8], scan(end, 34))

        assert (found.party, found.confidence) == UNKNOWN
        assert rules(found) == ["signed_for"]


class TestDamagedParcel:
    def test_that_is_reported_upon_receipt_was_damaged_before(self):
        damaged = scan(Event.EXCEPTION, 27, FAR_HUB, reason="carrier.damaged")
        found = presumed(ExceptionType.DAMAGED, *WHOLE[:5], damaged)

        assert (place(found), rules(found)) == (HUB, ["found_on_receipt"])
        assert found.reasons[0].event_ids == ("exception@27",)
        assert any("packaging" in said.en for said in found.rebutted_by)

    def test_that_is_reported_later_was_taken_over_without_a_note(self):
        damaged = scan(Event.EXCEPTION, 29, FAR_HUB, reason="carrier.damaged")
        found = presumed(ExceptionType.DAMAGED, *WHOLE[:5], damaged)

        assert (place(found), rules(found)) == (FAR_HUB, ["taken_over_unnoted"])

    def test_that_the_first_station_reports_is_with_that_station(self):
        short = scan(Event.EXCEPTION, 0.5, OUTLET, reason="carrier.short")

        assert place(presumed(ExceptionType.SHORT, WHOLE[0], short)) == OUTLET

    def test_that_nobody_reported_is_with_the_last_holder(self):
        assert rules(presumed(ExceptionType.DAMAGED, *WHOLE[:3], now=5)) == ["last_holder"]

    def test_that_was_only_late_before_is_not_judged_by_that_report(self):
        late = scan(Event.HELD, 5, HUB, reason="carrier.dwell")

        assert rules(presumed(ExceptionType.DAMAGED, *WHOLE[:3], late, now=6)) == ["last_holder"]


class TestMisroutedParcel:
    def test_was_sent_astray_by_the_station_before(self):
        astray = scan(Event.EXCEPTION, 27, FAR_HUB, reason="carrier.misroute")
        found = presumed(ExceptionType.MISROUTED, *WHOLE[:5], astray)

        assert (place(found), rules(found)) == (HUB, ["sent_astray"])
        assert FAR_HUB in found.reasons[0].sentence.zh

    @pytest.mark.parametrize("log", [WHOLE[:3], [scan(Event.EXCEPTION, 0, HUB, reason="carrier.missort")]])
    def test_is_with_the_last_holder_where_nobody_sent_it_there(self, log):
        assert rules(presumed(ExceptionType.MISROUTED, *log, now=5)) == ["last_holder"]


class TestLateParcel:
    def test_is_with_whoever_kept_it_longest_beyond_what_is_allowed(self):
        log = [*WHOLE[:3], scan(Event.DEPARTED_HUB, 60, HUB, to=FAR_HUB), scan(Event.ARRIVED_DEST_CITY, 80, FAR_HUB),
               scan(Event.DEPARTED_HUB, 180, FAR_HUB, to=FAR_OUTLET)]  # fmt: skip
        found = presumed(ExceptionType.DELAYED, *log, now=181)

        assert (place(found), rules(found)) == (FAR_HUB, ["longest_dwell"])

    def test_is_with_the_holder_of_an_open_gap_where_nobody_kept_it_too_long(self):
        assert rules(presumed(ExceptionType.DELAYED, *WHOLE[:4])) == ["sent_not_received"]

    def test_is_with_nobody_where_everybody_kept_within_their_time(self):
        assert rules(presumed(ExceptionType.DELAYED, *WHOLE[:4], now=10)) == ["nothing_missing"]


class TestDisputedSignature:
    def test_is_with_whoever_had_the_parcel_before_it(self):
        found = presumed(ExceptionType.FALSE_SIGN, *WHOLE)

        assert found.holder is not None
        assert (found.holder.kind, place(found), found.confidence) == (
            HolderKind.COURIER, FAR_OUTLET, Confidence.MODERATE,
        )  # fmt: skip

    def test_is_strongly_so_where_no_courier_was_given_it(self):
        found = presumed(ExceptionType.FALSE_SIGN, *WHOLE[:7], WHOLE[8])

        assert (found.confidence, rules(found)) == (Confidence.STRONG, ["signing_disputed", "signed_without_out"])

    def test_is_with_the_pick_up_point_where_it_was_left_there(self):
        log = [*WHOLE[:8], scan(Event.AT_PICKUP_POINT, 33, "示例小区驿站"), scan(Event.DELIVERED_PICKUP_POINT, 50)]

        assert presumed(ExceptionType.FALSE_SIGN, *log).party is ResponsibleParty.PARTNER

    def test_that_the_log_does_not_hold_leaves_it_with_the_last_holder(self):
        assert rules(presumed(ExceptionType.FALSE_SIGN, *WHOLE[:3], now=5)) == ["last_holder"]

    def test_that_the_log_begins_with_presumes_nothing(self):
        log = [scan(Event.DELIVERED, 0), scan(Event.RETURNING, 5), scan(Event.ARRIVED_HUB, 9, HUB)]

        assert rules(presumed(ExceptionType.FALSE_SIGN, *log)) == ["thin_log"]


class TestOtherTrouble:
    def test_is_with_nobody_as_long_as_nothing_is_missing(self):
        assert rules(presumed(ExceptionType.DELIVERY_TROUBLE, *WHOLE[:8], now=33)) == ["nothing_missing"]

    def test_is_with_the_holder_of_an_open_gap(self):
        assert rules(presumed(ExceptionType.DELIVERY_TROUBLE, *WHOLE[:8])) == ["out_not_signed"]
