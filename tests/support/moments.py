"""The moments of a decision at which something can die: before and after each commit that it makes."""

COMMITS = (
    "lease",
    "open_gate",
    "rule_on_answer.rule_on",
    "carry_out_plans.carry_cases",
    "place_work_orders._claim",
    "place_work_orders._send",
    "place_work_orders._claim",
    "confirm_carried_out.carry_cases",
    "feed_back_results.carry_cases",
    "send_notices._claim",
    "send_notices._send",
    "send_notices._claim",
    "send_notices._send",
    "send_notices._claim",
    "lease",
)
"""The commits of an undisturbed decision, in order, by step."""

HISTORY = [
    "detect",
    "record",
    "investigate",
    "plan",
    "request_approval",
    "approve",
    "carry_out",
    "confirm_carried_out",
    "feed_back",
]
"""The commands of a case that was decided once and told."""

MOMENTS = [f"{side} {number}" for number in range(1, len(COMMITS) + 1) for side in ("before", "after")]


def named(moment: str) -> str:
    """Name a moment by its commit's step, too."""
    side, number = moment.split()
    return f"{side} {number} {COMMITS[int(number) - 1]}"
