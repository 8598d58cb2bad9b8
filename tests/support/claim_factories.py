"""Claims as the rules see them, with valid defaults; a test names only what matters to it."""

from decimal import Decimal
from typing import Any, Literal

from factories import NOON

from schemas.assessment import Assessment, ClaimEvent, InternalShare, Line, Score, ScoreReason, Step
from schemas.claims import (
    Claim,
    ClaimChannel,
    ClaimPlan,
    Docket,
    DocketClaim,
    DocketState,
    Liability,
    Relation,
    Resolution,
    State,
)
from schemas.complaints import Ground, LiableParty, PartyKind
from schemas.money import Money

DOCKET_NO = "DK-20261120-000001"


def cny(amount: str) -> Money:
    """Give an amount in CNY."""
    return Money(amount=Decimal(amount), currency="CNY")


def a_score(level: Literal["none", "low", "high"] = "none", kind: Literal["fraud", "malice"] = "fraud") -> Score:
    """Score a claim: nothing speaks against it, unless told otherwise."""
    points = {"none": 0, "low": 2, "high": 6}[level]
    reason = ScoreReason(rule="points[altered_proof]", points=points, zh="证明材料有涂改", en="a paper was altered")
    return Score(kind=kind, points=points, level=level, reasons=(reason,) if points else ())


def an_assessment(due: str = "800", *, paid: str = "0", **changes: Any) -> Assessment:
    """Assess a claim at this amount, of which so much was paid before, by one line."""
    whole = str(Decimal(due) + Decimal(paid))
    line = Line(
        step=Step.LOSS, rule="insured_total@2024-04-01", source="快递暂行条例 art. 27", verified="law", inputs={},
        amount=cny(whole), zh="保价快件丢失：按保价金额", en="Insured, all of it lost: the insured amount",
    )  # fmt: skip
    return Assessment(
        **{
            "claim": "", "amount": cny(whole), "goods": cny(whole), "freight": cny("0"), "paid": cny(paid),
            "due": cny(due), "to_reclaim": cny("0"), "claimed": None, "treated_as": ClaimEvent.LOSS, "lines": (line,),
            "caps": (), "not_applied": (), "packs": (), "provisional": (), "proposals": (), "tiers": (),
            "scores": (a_score(), a_score(kind="malice")), "payer": None, "split": (),
            **changes,
        }
    )  # fmt: skip


def a_claim_plan(amount: str = "800", **changes: Any) -> ClaimPlan:
    """Propose to pay what was assessed."""
    return ClaimPlan(
        **{
            "version": 1,
            "resolution": Resolution.PAY,
            "amount": Decimal(amount),
            "basis": ("insured_total@2024-04-01",),
            "assessment": an_assessment(amount),
            **changes,
        }
    )


def a_denial(**changes: Any) -> ClaimPlan:
    """Propose to pay nothing."""
    ground = Ground(code="nothing_owed", zh="没有应付金额", en="nothing is owed")
    plan = {"resolution": Resolution.DENY, "grounds": (ground,), "assessment": an_assessment("0")}
    return a_claim_plan("0", **{**plan, **changes})


def a_liability(kind: PartyKind = PartyKind.OUTLET, *, decided_by: str = "", **changes: Any) -> Liability:
    """Have the outlet answer for all of it; nobody has decided so yet."""
    party = LiableParty(kind=kind, name="示例城东网点", share=Decimal(100), basis="交接记录")
    at = {"decided_at": NOON} if decided_by else {}
    return Liability(**{"parties": (party,), "decided_by": decided_by, **at, **changes})


def a_share(name: str, share: str, amount: str) -> InternalShare:
    """Have an outlet bear a share."""
    return InternalShare(kind=PartyKind.OUTLET, name=name, share=Decimal(share), amount=cny(amount))


def a_claim(number: int = 1, **changes: Any) -> Claim:
    """Make a claim about a lost parcel of which the sender asks for the insured 800 CNY, and gets them."""
    return Claim(
        **{
            "case_no": f"CL-20261120-{number:06d}",
            "event": ClaimEvent.LOSS,
            "channel": ClaimChannel.HOTLINE,
            "state": State.AWAITING_APPROVAL,
            "version": 8,
            "waybill": f"7731{number:08d}",
            "relation": Relation.SENDER,
            "claimed": Decimal(800),
            "claimant_name": "赵六",
            "claimant_phone": "19900005678",
            "payee_name": "赵六",
            "payee_tail": "3445",
            "account": "寄出后一直没有更新",
            "outlet": "示例城东网点",
            "insured_amount": Decimal(800),
            "liability": a_liability(),
            "opened_at": NOON,
            "state_since": NOON,
            "plan": a_claim_plan(),
            **changes,
        }
    )


def a_docket(*claims: Claim, **changes: Any) -> Docket:
    """Gather claims as they are proposed."""
    gathered = tuple(
        DocketClaim(case_no=claim.case_no, plan_version=claim.plan.version, amount=claim.plan.amount, currency="CNY")
        for claim in claims
        if claim.plan is not None
    )
    return Docket(
        **{"docket_no": DOCKET_NO, "state": DocketState.WAITING, "made_at": NOON, "claims": gathered, **changes}
    )
