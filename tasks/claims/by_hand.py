"""What the desk does with a claim by hand: states facts, settles who answers, proposes, takes it up, reopens it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from rules.claims.facts import Known, facts_of, merged
from rules.claims.liability import confirmed, contested, decided
from rules.claims.money import CannotAssess
from rules.claims.pack import CLAIM_PACK
from rules.claims.proposing import by_hand
from rules.complaints.finding import SharesWrong
from schemas.assessment import ClaimFacts, FoundChoice
from schemas.claims import Claim, Command, OfferState, Resolution, State
from schemas.complaints import Ground, LiableParty
from schemas.exceptions import Role
from store import agents, claim_forms, claim_offers, outbox
from store import claims as claim_store
from store import network as network_store
from store.outbox import Kind
from store.plans import draft_plans
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.claims.assessing import known_of
from tasks.claims.letters import MANAGER, department_letter
from tasks.claims.moving import Step, take_steps
from tasks.complaints.closing import take_back_question
from tasks.exceptions.by_hand import role_of
from tasks.paid import with_payments
from tasks.settings import business_settings
from tasks.stepping import NotAllowed

TOLD_ELSEWHERE = {
    "claim": "it is the claim's number",
    "event": "tell it by `redress claim add`",
    "claimed": "tell it by `redress claim add`",
    "claimant": "tell it by `redress claim add`",
    "currency": "a claim in another currency is a claim of its own",
    "payments": "what was paid is on record",
    "faults": "decide it by `redress claim liability`",
}
"""Facts of an assessment that are the claim's own or have a command of their own, and how each is told."""
RECONSIDERED = "案件信息已更新，请按新方案审批。 What it rests on has changed; a new proposal follows."

__all__ = [
    "NotAllowed", "SharesWrong", "assign_claim", "confirm_liability", "contest_liability", "decide_liability",
    "parcel_found", "propose_by_hand", "state_facts", "take_up_claim",
]  # fmt: skip


def state_facts(case_no: str, facts: Mapping[str, Any], *, why: str, staff_id: str) -> Claim:
    """Say what a claim is assessed by, field by field over what was told and is on file; a proposal is made anew.

    The names are those of `redress assess --schema`; null takes back what was stated before.

    Raises:
        NotAllowed: a field is unknown, makes no sense or would, or this person may not; the message names it.
        NoSuchClaim: there is none with that number.
    """
    if unknown := sorted(facts.keys() - ClaimFacts.model_fields.keys()):
        raise NotAllowed(f"{case_no}: there is no fact {', '.join(unknown)} (redress assess --schema lists them)")
    if own := sorted(facts.keys() & TOLD_ELSEWHERE.keys()):
        raise NotAllowed(f"{case_no}: {own[0]} is no fact of the desk's: {TOLD_ELSEWHERE[own[0]]}")
    if not why.strip():
        raise NotAllowed(f"{case_no}: say what it rests on")
    role, now = role_of(staff_id), clock.now()
    with unit_of_work() as connection:
        claim = claim_store.one_claim(connection, case_no, lock=True)
        laid = merged(claim.established, facts)
        established = {name: value for name, value in laid.items() if value is not None}
        _check_facts(connection, claim.model_copy(update={"established": established}))
        take_back_question(connection, case_no, reason=RECONSIDERED, now=now)
        claim_offers.settle(connection, [case_no], OfferState.RECALLED, at=now)
        step = Step(
            claim,
            Command.STATE_FACTS,
            reason="stated",
            note=why,
            updates={
                "established": established,
                "docket_no": "",
                "route": None,
                "offered": None,
                "offer_due_at": None,
                "touched_by": _touched(claim, staff_id),
            },
            details={"stated": dict(facts)},
        )
        take_steps(connection, [step], now=now, who=staff_id, role=role)
        return claim_store.one_claim(connection, case_no)


def _touched(claim: Claim, staff_id: str) -> str:
    """Add somebody to those who worked on what is to be decided, and so do not decide it (R86)."""
    return " ".join(sorted({*claim.touched_by.split(), staff_id}))


def _check_facts(connection: Connection, claim: Claim) -> None:
    """Refuse facts that make no sense; one that is only missing still is no fault of theirs."""
    now = clock.now()
    form = claim_forms.last_forms(connection, [claim.case_no]).get(claim.case_no)
    known: Known = known_of(connection, [claim], now=now)[claim.case_no]
    [paid] = with_payments(connection, [claim])
    try:
        facts_of(paid, form, known, now=now, zone=business_settings().zone)
    except CannotAssess as fault:
        raise NotAllowed(f"{claim.case_no}: {fault}") from None


