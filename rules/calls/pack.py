"""The figures of good service on the phone and online, each with its source. Change one here; the report says so."""

from decimal import Decimal

from rules.packs import Rule, RulePack
from schemas.calls import Medium

ANSWERED_WITHIN, RINGS_MAX, SETTLED_WITHIN = "answered_within", "rings_max", "settled_within"

CALL_PACK = RulePack(
    name="calls",
    version="2026.12",
    rules=(
        Rule(ANSWERED_WITHIN, Medium.PHONE, Decimal(30), "seconds", "started_at", "R61: 30秒内接听", "profile"),
        Rule(ANSWERED_WITHIN, Medium.ONLINE, Decimal(900), "seconds", "started_at", "R61: 15分钟内回复", "profile"),
        Rule(RINGS_MAX, Medium.PHONE, Decimal(3), "times", "", "R62: 铃响不超过3声", "profile"),
        Rule(SETTLED_WITHIN, Medium.PHONE, Decimal(180), "seconds", "answered_at", "R62: 问题解答3min内", "profile"),
    ),
)
"""That an agent never hangs up first (R62) has no figure: see `rules.calls.golden`."""
