"""How bad a complaint is (R11): each point by its rule, and the severity that the points come to."""

from decimal import Decimal
from itertools import combinations

import pytest
from complaint_factories import a_complaint
from factories import NOON
from hypothesis import given
from hypothesis import strategies as st

from rules.complaints.pack import COMPLAINT_PACK
from rules.complaints.weighing import Weighed, weigh, weighed_anew
from schemas.complaints import Channel, ComplaintType
from schemas.severity import Severity

GROUNDS = {
    "loss": ({"type": ComplaintType.LOSS}, 2),
    "false sign": ({"type": ComplaintType.FALSE_SIGN}, 2),
    "repeat": ({"is_repeat": True}, 2),
    "a caller who complains often": ({"caller_level": 1}, 1),
    "one who complains all the time": ({"caller_level": 3}, 3),
    "perishable": ({"perishable": True}, 2),
    "value declared": ({"declared_value": Decimal(1000)}, 2),
    "value insured": ({"insured_amount": Decimal(1000)}, 2),
    "value demanded": ({"demanded": Decimal(1000)}, 2),
    "key account": ({"customer_tier": "key"}, 2),
    "by the regulator": ({"channel": Channel.REGULATOR}, 4),
    "in public": ({"channel": Channel.SOCIAL_MEDIA}, 1),
    "objected": ({"objections": 1}, 2),
    "objected twice": ({"objections": 2}, 4),
}
LIGHT = [
    {"declared_value": Decimal("999.99")}, {"demanded": Decimal("999.99")}, {"caller_level": 0},
    {"channel": Channel.HOTLINE}, {"type": ComplaintType.ATTITUDE}, {"customer_tier": "standard"},
]  # fmt: skip


def weighed(**changes) -> Weighed:
    return weigh(a_complaint(**changes), now=NOON)


class TestWeigh:
    def test_gives_nothing_to_what_nothing_makes_worse(self):
        assert weighed() == Weighed(Severity.MINOR, 0, ())

    @pytest.mark.parametrize("ground", GROUNDS)
    def test_gives_points_for(self, ground):
        changes, points = GROUNDS[ground]

        found = weighed(**changes)

        assert found.points == points
        [reference] = found.rules
        assert reference.startswith("points[")

    @pytest.mark.parametrize("changes", LIGHT, ids=str)
    def test_gives_none_for(self, changes):
        assert weighed(**changes).points == 0

    @pytest.mark.parametrize(
        ("one", "other"), [*combinations(["repeat", "perishable", "value declared", "objected"], 2)]
    )
    def test_adds_up(self, one, other):
        both = weighed(**GROUNDS[one][0], **GROUNDS[other][0])

        assert (both.points, len(both.rules)) == (GROUNDS[one][1] + GROUNDS[other][1], 2)

    def test_takes_the_greatest_of_what_is_at_stake_once(self):
        assert weighed(declared_value=Decimal(5000), insured_amount=Decimal(5000), demanded=Decimal(5000)).points == 2

    @pytest.mark.parametrize(
        ("points", "severity"),
        [
            (0, Severity.MINOR), (1, Severity.ORDINARY), (3, Severity.ORDINARY), (4, Severity.SEVERE),
            (6, Severity.SEVERE), (7, Severity.CRITICAL), (12, Severity.CRITICAL),
        ],
    )  # fmt: skip
    def test_comes_to_a_severity_by_the_points(self, points, severity):
        assert weighed(caller_level=points) == Weighed(severity, points, weighed(caller_level=points).rules)

    @given(
        st.booleans(), st.integers(0, 3), st.booleans(), st.integers(0, 3), st.sampled_from(list(ComplaintType)),
        st.sampled_from(list(Channel)),
    )  # fmt: skip
    def test_never_finds_a_repeat_lighter(self, repeat, level, perishable, objections, type_, channel):
        told = {
            "type": type_, "channel": channel, "caller_level": level, "perishable": perishable,
            "objections": objections,
        }  # fmt: skip

        assert weighed(is_repeat=repeat, **told).severity <= weighed(is_repeat=True, **told).severity

    def test_knows_a_rule_for_every_scope_of_points(self):
        scopes = {rule.scope for rule in COMPLAINT_PACK.rows("points")}

        assert scopes == {
            "loss", "repeat", "caller", "perishable", "value", "customer", "regulator", "public", "objection",
        }  # fmt: skip


class TestWeighedAnew:
    @pytest.mark.parametrize(
        ("changes", "severity"),
        [
            ({}, Severity.MINOR),
            ({"is_repeat": True}, Severity.SEVERE),
            ({"is_repeat": True, "channel": Channel.REGULATOR, "objections": 2}, Severity.CRITICAL),
        ],
        ids=["as it weighs", "a repeat, by one grade more", "a repeat, and no higher than critical"],
    )
    def test_gives_the_severity_of(self, changes, severity):
        assert weighed_anew(a_complaint(**changes), now=NOON).severity is severity
