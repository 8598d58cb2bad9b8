"""What each procedure asks of the approvals of its cases: people of which levels, and up to which amount (R51, R86).

The number of a case says whose it is. Belongs here: which rules hold for which procedure, and those that exceptions
and complaints share. Does not belong here: those of claims (`rules.claims.approving`).
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from rules.claims import approving
from rules.supervision.levels import approvals_for
from schemas.approvals import Decidable
from schemas.claims import CLAIM_PREFIX, DOCKET_PREFIX
from schemas.exceptions import Role


class Matrix(NamedTuple):
    """The rules of one procedure. A sentence says in both languages why an amount may not be approved."""

    levels: Callable[[Any, Decimal], tuple[Role, ...]]  # of those who must approve this amount
    amount_fault: Callable[[Any, Decimal, str], str | None]  # of this amount, with what the approver says about it
    workers: Callable[[Any], frozenset[str]]  # the staff ids of those who made something of what is to be decided


def _levels(case: Decidable, amount: Decimal) -> tuple[Role, ...]:
    return approvals_for(amount, severity=case.severity, on=case.opened_at.date())


def _above_worth(case: Decidable, amount: Decimal, _why: str) -> str | None:
    """Keep to what the parcel is worth by what is on file and was not paid."""
    worth = max(case.insured_amount or Decimal(0), case.declared_value or Decimal(0))
    paid = case.paid_before(case.plan.currency if case.plan else case.currency)
    if not worth or amount <= max(worth - paid, Decimal(0)):
        return None
    if not paid:
        return f"金额 {amount} 高于货物价值 {worth}。 The amount is above what the parcel is worth."
    return (
        f"金额 {amount} 高于货物价值 {worth} 减去已安排赔付的 {paid}。 "
        "The amount is above what the parcel is worth, less what was ordered to be paid for it before."
    )


def _nobody(_case: Decidable) -> frozenset[str]:
    return frozenset()


BY_WORTH = Matrix(levels=_levels, amount_fault=_above_worth, workers=_nobody)
"""Exceptions and complaints: whoever plans one by hand is its investigator."""
OF_CLAIMS = Matrix(levels=approving.approvals_for, amount_fault=approving.amount_fault, workers=approving.workers)
OF_DOCKETS = Matrix(
    levels=lambda _docket, _amount: approving.LEVELS["one"],
    amount_fault=lambda _docket, _amount, _why: None,
    workers=_nobody,
)
"""A docket moves no money itself: each of its claims is held against the rules of claims."""
_OF_PREFIX = {CLAIM_PREFIX: OF_CLAIMS, DOCKET_PREFIX: OF_DOCKETS}


def matrix_of(case_no: str) -> Matrix:
    """Say which rules hold for the approvals of a case."""
    return _OF_PREFIX.get(case_no.partition("-")[0], BY_WORTH)
