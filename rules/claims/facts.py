"""The facts that a claim is assessed by: what was told, what is on file, what was paid, and what the desk established.

What the desk established stands over everything else, field by field; whoever did is in the history.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, tzinfo
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from rules.claims.lifecycle import REDUCING
from rules.claims.money import CannotAssess
from rules.tracking.places import crosses_a_border
from schemas.assessment import ClaimFacts, ClaimMode, ProofKind
from schemas.claims import CLAIM_MODES, Claim, ClaimForm, Relation
from schemas.evidence import EvidenceKind
from schemas.promises import LaneClass

RULE = "rule"
"""Who decided, where a rule was enough: nobody is paid less by it."""


class Known(NamedTuple):
    """What is known beside the claim itself."""

    kinds: Collection[EvidenceKind] = ()  # of the evidence that is there
    earlier_claims: int = 0  # of this claimant within a year
    shared_account: bool = False  # another claimant is paid to the same account
    reused_evidence: bool = False  # the same picture or paper came with another claim
    settled_before: bool = False  # somebody of the carrier settled the matter with the customer himself (R83)
    jurisdictions: Collection[str] = ("CN",)


def facts_of(claim: Claim, form: ClaimForm | None, known: Known, *, now: datetime, zone: tzinfo) -> ClaimFacts:
    """Put together what a claim is assessed by.

    Raises:
        CannotAssess: something makes no sense or is missing; the message begins with the name of its field.
    """
    try:
        told = {
            **_from_file(claim, zone), **_from_form(claim, form, known, zone), **_from_case(claim, known, now, zone),
        }  # fmt: skip
        return ClaimFacts.model_validate(merged(told, claim.established))
    except ValidationError as error:
        raise CannotAssess(first_fault(error)) from None


def first_fault(error: ValidationError) -> str:
    """Say what is wrong first, beginning with the name of its field."""
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in fault["loc"])
    said = fault["msg"].removeprefix("Value error, ")
    return f"{where}: {said}" if where else said


def merged(told: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Lay what was established over what was told: whole fields, of parts of it what is named."""
    found = dict(told)
    for name, value in over.items():
        before = found.get(name)
        found[name] = merged(before, value) if isinstance(before, Mapping) and isinstance(value, Mapping) else value
    return found


def mode_of(product: str) -> ClaimMode:
    """Say under which kind of contract parcels of a product travel."""
    begins = product.lower().split("-")[0].split("_")[0]
    return CLAIM_MODES.get(begins, ClaimMode.EXPRESS)


class _Way(BaseModel):
    """What facts say of how far a parcel goes; None: nothing."""

    lane: LaneClass | None = None
    international: bool | None = None


def lane_of(claim: Claim) -> LaneClass:
    """Say how far a claim's parcel goes: as the desk established it, else as its booking tells."""
    way = _Way.model_validate({**_lane_on_file(claim), **claim.established})
    return LaneClass.INTERNATIONAL if way.international else way.lane or LaneClass.UNKNOWN


def _lane_on_file(claim: Claim) -> dict[str, Any]:
    """Give how far the parcel goes by its booking, and whether abroad.

    Both facts tell of one thing, so the booking says nothing of either where the desk established something else. To
    and from Hong Kong, Macao and Taiwan it says nothing either: the standard counts them with domestic parcels, and
    what else they are is the desk's to say.
    """
    said = _Way.model_validate(claim.established)
    abroad = claim.lane is LaneClass.INTERNATIONAL
    known = not abroad or crosses_a_border(claim.origin_city, claim.destination_city)
    if not known or said.lane is not None or said.international not in {None, abroad}:
        return {}
    return {"lane": claim.lane, "international": abroad}