def decide_liability(case_no: str, *, parties: Sequence[LiableParty], note: str, staff_id: str) -> Claim:
    """Say who answers, and by which share (R40, R85); a proposal that rests on another answer is made anew.

    Raises:
        NotAllowed: it is decided, this person may not, or no reason is given.
        SharesWrong: the shares are not 100 % together.
        NoSuchClaim: there is none with that number.
    """
    if not note.strip():
        raise NotAllowed(f"{case_no}: say what it rests on")
    role, now = role_of(staff_id), clock.now()
    with unit_of_work() as connection:
        claim = claim_store.one_claim(connection, case_no, lock=True)
        settled = decided(claim.liability, parties=parties, note=note, by=staff_id, at=now)
        take_back_question(connection, case_no, reason=RECONSIDERED, now=now)
        before = claim.liability.model_dump(mode="json") if claim.liability else None
        step = Step(
            claim,
            Command.DECIDE_LIABILITY,
            reason="decided",
            note=note,
            updates={
                "liability": settled,
                "handler": claim.handler or staff_id,
                "docket_no": "",
                "route": None,
                "touched_by": _touched(claim, staff_id),
            },
            details={"decided": settled.model_dump(mode="json"), "before": before},
        )
        take_steps(connection, [step], now=now, who=staff_id, role=role)
        return claim_store.one_claim(connection, case_no)


def confirm_liability(case_no: str, *, note: str = "", staff_id: str) -> Claim:
    """Confirm as a second person who answers for a major accident (R82).

    Raises:
        NotAllowed: nobody has decided it, or this is who did (R86).
        NoSuchClaim: there is none with that number.
    """
    role, now = role_of(staff_id), clock.now()
    with unit_of_work() as connection:
        claim = claim_store.one_claim(connection, case_no, lock=True)
        if claim.liability is None or claim.liability.decided_by == staff_id:
            raise NotAllowed(f"{case_no}: somebody else than who decided it must confirm it")
        settled = confirmed(claim.liability, by=staff_id, at=now)
        step = Step(
            claim,
            Command.CONFIRM_LIABILITY,
            reason="confirmed",
            note=note,
            updates={"liability": settled, "touched_by": _touched(claim, staff_id)},
            details={"decided_by": claim.liability.decided_by},
        )
        take_steps(connection, [step], now=now, who=staff_id, role=role)
        return claim_store.one_claim(connection, case_no)


def contest_liability(case_no: str, *, party: str, why: str, who: str, role: Role) -> Claim:
    """Take down that a party says that it does not answer: a person decides it anew (R85).

    Raises:
        NotAllowed: the party is none of those that are to answer, or no reason is told.
        NoSuchClaim: there is none with that number.
    """
    if not why.strip():
        raise NotAllowed(f"{case_no}: say why {party} does not answer for it")
    now = clock.now()
    with unit_of_work() as connection:
        claim = claim_store.one_claim(connection, case_no, lock=True)
        named = {one.name or one.kind.value for one in claim.liability.parties} if claim.liability else set()
        if claim.liability is None or party not in named:
            raise NotAllowed(f"{case_no}: {party} is not to answer for it; {', '.join(sorted(named)) or 'nobody'} is")
        to = claim.assigned_to or MANAGER
        take_back_question(connection, case_no, reason=RECONSIDERED, now=now)
        step = Step(
            claim,
            Command.CONTEST,
            reason="contested",
            note=why,
            updates={
                "liability": contested(claim.liability, by=party, why=why),
                "docket_no": "",
                "route": None,
            },
            details={"party": party},
            letters=[department_letter(claim, about="责任方申辩", purpose="contest", to=to, now=now)],
        )
        take_steps(connection, [step], now=now, who=who, role=role)
        return claim_store.one_claim(connection, case_no)


def propose_by_hand(
    case_no: str, *, resolution: Resolution, amount: Decimal = Decimal(0), reasons: str, reasons_en: str = "",
    staff_id: str,
) -> Claim:  # fmt: skip
    """Propose another amount than the rules come to, a denial, or that it came too late; it goes to its approval (R56).

    Whoever proposes it may not approve it (R86). The reasons are what the claimant reads.

    Raises:
        NotAllowed: no reason is told, the amount does not fit, or is beyond the authority of this person's branch
            (R81); or the claim is decided.
        NoSuchClaim: there is none with that number.
    """
    if not reasons.strip():
        raise NotAllowed(f"{case_no}: say why, as the claimant reads it")
    if (resolution is Resolution.PAY) != (amount > 0):
        raise NotAllowed(f"{case_no}: a payment has an amount, and nothing else has")
    role, now = role_of(staff_id), clock.now()
    with unit_of_work() as connection:
        claim = claim_store.one_claim(connection, case_no, lock=True)
        _refuse_beyond_branch(connection, case_no, amount, staff_id, on=now.date())
        ground = Ground(code="by_hand", zh=reasons, en=reasons_en or reasons)
        plan = by_hand(claim, resolution=resolution, amount=amount, grounds=(ground,), by=staff_id)
        take_back_question(connection, case_no, reason=RECONSIDERED, now=now)
        claim_offers.settle(connection, [case_no], OfferState.RECALLED, at=now)
        draft_plans(connection, [(case_no, plan)])
        step = Step(
            claim.model_copy(update={"plan": plan}),
            Command.PROPOSE,
            reason=resolution.value,
            note=reasons,
            updates={
                "handler": staff_id, "route": None, "docket_no": "", "offered": None, "offer_due_at": None,
                "touched_by": _touched(claim, staff_id),
            },
            details={"plan_version": plan.version, "amount": str(amount)},
        )  # fmt: skip
        take_steps(connection, [step], now=now, who=staff_id, role=role)
        return claim_store.one_claim(connection, case_no)


