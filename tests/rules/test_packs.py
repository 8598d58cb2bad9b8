"""How a dated rule is found, and which packs are refused."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from rules.packs import NoSuchRule, Rule, RulePack

NEW_YEAR = date(2026, 1, 1)
EVE = NEW_YEAR - timedelta(days=1)
REPLY = Rule("reply", "*", Decimal(24), "calendar_hours", "received_at", "a standard", "standard", date(2020, 1, 1))


def a_pack(*rules: Rule) -> RulePack:
    return RulePack(name="letters", version="1", rules=rules)


class TestRule:
    def test_is_cited_by_id_scope_and_the_day_it_began(self):
        assert REPLY.reference == "reply[*]@2020-01-01"

    def test_gives_hours_as_a_length_of_time(self):
        assert REPLY.hours == timedelta(hours=24)

    def test_gives_half_an_hour_as_half_an_hour(self):
        assert replace(REPLY, value=Decimal("0.5")).hours == timedelta(minutes=30)

    def test_counts_a_calendar_day_as_24_hours(self):
        assert replace(REPLY, value=Decimal(7), unit="calendar_days").hours == timedelta(days=7)

    @pytest.mark.parametrize("unit", ["points", "money", "share", "times"])
    def test_refuses_to_be_a_length_of_time_in(self, unit):
        with pytest.raises(ValueError, match=rf"reply\[\*\]@2020-01-01 is no period but {unit}"):
            _ = replace(REPLY, unit=unit).hours


class TestPack:
    def test_refuses_two_rows_that_never_end(self):
        with pytest.raises(ValueError, match="hold on the same day"):
            a_pack(REPLY, replace(REPLY, valid_from=NEW_YEAR))

    def test_refuses_rows_that_share_a_single_day(self):
        old = replace(REPLY, valid_to=NEW_YEAR + timedelta(days=1))

        with pytest.raises(ValueError, match=r"reply\[\*\]@2020-01-01 and reply\[\*\]@2026-01-01"):
            a_pack(replace(REPLY, valid_from=NEW_YEAR), old)

    @pytest.mark.parametrize(
        "ends", [pytest.param(EVE, id="before it begins"), pytest.param(NEW_YEAR, id="the day it begins")]
    )
    def test_refuses_a_row_that_ends(self, ends):
        with pytest.raises(ValueError, match="before it holds for a day"):
            a_pack(replace(REPLY, valid_from=NEW_YEAR, valid_to=ends))

    def test_lets_the_same_rule_hold_for_two_scopes_at_once(self):
        pack = a_pack(REPLY, replace(REPLY, scope="vip"))

        assert pack.pick("reply", scope="vip", on=NEW_YEAR).scope == "vip"


class TestPick:
    OLD = replace(REPLY, valid_to=NEW_YEAR)
    NEW = replace(REPLY, value=Decimal(12), valid_from=NEW_YEAR)
    PACK = a_pack(NEW, OLD)

    def test_takes_the_old_row_on_the_last_day_before_its_end(self):
        assert self.PACK.pick("reply", on=EVE) == self.OLD

    def test_takes_the_new_row_on_the_day_the_old_one_ends(self):
        assert self.PACK.pick("reply", on=NEW_YEAR) == self.NEW

    def test_falls_back_to_every_scope_where_the_scope_has_no_row(self):
        assert self.PACK.pick("reply", scope="vip", on=EVE) == self.OLD

    def test_falls_back_on_days_when_the_scopes_own_row_does_not_hold(self):
        pack = a_pack(REPLY, replace(REPLY, scope="vip", valid_to=NEW_YEAR))

        assert pack.pick("reply", scope="vip", on=NEW_YEAR) == REPLY

    def test_finds_nothing_for_a_rule_that_is_not_there_and_says_what_was_asked(self):
        with pytest.raises(NoSuchRule, match="letters: no refund for vip on 2026-01-01"):
            self.PACK.pick("refund", scope="vip", on=NEW_YEAR)

    def test_finds_nothing_on_a_day_before_the_first_row(self):
        with pytest.raises(NoSuchRule, match="on 2019-12-31"):
            self.PACK.pick("reply", on=date(2019, 12, 31))


class TestRows:
    def test_are_those_of_one_scope_the_oldest_first(self):
        ended = replace(REPLY, valid_to=NEW_YEAR)
        begun = replace(REPLY, valid_from=NEW_YEAR, value=Decimal(12))
        pack = a_pack(begun, ended, replace(REPLY, scope="air"))

        assert pack.rows("reply", scope="*") == (ended, begun)
        assert pack.rows("nothing", scope="*") == ()

    def test_are_those_of_all_scopes_without_one(self):
        pack = a_pack(REPLY, replace(REPLY, scope="air"))

        assert {row.scope for row in pack.rows("reply")} == {"*", "air"}
