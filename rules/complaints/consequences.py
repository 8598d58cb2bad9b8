"""Penalties that follow from a valid complaint (R51, R89, R99), and the party's right to clear itself first.

A penalty is proposed to the party, which may contest it until a moment (浙江省快递业促进条例 art. 41, 投诉澄清免责);
whether it stays, a person rules. None is proposed for anybody outside the carrier.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from rules.complaints.pack import COMPLAINT_PACK
from schemas.complaints import (
    OWN_PARTIES,
    Complaint,
    Consequence,
    ConsequenceKind,
    ConsequenceState,
    Validity,
)  # fmt: skip

CENT = Decimal("0.01")
AMOUNT_MAX = Decimal("9999999.99")
UNRULED = frozenset({ConsequenceState.PROPOSED, ConsequenceState.CONTESTED})
BY_RULE = "penalty["
"""How the reference of the rules begins, and no person's reason does."""


def penalties(complaint: Complaint, *, now: datetime) -> Iterator[Consequence]:
    """Propose a penalty for each of the carrier's own parties, by its share; nothing unless a person found it valid."""
    finding = complaint.finding
    if finding is None or not finding.is_decided or finding.validity is not Validity.VALID:
        return
    day = now.date()
    rules = [COMPLAINT_PACK.pick("penalty", scope=complaint.type.value, on=day)]
    if complaint.is_repeat:
        rules.append(COMPLAINT_PACK.pick("penalty_of_repeat", on=day))
    whole = sum((rule.value for rule in rules), Decimal(0))
    shared = Decimal(0)
    for party in finding.parties:
        amount = _part(whole, shared + party.share) - _part(whole, shared)  # so that no cent is lost or added
        shared += party.share
        if party.kind in OWN_PARTIES and party.name:
            rule = " ".join(rule.reference for rule in rules)
            yield by_person(complaint, kind=ConsequenceKind.PENALTY, party=party.name, amount=amount, why=rule, now=now)


def no_longer_due(kept: Iterable[Consequence], complaint: Complaint, *, now: datetime) -> Iterator[Consequence]:
    """Give the penalties that follow by rule for somebody who no longer answers, and about which nobody ruled.

    What a person proposed beside the rules rests on his reason, not on the finding.
    """
    answering = {penalty.party for penalty in penalties(complaint, now=now)}
    for one in kept:
        if one.state in UNRULED and one.party not in answering and _follows_by_rule(one):
            yield one


def _follows_by_rule(one: Consequence) -> bool:
    return one.kind is ConsequenceKind.PENALTY and one.rule.startswith(BY_RULE)


def amount_refused(amount: Decimal) -> str | None:
    """Say why nobody may be charged or given such an amount; None when he may."""
    if not amount.is_finite() or not CENT <= amount <= AMOUNT_MAX or amount != amount.quantize(CENT):
        return f"the amount should be from {CENT} to {AMOUNT_MAX}, with two decimal places at most, not {amount}."
    return None


def by_person(
    complaint: Complaint, *, kind: ConsequenceKind, party: str, amount: Decimal, why: str, now: datetime
) -> Consequence:
    """Propose a penalty or a reward with the reason that a rule or a person gives."""
    return Consequence(
        consequence_id=0,  # numbered when it is kept
        case_no=complaint.case_no,
        kind=kind,
        party=party,
        amount=amount,  # in the carrier's own currency, whatever the customer demands
        rule=why,
        state=ConsequenceState.PROPOSED,
        proposed_at=now,
        contest_until=now + COMPLAINT_PACK.pick("clear_within", on=now.date()).hours,
    )


def _part(whole: Decimal, share: Decimal) -> Decimal:
    return (whole * share / 100).quantize(CENT, ROUND_HALF_UP)


def contest_refused(one: Consequence, *, now: datetime) -> str | None:
    """Say why a party can no longer clear itself; None when it may."""
    if one.state is not ConsequenceState.PROPOSED:
        return f"it is {one.state.value}."
    return "the time to clear oneself is over." if now > one.contest_until else None


def ruling_refused(one: Consequence, *, now: datetime) -> str | None:
    """Say why nobody may rule about a penalty yet, or any more; None when somebody may."""
    if one.state not in UNRULED:
        return f"{one.ruled_by} ruled about it."
    if one.kind is ConsequenceKind.PENALTY and one.state is ConsequenceState.PROPOSED and now <= one.contest_until:
        return "the party may still clear itself."
    return None


def tied_to_party(staff_id: str, *, ties: Collection[str], names: Collection[str]) -> str | None:
    """Say why somebody may not rule about a party that is called so, with its department's names; None when he may.

    Nobody rules about himself, and nobody about those whom he is tied to (R86).
    """
    if staff_id in names:
        return "somebody else must rule about it."
    tied = sorted(set(ties) & set(names))
    return f"{staff_id} is tied to {', '.join(tied)}: somebody else must rule about it." if tied else None