def _refuse_beyond_branch(connection: Connection, case_no: str, amount: Decimal, staff_id: str, *, on: date) -> None:
    """Let nobody of a branch propose more than a branch may settle; the desk itself and headquarters may (R81)."""
    limit = CLAIM_PACK.pick("branch_authority", on=on).value
    agent = agents.one(connection, staff_id)
    if amount <= limit or agent is None or not agent.department:
        return
    known = network_store.network(connection)
    branch = known.find(agent.department)
    if branch is not None and branch != known.headquarters:
        raise NotAllowed(
            f"{case_no}: {amount} is beyond the {limit} that a branch such as {branch.name} may settle: "
            "headquarters proposes it (redress claim assign)"
        )


def take_up_claim(case_no: str, *, comment: str, staff_id: str) -> Claim:
    """Take up a claim that waits for a person, so that it is assessed afresh; whoever does is its handler.

    Raises:
        NotAllowed: it does not wait for a person.
        NoSuchClaim: there is none with that number.
    """
    role, now = role_of(staff_id), clock.now()
    with unit_of_work() as connection:
        claim = claim_store.one_claim(connection, case_no, lock=True)
        outbox.withdraw(connection, [case_no], kind=Kind.NOTICE)  # what failed or waits belongs to what was given up
        updates = {"handler": staff_id, "offered": None, "offer_due_at": None, "proposals_refused": 0}
        step = Step(claim, Command.TAKE_UP, reason="by_hand", note=comment, updates=updates)
        take_steps(connection, [step], now=now, who=staff_id, role=role)
        return claim_store.one_claim(connection, case_no)


def assign_claim(case_no: str, *, to: str, department: str | None = None, staff_id: str) -> Claim:
    """Give a claim to an agent, and to another department where one is named (R81, R84).

    Raises:
        NotAllowed: the agent is not on file, off duty, or to answer for it.
        NoSuchClaim: there is none with that number.
    """
    role, now = role_of(staff_id), clock.now()
    with unit_of_work() as connection:
        claim = claim_store.one_claim(connection, case_no, lock=True)
        agent = agents.one(connection, to)
        if agent is None or not agent.on_duty:
            raise NotAllowed(f"{case_no}: {to} is no agent on duty")
        if to in claim.subject_people:
            raise NotAllowed(f"{case_no} is about {to}")
        before = claim.handler or staff_id  # who has had it does not decide it later
        updates = {
            "handler": to, "assigned_to": department or claim.assigned_to, "touched_by": _touched(claim, before),
        }  # fmt: skip
        details = {"before": claim.handler, "to": to}
        step = Step(claim, Command.ASSIGN, reason="by_hand", updates=updates, details=details)
        take_steps(connection, [step], now=now, who=staff_id, role=role)
        return claim_store.one_claim(connection, case_no)


def parcel_found(
    case_no: str, *, parcel: str, found_on: date, choice: FoundChoice, still_lost_percent: Decimal, staff_id: str
) -> Claim:
    """Open a closed claim again whose parcel was found, with what the claimant wants: the parcel, or to keep the money.

    What was paid is paid; what is owed is worked out anew, and what was paid too much is for a person to reclaim.

    Raises:
        NotAllowed: the claim is not closed, or has no such parcel.
        NoSuchClaim: there is none with that number.
    """
    role, now = role_of(staff_id), clock.now()
    with unit_of_work() as connection:
        claim = claim_store.one_claim(connection, case_no, lock=True)
        if claim.state is not State.CLOSED:  # who is to bear what was paid is being settled: an end must not cut it off
            raise NotAllowed(f"{case_no} is {claim.state}: a parcel that is found is entered once the claim is closed")
        form = claim_forms.last_forms(connection, [case_no]).get(case_no)
        known = known_of(connection, [claim], now=now)[case_no]
        parcels = _parcels(claim, facts_of(claim, form, known, now=now, zone=business_settings().zone), parcel)
        found = {"on": found_on.isoformat(), "choice": choice.value, "still_lost_percent": str(still_lost_percent)}
        marked = [one | {"found": found} if one["id"] == parcel else one for one in parcels]
        step = Step(
            claim,
            Command.REOPEN,
            reason="parcel_found",
            updates={
                "established": {**claim.established, "parcels": marked}, "ending": "", "agreed_amount": None,
                "handler": staff_id, "route": None, "docket_no": "",
            },
            details={"parcel": parcel, "found": found},
        )  # fmt: skip
        take_steps(connection, [step], now=now, who=staff_id, role=role)
        return claim_store.one_claim(connection, case_no)


def _parcels(claim: Claim, facts: ClaimFacts, wanted: str) -> list[dict[str, Any]]:
    told = [parcel.model_dump(mode="json", exclude_none=True) for parcel in facts.parcels]
    if wanted not in {parcel["id"] for parcel in told}:
        known = ", ".join(sorted(parcel["id"] for parcel in told))
        raise NotAllowed(f"{claim.case_no} has no parcel {wanted}; it has {known}")
    return told
