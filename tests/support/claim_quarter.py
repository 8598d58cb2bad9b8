"""A quarter of claims by chance, the same for the same seed, told step by step as the store keeps them.

Each claim walks a way of its own through the states, at moments that lie on a few ticks of every day: its first and its
last instant among them. Corners: drafts, payments that came back, denials that were objected to, several parties of
which one answers for most, persons among them, three currencies, parcels that nobody knows, outlets named like a
formula, bookings that were reversed.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from generated_cases import CITIES, OUTLETS, SHANGHAI
from sqlalchemy import Connection, text

from rules.claims import bookings
from rules.clocks.anchors import advance
from rules.transitions import Move
from schemas.assessment import ClaimEvent
from schemas.claims import (
    Claim,
    ClaimChannel,
    ClaimForm,
    ClaimPlan,
    Command,
    Liability,
    OfferBy,
    PrivateParty,
    Resolution,
    Route,
    Stage,
    State,
)
from schemas.clocks import Anchors, ClockEntry
from schemas.complaints import Ground, LiableParty, MissingField, PartyKind
from schemas.ledger import Account, Money, Noted
from store import claim_offers, ledger, private_settlements
from store.case_history import Signature
from store.case_moves import Change
from store.claim_offers import Named
from store.claims import CLAIMS, Opening, open_claims
from store.plans import draft_plans
from tasks.claims.timing import anchors_of, clock_columns

DAY = (time(0), time(9, 30), time(15, 45), time(23, 59, 59, 999999))
"""The moments of a day at which something happens."""
S, C = State, Command
COURSE = {
    C.COMPLETE: S.FILED, C.ABANDON: S.CLOSED, C.ACKNOWLEDGE: S.ACKNOWLEDGED, C.GATHER: S.EVIDENCE,
    C.COMPLETE_EVIDENCE: S.LIABILITY, C.SETTLE_LIABILITY: S.ASSESSMENT, C.ASSESS: S.ASSESSED,
    C.REQUEST_APPROVAL: S.AWAITING_APPROVAL, C.APPROVE: S.APPROVED, C.OFFER: S.OFFERED, C.COUNTER: S.NEGOTIATION,
    C.OFFER_AGAIN: S.OFFERED, C.ACCEPT: S.AGREED, C.AGREE_AS_CLAIMED: S.AGREED, C.DENY: S.DENIED, C.OBJECT: S.LIABILITY,
    C.PAY: S.PAYING, C.CONFIRM_PAID: S.PAID, C.PAYMENT_FAILED: S.AGREED, C.RECOVER: S.RECOVERING, C.CLOSE: S.CLOSED,
    C.WITHDRAW: S.CLOSED, C.SETTLE_PRIVATELY: S.CLOSED,
}  # fmt: skip
"""Where each command leads."""
TO_APPROVAL = (
    C.ACKNOWLEDGE, C.GATHER, C.COMPLETE_EVIDENCE, C.SETTLE_LIABILITY, C.ASSESS, C.REQUEST_APPROVAL, C.APPROVE,
)  # fmt: skip
AGAIN = (C.SETTLE_LIABILITY, C.ASSESS, C.REQUEST_APPROVAL, C.APPROVE)
PAID = (C.PAY, C.CONFIRM_PAID)
ENDED = (C.RECOVER, C.CLOSE)
COURSES: dict[str, tuple[Command, ...]] = {
    "offered": (*TO_APPROVAL, C.OFFER, C.ACCEPT, *PAID, *ENDED),
    "as_claimed": (*TO_APPROVAL, C.AGREE_AS_CLAIMED, *PAID, *ENDED),
    "negotiated": (*TO_APPROVAL, C.OFFER, C.COUNTER, C.OFFER_AGAIN, C.COUNTER, C.OFFER_AGAIN, C.ACCEPT, *PAID, *ENDED),
    "came_back": (*TO_APPROVAL, C.OFFER, C.ACCEPT, *PAID, C.PAYMENT_FAILED, *PAID, *ENDED),
    "came_back_for_good": (*TO_APPROVAL, C.OFFER, C.ACCEPT, *PAID, C.PAYMENT_FAILED),
    "denied": (*TO_APPROVAL, C.DENY, C.CLOSE),
    "time_barred": (*TO_APPROVAL, C.DENY, C.CLOSE),
    "objected": (*TO_APPROVAL, C.DENY, C.OBJECT, *AGAIN, C.OFFER, C.ACCEPT, *PAID, *ENDED),
    "nothing_owed": (*TO_APPROVAL, C.CLOSE),
    "withdrawn": (C.ACKNOWLEDGE, C.GATHER, C.WITHDRAW),
    "privately_settled": (C.ACKNOWLEDGE, C.GATHER, C.SETTLE_PRIVATELY),
    "draft": (),
    "abandoned": (C.ABANDON,),
}
ENDINGS = {
    "denied": "denied", "time_barred": "time_barred", "nothing_owed": "nothing_owed", "withdrawn": "withdrawn",
    "privately_settled": "privately_settled", "abandoned": "abandoned",
}  # fmt: skip
"""How a course ends, where it is not by being settled."""
WEIGHTS = (60, 20, 30, 15, 8, 20, 10, 15, 8, 10, 10, 4, 4)
FACTS = {
    C.ACKNOWLEDGE: "claim_answered_at", C.OFFER: "compensation_proposed_at", C.DENY: "compensation_proposed_at",
    C.ACCEPT: "compensation_agreed_at", C.AGREE_AS_CLAIMED: "compensation_agreed_at",
    C.CONFIRM_PAID: "compensation_paid_at",
}  # fmt: skip
"""What becomes known to the clocks of the standard."""
REASONS = ("packaging", "prohibited", "late", "")


@dataclass
class Booked:
    """One amount that was booked for a claim."""

    event: str
    at: datetime
    amount: Decimal
    side: str
    reversed_at: datetime | None = None


@dataclass
class Story:
    """One claim: what is known of it, and everything that happens to it."""

    course: str
    opened_at: datetime
    event: ClaimEvent
    channel: ClaimChannel
    currency: str
    claimed: Decimal | None
    parcel: dict[str, Any] | None
    parties: list[dict[str, Any]]
    branch: str
    is_major: bool
    route: Route
    origin: str
    reason: str
    amount: Decimal
    steps: list[tuple[datetime, Command]]
    booked: list[Booked] = field(default_factory=list)
    case_no: str = ""

    @property
    def waybill(self) -> str:
        return self.parcel["waybill"] if self.parcel else ""

    @property
    def is_draft(self) -> bool:
        return self.course in {"draft", "abandoned"}


def ticks(first: date, last: date) -> list[datetime]:
    """Give the moments of all days, in order."""
    days = ((first + timedelta(days=number)) for number in range((last - first).days + 1))
    return [datetime.combine(day, moment, SHANGHAI).astimezone(UTC) for day in days for moment in DAY]


def stories(number: int, *, first: date, last: date, seed: int = 9) -> list[Story]:
    """Make so many claims that were filed between two days; what would come after the last day has not happened."""
    chance, moments = Random(seed), ticks(first, last)
    return [a_story(place, chance, moments) for place in range(number)]


def a_story(place: int, chance: Random, moments: Sequence[datetime]) -> Story:
    """Make one claim."""
    at = chance.randrange(len(moments) - 4)
    course = chance.choices([*COURSES], WEIGHTS)[0]
    waits = (0, 1, 1, 2, 2, 3, 5, 12) if chance.random() < 0.9 else (20, 30)
    steps, then = [], at
    for command in COURSES[course]:
        then += chance.choice(waits)
        if then >= len(moments):
            break
        steps.append((moments[then], command))
    amount = Decimal(chance.randrange(1_000, 300_000)) / 100
    story = Story(
        course=course,
        opened_at=moments[at],
        event=chance.choice(list(ClaimEvent)),
        channel=chance.choice(list(ClaimChannel)),
        currency=chance.choice(("CNY", "CNY", "CNY", "HKD", "USD")),
        claimed=chance.choice((None, amount, amount * 2)),
        parcel=_parcel(place, chance, moments[at]),
        parties=_parties(chance),
        branch=chance.choice(("总部理赔组", "华东分公司", "")),
        is_major=chance.random() < 0.1,
        route=chance.choice((Route.SINGLE, Route.DOCKET)),
        origin=chance.choice(("", "", f"EX-20260901-{place:06}", f"CP-20260901-{place:06}")),
        reason=chance.choice(REASONS),
        amount=amount,
        steps=steps,
    )
    story.booked = _booked(story, chance, moments)
    return story


def _parcel(place: int, chance: Random, opened_at: datetime) -> dict[str, Any] | None:
    if chance.random() < 0.15:
        return None
    return {
        "waybill": f"7780{place:08}",
        "outlet": chance.choice(OUTLETS),
        "from": chance.choice(CITIES),
        "to": chance.choice(CITIES),
        "origin_outlet": "示例收寄网点",
        "insured": chance.choice((None, Decimal(0), Decimal(500))),
        "picked_up_at": opened_at - timedelta(days=chance.choice((1, 3, 40))),
    }


def _parties(chance: Random) -> list[dict[str, Any]]:
    kinds = chance.sample(list(PartyKind), chance.choice((0, 1, 1, 2, 3)))
    shares = {0: (), 1: (100,), 2: chance.choice(((60, 40), (30, 70), (50, 50))), 3: (20, 50, 30)}[len(kinds)]
    people = {PartyKind.COURIER, PartyKind.SENDER, PartyKind.CONSIGNEE}
    return [
        {"kind": kind, "name": "c-王五" if kind in people else chance.choice(OUTLETS), "share": Decimal(share)}
        for kind, share in zip(kinds, shares, strict=True)
    ]


def _booked(story: Story, chance: Random, moments: Sequence[datetime]) -> list[Booked]:
    """Book what a claim that was paid came to: some is charged, some claimed, some recovered, some lost."""
    paid = [at for at, command in story.steps if command is C.CONFIRM_PAID]
    if not paid or story.course in {"came_back", "came_back_for_good"}:
        return []
    place = moments.index(paid[-1])

    def later() -> datetime:
        return moments[min(place + chance.choice((0, 3, 40, 150)), len(moments) - 1)]

    half = (story.amount / 2).quantize(Decimal("0.01"))
    side, rest = chance.choice((("party", "insurer"), ("party", "nobody"), ("insurer", "nobody"))), story.amount - half
    asked = {"party": "charged", "insurer": "from_insurer", "nobody": "written_off"}
    made = []
    for who, amount in zip(side, (half, rest), strict=True):
        at = later()
        reversed_at = chance.choice((None, None, None, at, moments[-1]))
        made.append(Booked(asked[who], at, amount, who, reversed_at))
        if who != "nobody" and reversed_at is None and chance.random() < 0.6:
            made.append(Booked(chance.choice(("recovered", "recovered", "written_off")), moments[-3], amount, who))
    return made


def keep_claims(connection: Connection, told: Sequence[Story]) -> None:
    """Keep the claims with their parcels, histories, proposals, offers and bookings, tick by tick."""
    _keep_parcels(connection, told)
    opened: defaultdict[datetime, list[Story]] = defaultdict(list)
    stepped: defaultdict[datetime, list[tuple[Story, Command]]] = defaultdict(list)
    for story in told:
        opened[story.opened_at].append(story)
        for at, command in story.steps:
            stepped[at].append((story, command))
    cases: dict[str, Claim] = {}
    for at in sorted({*opened, *stepped}):
        sign = Signature(who="redress", role="system", at=at, policy_version="test")
        _open(connection, opened[at], cases, sign)
        _step(connection, stepped[at], cases, sign)
    _keep_bookings(connection, told)


def _keep_parcels(connection: Connection, told: Sequence[Story]) -> None:
    connection.execute(
        text(
            "INSERT INTO shipment (waybill, destination_outlet, origin_outlet, lane_from, lane_to, insured_amount, "
            "picked_up_at, consignee_name, consignee_phone) VALUES (:waybill, :outlet, :origin_outlet, :from, :to, "
            ":insured, :picked_up_at, '王五', '19900001234')"
        ),
        [story.parcel for story in told if story.parcel],
    )


def _open(connection: Connection, told: Sequence[Story], cases: dict[str, Claim], sign: Signature) -> None:
    openings = [_opening(story, sign.at) for story in told]
    for story, claim in zip(told, open_claims(connection, openings, day="20260901", sign=sign), strict=True):
        story.case_no = claim.case_no
        cases[claim.case_no] = claim


def _opening(story: Story, at: datetime) -> Opening:
    missing = (MissingField(at="account", zh="经过", en="what happened", rule="R78"),) if story.is_draft else ()
    form = ClaimForm(
        channel=story.channel, event=story.event, waybill=story.waybill, account="王五说外箱破损",
        claimant={"name": "王五", "phone": "19900001234"}, currency=story.currency, claimed=story.claimed,
    )  # fmt: skip

    def columns(claim: Claim, details: dict[str, Any]) -> dict[str, Any]:
        del details
        entry = ClockEntry(command="file", at=at, state=claim.state, facts={"claimed_at": at})
        parties = [LiableParty(**party) for party in story.parties]
        return {
            **clock_columns(advance(anchors_of(claim), entry)),
            "currency": story.currency, "claimed": story.claimed, "is_major": story.is_major,
            "assigned_to": story.branch, "origin_case": story.origin,
            "liability": Liability(parties=tuple(parties)) if parties else None,
        }  # fmt: skip

    return Opening(form=form, missing=missing, columns=columns, details={})


def _step(
    connection: Connection, steps: Sequence[tuple[Story, Command]], cases: dict[str, Claim], sign: Signature
) -> None:
    changes = []
    for story, command in steps:
        claim = cases[story.case_no]
        move = Move(claim.state, command, COURSE[command], Stage.ASSESSMENT)
        facts = {FACTS[command]: sign.at} if command in FACTS else {}
        entry = ClockEntry(command=command, at=sign.at, state=move.target, facts=facts)
        anchors = claim.clock_anchors or Anchors(profile="claim", jurisdiction="CN")
        change = Change(
            case=claim, move=move, updates={**clock_columns(advance(anchors, entry)), **_updates(story, claim, command)}
        )
        changes.append(change)
        cases[story.case_no] = CLAIMS.moved(change, at=sign.at)
        _beside(connection, story, command, sign.at)
    CLAIMS.apply(connection, changes, sign=sign)


def _updates(story: Story, claim: Claim, command: Command) -> dict[str, Any]:
    match command:
        case C.REQUEST_APPROVAL:
            return {"route": story.route.value}
        case C.COUNTER:
            return {"rounds": claim.rounds + 1}
        case C.ACCEPT | C.AGREE_AS_CLAIMED:
            return {"agreed_amount": story.amount}
        case C.CONFIRM_PAID:
            return {"paid_amount": story.amount, "payouts": claim.payouts + 1}
        case C.PAYMENT_FAILED:
            return {"paid_amount": Decimal(0)}
        case C.CLOSE | C.WITHDRAW | C.SETTLE_PRIVATELY | C.ABANDON:
            return {"ending": ENDINGS.get(story.course, "settled")}
    return {}


def _beside(connection: Connection, story: Story, command: Command, at: datetime) -> None:
    """Keep the proposals not to pay, and the amounts that were named."""
    if command is C.DENY:
        resolution = Resolution.TIME_BAR if story.course == "time_barred" else Resolution.DENY
        grounds = (Ground(code=story.reason, zh="理由", en="a reason"),) if story.reason else ()
        plan = ClaimPlan(version=1, resolution=resolution, currency=story.currency, grounds=grounds)
        draft_plans(connection, [(story.case_no, plan)])
    if command in {C.OFFER, C.OFFER_AGAIN, C.COUNTER}:
        by = OfferBy.CLAIMANT if command is C.COUNTER else OfferBy.CARRIER
        amount = story.amount * 3 if command is C.COUNTER else story.amount
        claim_offers.name(connection, [Named(story.case_no, by, "x", amount, story.currency, 1)], at=at)


def _keep_bookings(connection: Connection, told: Sequence[Story]) -> None:
    for story in told:
        for place, one in enumerate(story.booked):
            made = _booking(story, one, key=f"{story.case_no}:{place}")
            ledger.book(connection, [made])
            if one.reversed_at:
                noted = Noted(at=one.reversed_at, who="a")
                ledger.book(connection, [bookings.reversal(made, noted=noted)])


def _booking(story: Story, one: Booked, *, key: str) -> Any:
    money, noted = Money(amount=one.amount, currency=story.currency), Noted(at=one.at, who="a", approved_by="b")
    source = {"party": Account.RECEIVABLE_FROM_PARTY, "insurer": Account.RECEIVABLE_FROM_INSURER}
    whose = {"party": "示例城东网点", "insurer": "示例保险"}.get(one.side, "")
    match one.event:
        case "charged":
            return bookings.charged_to_party(story.case_no, money, whose, key=key, noted=noted)
        case "from_insurer":
            return bookings.claimed_from_insurer(story.case_no, money, whose, key=key, noted=noted)
        case "recovered":
            return bookings.recovered(story.case_no, money, source[one.side], whose, key=key, noted=noted)
    account = source.get(one.side, Account.TO_ALLOCATE)
    return bookings.written_off(story.case_no, money, account, whose, key=key, noted=noted)


def private_matters(number: int, *, first: date, last: date, seed: int = 3) -> list[dict[str, Any]]:
    """Make so many matters that somebody settled himself."""
    chance = Random(seed)
    return [
        {
            "party": chance.choice(list(PrivateParty)),
            "name": "赵六",
            "amount": Decimal(chance.randrange(100, 90_000)) / 100,
            "currency": chance.choice(("CNY", "CNY", "HKD")),
            "settled_on": first + timedelta(days=chance.randrange((last - first).days + 1)),
            "claim_no": chance.choice(("", "CL-20260901-000001")),
            "waybill": chance.choice(("", "778000000001")),
            "note": "赵六当面赔了",
        }
        for _ in range(number)
    ]


def keep_private_matters(connection: Connection, told: Sequence[dict[str, Any]], *, at: datetime) -> None:
    """Keep them."""
    for one in told:
        private_settlements.add(connection, **one, told_by="x", at=at)
