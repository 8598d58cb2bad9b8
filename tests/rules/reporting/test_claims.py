"""The report about claims, put together from what was counted."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from counted_claims import a_group, claims_part, cny, costs, counted_claims
from counted_complaints import a_part, shown

from rules.reporting.claims import accidents, figures, sections
from rules.reporting.claims.ages import AGE_BANDS, AGE_BOUNDS_HOURS
from rules.reporting.claims.counted import Counted
from rules.reporting.claims.improvements import SILENCE, proposed_for
from rules.reporting.claims.money import ROWS_MAX
from rules.reporting.claims.origins import ORIGIN_OF_PREFIX, ClaimOrigin
from rules.reporting.claims.waiting import WAITING_FOR
from rules.reporting.lists import Wanted
from rules.reporting.periods import period_before, period_named, span_of
from rules.reporting.waiting import WaitingFor
from schemas.assessment import ClaimEvent
from schemas.claims import State
from schemas.complaints import PartyKind
from schemas.reporting import Cost, Row, Section, Table, Words
from store.reporting import claim_shares, claims, privately, recoveries

SHANGHAI = ZoneInfo("Asia/Shanghai")


def put_together(given: Counted, name: str = "2026-11") -> list[Section]:
    period = period_named(name)
    spans = {"this": span_of(period, SHANGHAI), "before": span_of(period_before(period), SHANGHAI)}
    return sections(given, period=period, spans=spans, zone=SHANGHAI)


def table(given: Counted, key: str) -> Table:
    return next(table for section in put_together(given) for table in section.tables if table.key == key)


def row(given: Counted, key: str, group: str) -> Row:
    return next(row for row in table(given, key).rows if row.group == group)


def told(given: Counted, key: str, group: str) -> list[Any]:
    return [figure.value for figure in row(given, key, group).figures]


class TestSections:
    def test_come_in_order(self) -> None:
        assert [part.key for part in put_together(counted_claims())] == [
            "overview", "accidents", "liability", "classes", "effect", "money", "timeliness", "recovery", "open",
            "private",
        ]  # fmt: skip

    def test_have_no_two_tables_pictures_or_lists_of_one_name(self) -> None:
        given = counted_claims()
        parts = put_together(given)

        keys = [table.key for part in parts for table in part.tables]
        charts = [chart.key for part in parts for chart in part.charts]
        lists = (given.claims, given.shares, given.recoveries, given.privately)
        wanted = [one.key for part in lists for one in part.lists.wanted]
        assert all(len(names) == len(set(names)) for names in (keys, charts, wanted))

    def test_give_every_row_a_figure_for_every_column(self) -> None:
        for part in put_together(counted_claims()):
            for table in part.tables:
                for row in table.rows:
                    assert (len(row.figures), len(row.texts)) == (len(table.columns), len(table.text_columns)), row

    def test_lead_to_the_cases_of_every_figure_that_is_not_nothing(self) -> None:
        for part in put_together(counted_claims()):
            for table in part.tables:
                for row in table.rows:
                    for column, figure in zip(table.columns, row.figures, strict=True):
                        if figure.value and row.group != "accepted":  # parcels, of which nobody lists a quarter million
                            assert figure.cases, (table.key, row.group, column.key)

    def test_stand_for_nothing_when_nothing_was_counted(self) -> None:
        empty = costs()
        given = counted_claims(
            claims=a_part(figures.CLAIMS, {}, {}, groups={one: shown() for one in claims_part().groups}),
            recovered=dict.fromkeys(figures.RECOVERIES, empty),
            accepted={"this": 0, "before": 0},
            insured={"this": 0, "before": 0},
        )

        assert told(given, "promises", "payment") == [0, 0, None]
        assert told(given, "insured", "accepted") == [0, 0, None]
        assert table(given, "recovery").rows == ()
        assert table(given, "accidents").rows == ()


class TestFiguresInWords:
    @pytest.mark.parametrize(
        ("meanings", "conditions"),
        [
            (figures.CLAIMS, claims.CONDITIONS),
            (figures.SHARES, claim_shares.CONDITIONS),
            (figures.RECOVERIES, recoveries.CONDITIONS),
            (figures.PRIVATELY, privately.CONDITIONS),
        ],
        ids=["claims", "shares", "recoveries", "private"],
    )
    def test_are_those_that_the_store_counts(self, meanings: Any, conditions: Any) -> None:
        assert [*meanings] == [*conditions]

    def test_of_times_are_those_that_the_store_measures(self) -> None:
        assert [*figures.TIMES] == [*claims.TIMES]


class TestAccidents:
    def test_are_told_by_event_and_party_with_their_share_and_a_proposal(self) -> None:
        given = counted_claims()

        loss = row(given, "accidents", "loss · outlet")
        assert (loss.name.zh, [figure.value for figure in loss.figures]) == (
            "丢失 · 网点",
            [6, 3, 0, Decimal("0.6000")],
        )
        assert "scan every hand-over" in loss.texts[0].en
        assert row(given, "accidents", "damage · ").texts == (SILENCE,)

    def test_put_those_that_are_not_shown_into_one_row_without_a_proposal(self) -> None:
        groups = {accidents.ACCIDENT: shown(a_group("loss · outlet", filed=6), others=a_group("", filed=4), number=3)}
        given = counted_claims(claims=claims_part(groups))

        others = table(given, "accidents").rows[-1]
        assert (others.name.en, others.figures[-1].value, others.texts) == (
            "all others (2)", Decimal("0.4000"), (SILENCE,),
        )  # fmt: skip

    def test_say_of_an_outlet_what_happened_with_whom_and_what_to_do(self) -> None:
        outlet = row(counted_claims(), "accidents_outlet", "示例城东网点")

        assert [text.en for text in outlet.texts[:2]] == ["damage 3, loss 2", "line haul 4, not named 1"]
        assert "lashing of the line haul" in outlet.texts[2].en

    def test_say_nothing_of_a_place_of_which_nothing_is_known(self) -> None:
        lane = row(counted_claims(), "accidents_lane", "广州 → 深圳")

        assert lane.texts == (Words("", ""), Words("", ""), SILENCE)


class TestProposedFor:
    def test_speaks_of_what_is_frequent(self) -> None:
        assert proposed_for("damage", "line_haul", claims=3, of=15) != SILENCE

    def test_speaks_of_what_has_grown(self) -> None:
        assert proposed_for("damage", "line_haul", claims=3, of=100, before=2) != SILENCE

    @pytest.mark.parametrize(
        ("claims", "of", "before"), [(2, 2, 0), (3, 16, None), (4, 100, 3)], ids=["few", "rare", "hardly grown"]
    )
    def test_says_nothing_of_what_is(self, claims: int, of: int, before: int | None) -> None:
        assert proposed_for("damage", "line_haul", claims=claims, of=of, before=before) == SILENCE

    @pytest.mark.parametrize(("event", "cause"), [("gone", "outlet"), ("damage", "gone")])
    def test_says_nothing_about_codes_that_are_no_more(self, event: str, cause: str) -> None:
        assert proposed_for(event, cause, claims=9, of=9) == SILENCE

    @pytest.mark.parametrize("event", list(ClaimEvent))
    @pytest.mark.parametrize("cause", [*PartyKind, ""])
    def test_has_something_to_say_about_every_cause(self, event: str, cause: str) -> None:
        said = proposed_for(event, cause, claims=9, of=9)

        assert said.zh
        assert said.en


class TestLiability:
    def test_weighs_shares_in_whole_claims_whatever_their_currency(self) -> None:
        given = counted_claims()

        assert told(given, "kind", "outlet") == [3, 0, Decimal("3.0")]
        assert told(given, "kind", "") == [1, 0, Decimal(1)]

    def test_weighs_what_is_not_shown_as_what_is_left_of_all(self) -> None:
        given = counted_claims()
        [outlet, _] = given.shares.groups["kind"].shown
        few = given.shares._replace(groups={**given.shares.groups, "kind": shown(outlet, others=outlet, number=2)})

        assert [row.figures[-1].value for row in table(given._replace(shares=few), "kind").rows] == [
            Decimal("3.0"), Decimal(1),
        ]  # fmt: skip

    def test_says_what_each_kind_bears_in_its_currency(self) -> None:
        assert told(counted_claims(), "borne_by_kind", "outlet · CNY") == [2, Decimal("450.00"), Decimal("225.00")]


class TestMoney:
    def test_stands_by_currency_and_is_never_added(self) -> None:
        given = counted_claims()

        assert told(given, "paid_amounts", "CNY") == [4, Decimal("900.00"), Decimal("225.00")]
        assert told(given, "paid_amounts", "HKD") == [1, Decimal("50.00"), Decimal("50.00")]
        assert row(given, "paid_amounts", "CNY").figures[1].before == Decimal("100.00")

    def test_shows_what_was_there_only_before(self) -> None:
        amounts = counted_claims().amounts | {"paid": costs(before=(cny("70.00", 2),))}

        paid = row(counted_claims(amounts=amounts), "paid_amounts", "CNY")

        assert [(one.value, one.before) for one in paid.figures[:2]] == [(0, 2), (Decimal(0), Decimal("70.00"))]

    def test_shows_the_largest_groups_of_each_currency(self) -> None:
        many = [cny(str(100 - n), 1, f"网点{n}") for n in range(ROWS_MAX + 5)]
        paid_by = counted_claims().paid_by | {"outlet": costs(*many, Cost("HKD", 1, Decimal(1), "网点0"))}

        rows = table(counted_claims(paid_by=paid_by), "paid_by_outlet").rows

        assert len(rows) == ROWS_MAX + 1
        assert rows[-1].group == "网点0 · HKD"

    def test_leads_to_the_claims_of_a_group_in_one_currency(self) -> None:
        given = counted_claims()
        put_together(given)

        wanted = next(one for one in given.claims.lists.wanted if one.key == "paid-paid_by_event_cause-1")
        assert (wanted.dimension, wanted.group) == ("event+cause+currency", "loss · outlet · CNY")
        assert wanted.filter == "paid = 1, event = loss, cause = outlet, currency = CNY"

    def test_masks_a_phone_number_beside_an_outlets_name(self) -> None:
        paid_by = counted_claims().paid_by | {"outlet": costs(cny("1", 1, "网点 13900001234"))}

        [only] = table(counted_claims(paid_by=paid_by), "paid_by_outlet").rows
        assert only.group == "网点 139****1234 · CNY"
        assert only.name.zh == "网点 139****1234 · CNY"


class TestFilter:
    def test_takes_apart_only_the_last_places_of_a_group(self) -> None:
        wanted = Wanted("k", Words("", ""), 1, "paid", "outlet+currency", "甲 · 乙 · CNY")

        assert wanted.filter == "paid = 1, outlet = 甲 · 乙, currency = CNY"


class TestEffect:
    def test_shares_the_fast_track_of_what_was_decided(self) -> None:
        fast = row(counted_claims(), "fast_track", "fast_track")

        assert [(one.value, one.before) for one in fast.figures] == [(3, 1), (Decimal("0.5000"), Decimal("0.2500"))]

    def test_shares_what_was_negotiated_of_what_was_agreed(self) -> None:
        assert told(counted_claims(), "negotiation", "negotiated") == [1, Decimal("0.2000")]


class TestTimeliness:
    def test_gives_mean_median_and_p90_in_hours(self) -> None:
        assert told(counted_claims(), "times", "whole") == [5, Decimal("1.50"), Decimal("1.00"), Decimal("2.00")]
        assert told(counted_claims(), "times", "payment") == [0, None, None, None]

    def test_shares_what_was_in_time_of_what_was_owed(self) -> None:
        assert told(counted_claims(), "promises", "answer") == [6, 2, Decimal("0.7500")]


class TestRecovery:
    def test_measures_what_came_back_against_what_was_asked_for(self) -> None:
        given = counted_claims()

        assert told(given, "recovery", "CNY") == [600, 400, 250, Decimal("0.2500"), 30]
        assert told(given, "recovery", "party · CNY") == [600, 0, 150, Decimal("0.2500"), 0]
        assert told(given, "recovery", "insurer · CNY") == [0, 400, 100, Decimal("0.2500"), 0]
        assert told(given, "recovery", "nobody · CNY") == [0, 0, 0, None, 30]

    def test_has_no_rate_where_more_was_reversed_than_asked_for(self) -> None:
        recovered = counted_claims().recovered | {"charged": costs(cny("-900", 1, "party"))}

        assert told(counted_claims(recovered=recovered), "recovery", "CNY") == [-900, 400, 250, None, 30]

    def test_has_no_rate_where_nothing_was_asked_for(self) -> None:
        rate = row(counted_claims(), "recovery", "CNY").figures[3]

        assert rate.before is None

    def test_leaves_out_a_side_of_which_there_is_nothing(self) -> None:
        recovered = dict.fromkeys(figures.RECOVERIES, costs()) | {"charged": costs(cny("5", 1, "party"))}

        rows = table(counted_claims(recovered=recovered), "recovery").rows
        assert [row.group for row in rows] == ["CNY", "party · CNY"]


class TestInsuredShare:
    def test_is_of_the_parcels_of_claims_and_of_those_accepted(self) -> None:
        given = counted_claims()

        assert told(given, "insured", "claims") == [4, 8, Decimal("0.5000")]
        assert told(given, "insured", "accepted") == [250, 1000, Decimal("0.2500")]


class TestAgeing:
    def test_counts_each_state_by_age_and_leads_to_both_together(self) -> None:
        given = counted_claims()

        offered = row(given, "ages", "OFFERED")
        assert [figure.value for figure in offered.figures] == [2, 0, 0, 0, 1]
        wanted = next(one for one in given.claims.lists.wanted if one.key == "still_open-ages-OFFERED-30d+")
        assert wanted.filter == "still_open = 1, state = OFFERED, age = 30d+"

    def test_has_a_band_more_than_bounds(self) -> None:
        assert len(AGE_BANDS) == len(AGE_BOUNDS_HOURS) + 1
        assert AGE_BOUNDS_HOURS == (96, 192, 384, 744)


class TestPrivately:
    def test_counts_classes_and_what_they_paid(self) -> None:
        given = counted_claims()

        assert told(given, "private", "driver") == [3, 1]
        assert told(given, "private_amounts", "driver · CNY") == [3, Decimal("88.00"), Decimal("29.33")]


class TestWaitingFor:
    def test_is_somebody_until_a_claim_is_closed(self) -> None:
        assert {state for state, waiting in WAITING_FOR.items() if waiting is None} == {State.CLOSED}
        assert WAITING_FOR[State.AWAITING_APPROVAL] is WaitingFor.SUPERVISOR


class TestOrigins:
    def test_are_told_by_the_number_of_the_case_before(self) -> None:
        assert set(ORIGIN_OF_PREFIX.values()) == set(ClaimOrigin)
