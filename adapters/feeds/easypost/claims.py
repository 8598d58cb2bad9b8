"""EasyPost's claims and insurances, pushed, listed or alone, as what a partner tells. Pure.

Decisions that the payloads leave open:

- What EasyPost's customer claims from its insurer, the carrier answers for as well: it is filed as the sender's claim,
  with EasyPost's number as its reference. The insurer's own decision (approved, rejected) is told in its account and
  decides nothing here.
- Who claims is often only an e-mail address: what is missing is asked at that address.
- What is claimed, less what the goods still bring, is how much is lost; amounts are dollars and are written as texts.
- A claim of an unknown status or type, or one that cannot be read, is a record that says so, and waits in quarantine.
"""

from collections.abc import Mapping
from datetime import tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import ValidationError

from adapters.feeds.envelope import text_of
from adapters.feeds.times import moment
from schemas.assessment import ClaimEvent
from schemas.claims import ClaimantTold, ClaimChannel, ClaimForm, ParcelTold, Relation
from schemas.partners import PartnerClaim, PartnerInsurance, PartnerStatus
from schemas.tracking import TrackingRecord, Translation

PARTNER = "easypost"
CURRENCY = "USD"
TYPES: Mapping[str, ClaimEvent] = {
    "damage": ClaimEvent.DAMAGE,
    "loss": ClaimEvent.LOSS,
    "theft": ClaimEvent.LOSS,
}
"""Source: EasyPost's own client libraries."""
ACCOUNT_LENGTH_MAX = 3000


class _Unreadable(ValueError):
    """A claim that cannot be used, with the code of the reason."""


def of_claim(node: object, *, where: str, source: str, zone: tzinfo) -> Translation:
    """Translate one claim; what cannot be used of it is a record that says why."""
    try:
        claim = _claim(_object(node, "claim_unreadable"), where=where, zone=zone)
    except _Unreadable as fault:
        return Translation(records=(_held(node, where=where, source=source, why=str(fault)),))
    return Translation(records=(), claims=(claim,), answer=f"claim: {claim.status.value}")


def of_insurance(node: object, *, where: str, source: str, zone: tzinfo) -> Translation:
    """Translate one insurance; it is no claim, and says that somebody else insures the shipment."""
    try:
        insurance = _insurance(_object(node, "insurance_unreadable"), where=where, zone=zone)
    except _Unreadable as fault:
        return Translation(records=(_held(node, where=where, source=source, why=str(fault)),))
    return Translation(records=(), insurances=(insurance,), answer=f"insurance: {insurance.status}")


def _object(node: object, why: str) -> dict[str, Any]:
    if not isinstance(node, dict):
        raise _Unreadable(why)
    return node


def _insurance(node: dict[str, Any], *, where: str, zone: tzinfo) -> PartnerInsurance:
    told_at = moment(_updated(node), zone)
    try:
        return PartnerInsurance.model_validate(
            {
                "where": where,
                "partner": PARTNER,
                "reference": text_of(node.get("id")),
                "waybill": text_of(node.get("tracking_code")),
                "status": text_of(node.get("status")),
                "updated_at": told_at.at if told_at else None,
                "amount": _amount(node.get("amount")),
                "currency": CURRENCY,
            }
        )
    except (ValidationError, InvalidOperation) as fault:
        raise _Unreadable("insurance_unreadable") from fault


def _held(node: object, *, where: str, source: str, why: str) -> TrackingRecord:
    waybill = text_of(node.get("tracking_code")) if isinstance(node, dict) else ""
    return TrackingRecord(where=where, namespace=PARTNER, source=source, waybill=waybill, unreadable=why, raw=node)


def _claim(node: dict[str, Any], *, where: str, zone: tzinfo) -> PartnerClaim:
    status, kind, told_at = text_of(node.get("status")), text_of(node.get("type")), moment(_updated(node), zone)
    if status not in set(PartnerStatus):
        raise _Unreadable("claim_status_unknown")
    if kind not in TYPES:
        raise _Unreadable("claim_type_unknown")
    if told_at is None or not text_of(node.get("id")):
        raise _Unreadable("claim_unreadable")
    try:
        return PartnerClaim(
            where=where,
            partner=PARTNER,
            reference=text_of(node.get("id")),
            status=PartnerStatus(status),
            updated_at=told_at.at,
            form=_form(node, TYPES[kind], zone),
        )
    except (ValidationError, InvalidOperation) as fault:
        raise _Unreadable("claim_unreadable") from fault


def _form(node: dict[str, Any], event: ClaimEvent, zone: tzinfo) -> ClaimForm:
    waybill, created = text_of(node.get("tracking_code")), moment(text_of(node.get("created_at")), zone)
    claimed, salvage = _amount(node.get("requested_amount")), _amount(node.get("salvage_value")) or Decimal(0)
    lost = max(claimed - salvage, Decimal(0)) if claimed is not None else None
    parcel = ParcelTold(id=waybill or "1", value=_amount(node.get("insurance_amount")), lost_value=lost)
    return ClaimForm(
        channel=ClaimChannel.PARTNER,
        waybill=waybill,
        event=event,
        account=_account(node),
        claimant=ClaimantTold(
            name=text_of(node.get("recipient_name")),
            email=text_of(node.get("contact_email")),
            language="en",
            relation=Relation.SENDER,
        ),
        parcels=(parcel,),
        claimed=claimed,
        currency=CURRENCY,
        consumer=False,
        reference=text_of(node.get("id")),
        taken_at=created.at if created else None,
    )


def _account(node: dict[str, Any]) -> str:
    """Tell what happened in the partner's words, and how the claim stands with it."""
    approved = text_of(node.get("approved_amount"))
    said = [
        text_of(node.get("description"))[:ACCOUNT_LENGTH_MAX],
        f"EasyPost: {text_of(node.get('status'))}",
        text_of(node.get("status_detail"))[:500],
        f"approved {approved} {CURRENCY}" if approved else "",
    ]
    return " / ".join(one for one in said if one)


def _updated(node: dict[str, Any]) -> str:
    """Give when it changed last: by itself, by its status, or by the newest line of its history, which comes first."""
    history = node.get("history")
    newest = history[0] if isinstance(history, list) and history and isinstance(history[0], dict) else {}
    told = (node.get("updated_at"), node.get("status_timestamp"), newest.get("timestamp"), node.get("created_at"))
    return next((text for one in told if (text := text_of(one))), "")


def _amount(told: object) -> Decimal | None:
    """Read an amount; its zeros behind the cents are no fractions of them."""
    text = text_of(told)
    if not text:
        return None
    amount = Decimal(text)
    if not amount.is_finite():
        raise InvalidOperation
    cents = amount.quantize(Decimal("0.01"))
    return cents if cents == amount else amount
