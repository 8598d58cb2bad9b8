"""A claim with everything about it, for the desk: what was told, is owed and was named, its money and its papers."""

from typing import Any, NamedTuple

from rules.claims.showing import people_of, shown_claim, shown_form, shown_payout, without_names
from rules.privacy import mask_record
from schemas.claims import Claim
from schemas.clocks import ClockReading, NextDue
from store import approvals, claim_forms, claim_offers, ledger, outbox, payouts
from store import claims as claim_store
from store.case_history import history_of
from store.claim_forms import ToldForm
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.claims.evidence import completeness_of_claims
from tasks.claims.timing import next_due_of, readings
from tasks.inquiries.showing import informed


def claim_file(number: str) -> dict[str, Any]:
    """Read a claim and everything about it as JSON has it; its people and accounts are masked.

    Raises:
        NoSuchClaim: there is none with that number.
    """
    with unit_of_work() as connection:
        claim = claim_store.one_claim(connection, number)
        sent = outbox.of_case(connection, number)
        for row in sent:
            row["payload"].pop("to", None)
        missing = completeness_of_claims(connection, [claim])[number].missing
        told = {
            "forms": [_shown(form) for form in claim_forms.forms_of(connection, number)],
            "proposals": [plan.model_dump(mode="json") for plan in claim_store.plans_of(connection, number)],
            "offers": [mask_record(one.model_dump(mode="json")) for one in claim_offers.offers_of(connection, number)],
            "clocks": [reading.model_dump(mode="json") for reading in readings(claim, now=clock.now())],
            "missing": [piece._asdict() for piece in missing],
            "payouts": [shown_payout(payout) for payout in payouts.of_claim(connection, number)],
            "bookings": [mask_record(one.model_dump(mode="json")) for one in ledger.of_claim(connection, number)],
            "balances": [one.model_dump(mode="json") for one in ledger.balances_of(connection, [number])],
            "history": mask_record(history_of(connection, number)),
            "decisions": mask_record(approvals.decisions_of(connection, number)),
            "outbox": mask_record(sent),
            **informed(connection, number),
        }
    return {"claim": shown_claim(claim), **without_names(told, people_of(claim))}


def _shown(form: ToldForm) -> dict[str, Any]:
    return {
        "form_id": form.form_id,
        "told_at": form.told_at.isoformat(),
        "channel": form.channel,
        "taken_by": form.taken_by,
        "missing": list(form.missing),
        "sha256": form.sha256,
        "content": shown_form(form.content) if form.content else None,
    }


class ShownClocks(NamedTuple):
    """What of a claim is due first, and every clock of it with its derivation."""

    due: NextDue | None
    readings: tuple[ClockReading, ...]


def claim_clocks(number: str) -> ShownClocks:
    """Read the clocks of a claim.

    Raises:
        NoSuchClaim: there is none with that number.
    """
    claim = one_claim(number)
    return ShownClocks(next_due_of(claim), readings(claim, now=clock.now()))


def one_claim(number: str) -> Claim:
    """Read a claim as it stands.

    Raises:
        NoSuchClaim: there is none with that number.
    """
    with unit_of_work() as connection:
        return claim_store.one_claim(connection, number)
