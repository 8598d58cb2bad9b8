"""The figures of complaint handling, each with its source. Change a policy here; the tests say what depends on it."""

from decimal import Decimal

from rules.packs import Rule, RulePack, Unit


def _ours(id_: str, scope: str, value: int, unit: Unit, source: str, starts_on: str = "") -> Rule:
    """Say a figure that no text names: the source asks for one, how large it is we assumed."""
    return Rule(id_, scope, Decimal(value), unit, starts_on, f"{source}; the figure is ours", "assumption")


def _points(scope: str, value: int, source: str) -> Rule:
    return Rule("points", scope, Decimal(value), "points", "", source, "profile")


COMPLAINT_PACK = RulePack(
    name="complaints",
    version="2026.12",
    rules=(
        # The same trouble, complained of again (R60): 三天 are three times 24 hours, the last instant included.
        Rule("repeat_within", "*", Decimal(3), "calendar_days", "the telling before", "R60", "profile"),
        _ours("reopen_within", "*", 30, "calendar_days", "R45", "closed_at"),
        # How often a caller complains (R66): within the window so many tellings raise the alert level, and from which
        # level on which skill is asked for.
        _ours("caller_window", "*", 30, "calendar_days", "R66", "the telling, backwards"),
        _ours("caller_level_from", "1", 2, "times", "R66"),
        _ours("caller_level_from", "2", 4, "times", "R66"),
        _ours("caller_level_from", "3", 8, "times", "R66"),
        _ours("tier_from_level", "2", 1, "points", "R66"),
        _ours("tier_from_level", "3", 3, "points", "R66"),
        # Severity.
        _points("loss", 2, "R11"),
        _points("repeat", 2, "R60: a repeat raises the level by itself"),
        _points("caller", 1, "R66; for each alert level"),
        _points("perishable", 2, "R114"),
        _points("value", 2, "R11"),
        _points("customer", 2, "R104"),
        _points("regulator", 4, "R73, R75"),
        _points("public", 1, "R31; others read what is told on social media"),
        _points("objection", 2, "R45"),
        Rule("value_from", "value", Decimal(1000), "money", "", "德邦 public terms: first tier 1,000", "contract"),
        Rule("severity_from", "severe", Decimal(4), "points", "", "R11", "profile"),
        Rule("severity_from", "critical", Decimal(7), "points", "", "R11", "profile"),
        # How long a department has to answer what it is asked.
        _ours("answer_within", "critical", 4, "calendar_hours", "R39", "the question"),
        _ours("answer_within", "severe", 8, "calendar_hours", "R39", "the question"),
        _ours("answer_within", "*", 16, "calendar_hours", "R39", "the question"),
        # Endings.
        Rule("money_arrives", "*", Decimal(7), "calendar_days", "agreement", "GB/T 27917.3-2011", "standard"),
        _ours("follow_up", "*", 24, "calendar_hours", "R72", "closed_at"),
        _ours("abandon_draft", "*", 72, "calendar_hours", "R38", "opened_at"),
        # By when each task of a plan is to be done.
        _ours("task_within", "RECTIFY", 15, "calendar_days", "R77", "the plan was approved"),
        _ours("task_within", "EDUCATE_STAFF", 3, "calendar_days", "R43", "the plan was approved"),
        _ours("task_within", "*", 24, "calendar_hours", "R15, R43", "the plan was approved"),
        _ours("verify_within", "RECTIFY", 7, "calendar_days", "R77", "it was reported done"),
        # Penalties, and how long the party may clear itself.
        _ours("penalty", "ATTITUDE", 100, "money", "R89, R99"),
        _ours("penalty", "FALSE_SIGN", 200, "money", "R89, R99"),
        _ours("penalty", "*", 50, "money", "R89, R99"),
        _ours("penalty_of_repeat", "*", 100, "money", "R60, R89"),
        _ours("clear_within", "*", 72, "calendar_hours", "浙江省快递业促进条例 art. 41", "it was proposed"),
    ),
)
