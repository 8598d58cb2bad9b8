"""What somebody told of a claim, as its case's own row holds it (R78), and who tells it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from rules.claims.pack import CLAIM_PACK
from rules.claims.weighing import at_stake, weigh
from rules.supervision.network import Network
from rules.supervision.routing import owner_of
from schemas.approvals import Staff
from schemas.claims import Claim, ClaimForm, Relation
from schemas.network import RoutedCase
from schemas.severity import Severity
from store import claims as claim_store
from store.claims import Matter
from store.consignees import consignee_key
from store.keyed import keyed_hash
from store.unit_of_work import Connection
from tasks.complaints.told import Incomplete, TakenIn
from tasks.settings import business_settings
from tasks.supervision.routing import directory


def claimant_key(form: ClaimForm) -> str:
    """Name who claims by his telephone, else by his e-mail address; empty where he told neither."""
    if key := consignee_key(form.claimant.phone):
        return key
    address = form.claimant.email.casefold()
    return keyed_hash("caller by mail", address) if address else ""


def matter_of(form: ClaimForm) -> Matter:
    """Name the matter that is told of: the parcel, who claims, and what happened."""
    return Matter(form.waybill, claimant_key(form), form.event.value)


def signed(form: ClaimForm, entered: TakenIn, now: datetime) -> ClaimForm:
    """Say of a claim who took it in and when, where it does not (R36)."""
    return form.model_copy(update={"taken_at": form.taken_at or now, "taken_by": form.taken_by or entered.by})


def told_columns(form: ClaimForm) -> dict[str, Any]:
    """Give what the case's own row holds of what was told."""
    return {
        "waybill": form.waybill,
        "event": form.event.value,
        "language": form.claimant.language or business_settings().language,
        "relation": (form.claimant.relation or Relation.OTHER.value),
        "claimant_key": claimant_key(form),
        "origin_case": form.origin_case,
        "reference": form.reference,
        "claimed": form.claimed,
        "currency": form.currency,
    }


__all__ = [
    "Desk", "Incomplete", "TakenIn", "claimant_key", "desk_for", "matter_of", "signed", "told_columns", "weighed",
]  # fmt: skip


class Desk(NamedTuple):
    """What is read once for many claims that are opened or told of again."""

    earlier: Mapping[str, int]  # claims of a claimant within a year
    network: Network
    people: Mapping[str, Staff]


def desk_for(connection: Connection, forms: Sequence[ClaimForm], *, now: datetime) -> Desk:
    """Read what weighing and routing these claims needs."""
    since = now - timedelta(days=float(CLAIM_PACK.pick("earlier_within", on=now.date()).value))
    earlier = claim_store.earlier_claims(connection, {claimant_key(form) for form in forms}, since=since)
    known = directory(connection)
    return Desk(earlier, known.network, known.people)


class Weighed(NamedTuple):
    """How bad a claim is: its name for the clocks, and the columns that hold it."""

    severity: Severity
    columns: Mapping[str, Any]


def weighed(claim: Claim, desk: Desk, *, on: date) -> Weighed:
    """Say how bad a claim is, and who runs it: its branch up to a branch's authority, else headquarters (R81)."""
    found = weigh(claim, earlier=desk.earlier.get(claim.claimant_key, 0), on=on)
    columns = {
        "severity": found.severity.value,
        "severity_score": found.points,
        "is_major": found.is_major,
        "assigned_to": _department(claim, desk, is_major=found.is_major, on=on),
    }
    return Weighed(found.severity, columns)


def _department(claim: Claim, desk: Desk, *, is_major: bool, on: date) -> str:
    """Keep the department that has a claim, unless it has come to be beyond a branch's authority (R81)."""
    runs = runs_it(claim, desk, is_major=is_major, on=on)
    beyond = desk.network.headquarters is not None and runs == desk.network.headquarters.name
    return runs if beyond or not claim.assigned_to else claim.assigned_to


def runs_it(claim: Claim, desk: Desk, *, is_major: bool, on: date) -> str:
    """Name the department that runs a claim (R81); empty where no network is on file."""
    beyond = is_major or at_stake(claim) > CLAIM_PACK.pick("branch_authority", on=on).value
    if beyond and desk.network.headquarters is not None:
        return desk.network.headquarters.name
    owner = owner_of(as_routed(claim), desk.network, people=desk.people)
    return owner.department.name if owner.department else ""


def as_routed(claim: Claim) -> RoutedCase:
    """Give what of a claim decides who takes it."""
    return RoutedCase(
        outlet=claim.outlet,
        place=claim.last_location,
        subject="",
        subject_people=claim.subject_people,
        payee=claim.payee,
    )
