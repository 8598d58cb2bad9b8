"""Complaints as the rules see them, with valid defaults; a test names only what matters to it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from factories import NOON, at

from schemas.agents import Agent
from schemas.complaints import (
    Action,
    Channel,
    Complaint,
    ComplaintPlan,
    ComplaintType,
    Consequence,
    ConsequenceKind,
    ConsequenceState,
    Finding,
    LiableParty,
    PartyKind,
    PlannedAction,
    State,
    Validity,
)  # fmt: skip
from schemas.custody import Confidence, HolderKind, Holding, Presumption, ResponsibleParty


def a_party(**changes: Any) -> LiableParty:
    """Make the outlet answer for the whole."""
    return LiableParty(
        **{
            "kind": PartyKind.OUTLET,
            "name": "示例城东网点",
            "share": Decimal(100),
            "basis": "按保管记录推定",
            **changes,
        }
    )


def shared(*shares: str, kind: PartyKind = PartyKind.OUTLET) -> tuple[LiableParty, ...]:
    """Make a department for each share, called A, B and so on."""
    return tuple(a_party(kind=kind, name="ABCDEFGH"[place], share=Decimal(share)) for place, share in enumerate(shares))


def a_finding(validity: Validity = Validity.VALID, *, decided: bool = True, **changes: Any) -> Finding:
    """Make a finding that a supervisor has decided, with the outlet answering for all of it."""
    by = {"decided_by": "sup-zhang", "decided_at": NOON} if decided else {}
    return Finding(**{"validity": validity, "parties": (a_party(),), **by, **changes})


def planned(*actions: Action) -> tuple[PlannedAction, ...]:
    """Plan actions for the outlet, due tomorrow."""
    return tuple(PlannedAction(action=action, owner="示例城东网点", due_at=at(24)) for action in actions)


def a_complaint_plan(*actions: Action, **changes: Any) -> ComplaintPlan:
    """Make a plan that apologises, unless told otherwise."""
    return ComplaintPlan(
        **{
            "version": 1,
            "actions": planned(*(actions or (Action.APOLOGISE,))),
            "basis": ("finding:VALID",),
            **changes,
        }
    )


def a_complaint(**changes: Any) -> Complaint:
    """Make a complaint about a late parcel that was verified, and whose finding and plan are there."""
    return Complaint(
        **{
            "case_no": "CP-20261120-000001",
            "type": ComplaintType.DELAY,
            "channel": Channel.HOTLINE,
            "state": State.VERIFIED,
            "version": 5,
            "waybill": "773000000001",
            "outlet": "示例城东网点",
            "carrier": "shentong",
            "handler": "ag-sun",
            "assigned_to": "示例城东网点",
            "opened_at": NOON,
            "state_since": NOON,
            "promised_at": at(-24),
            "customer_name": "钱七",
            "customer_phone": "19900007777",
            "account": "承诺昨天送达，至今没有消息",
            "wish": "尽快送达并说明原因",
            "finding": a_finding(),
            "plan": a_complaint_plan(),
            **changes,
        }
    )


def a_presumption(
    party: ResponsibleParty = ResponsibleParty.CARRIER,
    place: str = "示例城东网点",
    *,
    by: HolderKind | None = HolderKind.STATION,
    **changes: Any,
) -> Presumption:
    """Presume the station that had the parcel last to answer."""
    holder = Holding(kind=by, place=place, first_at=at(-9), last_at=at(-9), event_ids=("event-1",)) if by else None
    return Presumption(
        **{"party": party, "holder": holder, "reasons": (), "confidence": Confidence.MODERATE, **changes}
    )


def an_agent(staff_id: str = "ag-sun", **changes: Any) -> Agent:
    """Make an agent of the desk who is on duty and has nothing to do."""
    return Agent(staff_id=staff_id, **changes)


def a_penalty(**changes: Any) -> Consequence:
    """Make a penalty that was proposed at noon, of which the outlet may clear itself for 72 hours."""
    return Consequence(
        **{
            "consequence_id": 1,
            "case_no": "CP-20261120-000001",
            "kind": ConsequenceKind.PENALTY,
            "party": "示例城东网点",
            "amount": Decimal(50),
            "state": ConsequenceState.PROPOSED,
            "proposed_at": NOON,
            "contest_until": NOON + timedelta(hours=72),
            **changes,
        }
    )
