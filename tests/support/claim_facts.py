"""Facts of claims for tests: valid defaults, of which a test names only what matters."""

from typing import Any

from schemas.assessment import ClaimFacts


def a_claim(**told: Any) -> ClaimFacts:
    """Make the facts of an express parcel that was lost in spring 2026; its value of 1,000 is proven by an invoice."""
    return ClaimFacts.model_validate(
        {"mode": "express", "event": "loss", "event_on": "2026-03-04", "freight": 20, "parcels": [a_parcel()]} | told
    )


def a_parcel(**told: Any) -> dict[str, Any]:
    """Make a parcel of two kilograms."""
    return {"id": "A", "weight_kg": 2, "value": 1000, "proof": "invoice"} | told


SHOWN = {"explained": True, "insurance_offered": True, "conspicuous": True}
"""Terms whose clause was pointed out and explained beside an offer of insured carriage."""
