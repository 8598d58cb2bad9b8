"""The golden rules of the phone (R61, R62): each says of one call whether it was kept, or that it does not apply.

A limit is kept on its very second, and it is the one that held on the day of the call. `store.reporting.calls` counts
the same in SQL; a test holds the two together.
"""

from datetime import date, datetime, timedelta

from rules.calls.pack import ANSWERED_WITHIN, CALL_PACK, RINGS_MAX, SETTLED_WITHIN
from rules.packs import RulePack
from schemas.calls import Call, Direction, HungUpBy, Medium


def answered_in_time(call: Call, *, on: date, now: datetime, pack: RulePack = CALL_PACK) -> bool | None:
    """Say whether a customer's call or message was answered in time (R61); None while it may still be, or need not be.

    A caller who gave up before the limit could not have been answered by it: nobody can say what would have been.
    """
    if call.direction is not Direction.IN:
        return None
    due_at = call.started_at + _seconds(pack, ANSWERED_WITHIN, call.medium, on)
    if call.answered_at is not None:
        return call.answered_at <= due_at
    if call.ended_at is not None and call.ended_at <= due_at:
        return None
    return False if due_at < now else None


def rang_briefly(call: Call, *, on: date, pack: RulePack = CALL_PACK) -> bool | None:
    """Say whether the phone rang no more often than it may before somebody took it (R62)."""
    if not _was_taken(call) or call.rings is None:
        return None
    return call.rings <= pack.pick(RINGS_MAX, scope=Medium.PHONE, on=on).value


def settled_in_time(call: Call, *, on: date, pack: RulePack = CALL_PACK) -> bool | None:
    """Say whether the customer's question was dealt with in the time that a conversation may take (R62)."""
    if not _was_taken(call) or call.answered_at is None or call.ended_at is None:
        return None
    return call.ended_at <= call.answered_at + _seconds(pack, SETTLED_WITHIN, Medium.PHONE, on)


def left_to_the_caller(call: Call) -> bool | None:
    """Say whether the agent let the customer hang up first (R62); None where nobody knows who did."""
    if not _was_taken(call) or call.hung_up_by is None:
        return None
    return call.hung_up_by is not HungUpBy.AGENT


def _was_taken(call: Call) -> bool:
    return call.medium is Medium.PHONE and call.direction is Direction.IN and call.answered_at is not None


def _seconds(pack: RulePack, rule: str, medium: Medium, on: date) -> timedelta:
    return timedelta(seconds=float(pack.pick(rule, scope=medium, on=on).value))
