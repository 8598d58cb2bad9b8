"""Complaints and claims with what other cases had paid for their parcels, so that no loss is paid twice (R56)."""

from collections.abc import Sequence
from typing import TypeVar

from schemas.claims import Claim
from schemas.complaints import Complaint
from store import payments
from store.unit_of_work import Connection

C = TypeVar("C", Complaint, Claim)


def with_payments(connection: Connection, cases: Sequence[C]) -> list[C]:
    """Give cases with what other cases had paid for their parcels, or are about to."""
    paid = payments.ordered_for(connection, {case.waybill for case in cases})
    return [
        case.model_copy(
            update={"paid_elsewhere": tuple(one for one in paid.get(case.waybill, ()) if one.case_no != case.case_no)}
        )
        for case in cases
    ]