def _from_file(claim: Claim, zone: tzinfo) -> dict[str, Any]:
    """Give what the booking and the event log say."""
    delivered = _day(claim.delivered_at, zone)
    worth = {"declared_value": claim.declared_value, "insured_amount": claim.insured_amount, "freight": claim.freight}
    return {
        "mode": mode_of(claim.product),
        "product": claim.product,
        "accepted_on": _day(claim.picked_up_at, zone),
        "promised_on": _day(claim.promised_at, zone),
        **_lane_on_file(claim),
        "delivered_on": delivered,
        **{
            name: {"amount": amount, "currency": claim.value_currency}
            for name, amount in worth.items()
            if amount is not None
        },
    }


def _from_form(claim: Claim, form: ClaimForm | None, known: Known, zone: tzinfo) -> dict[str, Any]:
    happened = form.happened_on if form else None
    relation = claim.relation if claim.relation in {Relation.SENDER, Relation.CONSIGNEE} else Relation.OTHER
    return {
        "event": claim.event,
        "event_on": happened or _day(claim.delivered_at or claim.last_event_at or claim.opened_at, zone),
        "currency": claim.currency,
        "parcels": list(_parcels(claim, form, known)),
        "claimed": claim.claimed,
        "claimant": relation.value,
        "consumer": form.consumer if form else True,
        "claimed_against": form.claimed_against if form else "brand",
    }


def _parcels(claim: Claim, form: ClaimForm | None, known: Known) -> Iterator[dict[str, Any]]:
    """Give the parcels as told; of one that nobody told of, what is on file. A proof counts once it is there."""
    proven = EvidenceKind.VALUE_PROOF in known.kinds
    if form is None or not form.parcels:
        yield {"id": claim.waybill, "weight_kg": claim.weight_kg, **_declared(claim)}
        return
    for told in form.parcels:
        parcel = told.model_dump(exclude={"contents"}, exclude_none=True)
        if len(form.parcels) == 1 and claim.weight_kg is not None:
            parcel.setdefault("weight_kg", claim.weight_kg)
        if told.value is None and len(form.parcels) == 1:
            parcel |= _declared(claim)
        if not proven or "value" not in parcel:
            parcel["proof"] = ProofKind.NONE
        yield parcel


def _declared(claim: Claim) -> dict[str, Any]:
    """Take what was declared for what the parcel is worth, where nobody told another value."""
    if claim.declared_value is None:
        return {}
    return {"value": {"amount": claim.declared_value, "currency": claim.value_currency}}


def _from_case(claim: Claim, known: Known, now: datetime, zone: tzinfo) -> dict[str, Any]:
    today = _day(now, zone)
    paid = [(claim.case_no, claim.paid_amount, claim.currency)] if claim.paid_amount else []
    paid += [(one.case_no, one.amount, one.currency) for one in claim.paid_elsewhere]
    return {
        "claim": claim.case_no,
        "jurisdictions": tuple(known.jurisdictions),
        "claimed_on": _day(claim.opened_at, zone),
        "evidence": sorted(kind.value for kind in known.kinds),
        "faults": list(_faults(claim)),
        "payments": [
            {"paid_amount": {"amount": amount, "currency": currency}, "on": today, "reference": number}
            for number, amount, currency in paid
        ],
        "signals": {
            "earlier_claims": known.earlier_claims,
            "reused_evidence": known.reused_evidence or known.shared_account,
            "settled_before": known.settled_before,
        },
    }


def _faults(claim: Claim) -> Iterator[dict[str, Any]]:
    """Give who answers by which share; what a rule proposed counts as decided where nobody is paid less by it."""
    found = claim.liability
    for party in found.parties if found else ():
        assert found is not None  # it has parties
        by_rule = "" if party.kind in REDUCING else RULE
        yield {
            "kind": party.kind,
            "name": party.name,
            "share": party.share,
            "basis": party.basis[:300],
            "decided_by": found.decided_by or by_rule,
        }


def _day(at: datetime | None, zone: tzinfo) -> date | None:
    return at.astimezone(zone).date() if at is not None else None
