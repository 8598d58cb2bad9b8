"""Facts of claims for tests: valid defaults, of which a test names only what matters."""

from datetime import date
from typing import Any

from rules.packs.book import BOOK, Pack, PackBook
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


def a_pack(**told: Any) -> dict[str, Any]:
    """Make a pack of everywhere that holds for express and goes before every other; `rule` has its rows."""
    return {
        "name": "own", "version": "1", "layer": "treaty", "jurisdiction": "*", "modes": ["express"],
        "title_zh": "自有规则", "title_en": "own rules",
    } | told  # fmt: skip


def a_row(kind: str, **told: Any) -> dict[str, Any]:
    """Make a row of a pack."""
    return {
        "id": kind, "kind": kind, "title_zh": "规则", "title_en": "a rule", "source": "the test",
        "verified": "contract", "valid_from": date(2020, 1, 1),
    } | told  # fmt: skip


def book_with(*rows: dict[str, Any], alone: bool = False, **told: Any) -> PackBook:
    """Give the packs of Redress with one more of these rows, which goes first; or that one alone."""
    own = Pack.model_validate(a_pack(rule=rows, **told))
    return PackBook((own,) if alone else (own, *BOOK.packs))
