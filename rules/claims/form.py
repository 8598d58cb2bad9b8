"""What must be told of a claim before anybody works on it, and what a later telling adds to it.

The least that the law of most places asks for: who claims, about which shipment, that the carrier answers for it, and
an amount or what it can be found by (49 CFR 370.3; GB/T 27917.3-2011 索赔).
"""

from collections.abc import Callable, Collection
from typing import NamedTuple

from rules.phones import normalised_phone
from schemas.assessment import EXTENT_NEEDED
from schemas.claims import ClaimForm, ParcelTold
from schemas.complaints import MissingField


class _Needed(NamedTuple):
    at: str
    rule: str
    zh: str
    en: str
    is_told: Callable[[ClaimForm], object]


_EXTENTS = ("lost_percent", "lost_pieces", "lost_value")
"""By which a parcel says how much of it is gone; at most one of them does."""


def _says_how_much(form: ClaimForm) -> bool:
    return form.event not in EXTENT_NEEDED or any(
        getattr(parcel, name) is not None for parcel in form.parcels for name in _EXTENTS
    )


_NEEDED = (
    _Needed("claimant.name", "R78", "索赔人姓名", "the claimant's name", lambda form: form.claimant.name),
    _Needed(
        "claimant.phone", "R78", "索赔人联系电话", "a phone number at which the claimant can be reached",
        lambda form: normalised_phone(form.claimant.phone) or form.claimant.email,
    ),
    _Needed(
        "claimant.relation", "R86", "与快件的关系", "what the claimant is to the parcel",
        lambda form: form.claimant.relation,
    ),
    _Needed("waybill", "R78", "运单号", "the waybill", lambda form: form.waybill),
    _Needed("account", "R78", "事情经过", "what happened", lambda form: form.account),
    _Needed("parcels", "R78", "损失部分", "how much of the parcel is gone or spoilt", _says_how_much),
)  # fmt: skip


def missing_fields(form: ClaimForm) -> tuple[MissingField, ...]:
    """List what must be told and was not, in the order in which it is asked for."""
    return tuple(_as_missing(needed) for needed in _NEEDED if not needed.is_told(form))


def wanted_fields(names: Collection[str]) -> tuple[MissingField, ...]:
    """Say of fields that a claim lacks what they are, in the order in which they are asked for."""
    return tuple(_as_missing(needed) for needed in _NEEDED if needed.at in names)


def _as_missing(needed: _Needed) -> MissingField:
    return MissingField(at=needed.at, rule=needed.rule, zh=needed.zh, en=needed.en)


def completed(earlier: ClaimForm, later: ClaimForm) -> ClaimForm:
    """Give the claim with what was told later; what the later telling leaves empty stays as it was told before."""
    told = {
        name: getattr(later, name)
        for name in later.model_fields_set - {"claimant", "payee", "parcels"}
        if getattr(later, name) not in (None, "", ())
    }
    claimant = {name: value for name, value in later.claimant.model_dump().items() if value}
    return earlier.model_copy(
        update={
            **told,
            "claimant": earlier.claimant.model_copy(update=claimant),
            "payee": later.payee,
            "parcels": _parcels(earlier, later),
        }
    )


def _parcels(earlier: ClaimForm, later: ClaimForm) -> tuple[ParcelTold, ...]:
    """Give the parcels that were told of later, each with what was told of it before; all as before where none was."""
    before = {parcel.id: parcel for parcel in earlier.parcels}
    told = tuple(_told_again(before[parcel.id], parcel) if parcel.id in before else parcel for parcel in later.parcels)
    return told or earlier.parcels


def _told_again(before: ParcelTold, now: ParcelTold) -> ParcelTold:
    said = {name: getattr(now, name) for name in now.model_fields_set if getattr(now, name) not in (None, "")}
    forgotten = {} if said.keys().isdisjoint(_EXTENTS) else dict.fromkeys(_EXTENTS)
    return before.model_copy(update={**forgotten, **said})
