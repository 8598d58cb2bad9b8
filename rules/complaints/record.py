"""What must be told of a complaint before anybody works on it (R32 to R36), field by field.

Sender, consignee and contents need not be told of a parcel that is on file: the booking says them.
"""

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from rules.phones import normalised_phone
from schemas.complaints import ComplaintRecord, ComplaintType, MissingField

ABOUT_NO_PARCEL = frozenset({ComplaintType.ATTITUDE, ComplaintType.FEE, ComplaintType.OTHER})
"""Types that may be about no parcel at all."""


class _Needed(NamedTuple):
    at: str
    rule: str
    zh: str
    en: str
    is_told: Callable[[ComplaintRecord], object]


_ALWAYS = (
    _Needed("customer.name", "R32", "客户姓名", "the customer's name", lambda r: r.customer.name),
    _Needed(
        "customer.phone", "R32", "客户联系电话", "a phone number at which the customer can be reached",
        lambda r: normalised_phone(r.customer.phone) or r.customer.email,
    ),
    _Needed("occurrence.at", "R34", "事发时间", "when it happened", lambda r: r.occurrence.at),
    _Needed("occurrence.place", "R34", "事发地点", "where it happened", lambda r: r.occurrence.place),
    _Needed("occurrence.account", "R34", "事情经过", "what happened", lambda r: r.occurrence.account),
    _Needed("demand.text", "R35", "客户诉求", "what the customer wants", lambda r: r.demand.text),
    _Needed("taken_by", "R36", "受理人员姓名或工号", "who took it in", lambda r: r.taken_by),
    _Needed("taken_at", "R36", "受理时间", "when it was taken in", lambda r: r.taken_at),
)  # fmt: skip
_OF_A_PARCEL = (
    _Needed("sender.name", "R33", "寄件人信息", "who sent it", lambda r: r.sender.name),
    _Needed("consignee.name", "R33", "收件人信息", "whom it was for", lambda r: r.consignee.name),
    _Needed("item.description", "R33", "物品信息", "what was in it", lambda r: r.item.description),
)


def missing_fields(record: ComplaintRecord, *, parcel_on_file: bool) -> tuple[MissingField, ...]:
    """List what must be told and was not, in the order of the manual."""
    return tuple(
        _as_missing(needed) for needed in _needed(record, parcel_on_file=parcel_on_file) if not needed.is_told(record)
    )


def wanted_fields(names: Collection[str]) -> tuple[MissingField, ...]:
    """Say of fields that a case lacks what they are, in the order of the manual."""
    return tuple(_as_missing(needed) for needed in (*_ALWAYS[:2], *_OF_A_PARCEL, *_ALWAYS[2:]) if needed.at in names)


def _as_missing(needed: _Needed) -> MissingField:
    return MissingField(at=needed.at, rule=needed.rule, zh=needed.zh, en=needed.en)


def _needed(record: ComplaintRecord, *, parcel_on_file: bool) -> Iterator[_Needed]:
    yield from _ALWAYS[:2]
    if not parcel_on_file and not (record.type in ABOUT_NO_PARCEL and not record.waybill):
        yield from _OF_A_PARCEL
    yield from _ALWAYS[2:]


def completed(earlier: ComplaintRecord, later: ComplaintRecord) -> ComplaintRecord:
    """Give the record with what was told later; what the later one leaves empty stays as it was told before."""
    merged = earlier.model_dump() | {
        name: value for name, value in later.model_dump().items() if not isinstance(value, dict) and value
    }
    for part in ("customer", "sender", "consignee", "item", "occurrence", "demand"):
        told = getattr(later, part).model_dump()
        if part == "demand" and later.demand.amount is None:
            del told["currency"]  # it is the amount's, and no other amount is told
        merged[part] = {**merged[part], **{name: value for name, value in told.items() if value not in (None, "")}}
    return ComplaintRecord.model_validate(merged)
