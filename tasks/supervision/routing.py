"""Who takes cases and who confirms them, with the network and the staff that are on file."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from rules.supervision.network import Network
from rules.supervision.routing import is_major, owner_of, second_person, subject_of
from schemas.approvals import Staff
from schemas.custody import Presumption
from schemas.exceptions import ExceptionCase
from schemas.network import Assignment, RoutedCase
from store import network as network_store
from store import staff
from store.unit_of_work import Connection


class Directory(NamedTuple):
    """The network and the staff as they are on file; read once for many cases."""

    network: Network
    people: Mapping[str, Staff]


class Routed(NamedTuple):
    """Who takes a case, whether it is a major one, and who confirms it then."""

    owner: Assignment
    major: str | None  # the rule by which it is a major case
    second: Assignment | None  # None where it is no major case, or no network is on file


def as_routed(case: ExceptionCase, *, subject: str = "", payee: str = "") -> RoutedCase:
    """Give what of a case decides who takes it."""
    return RoutedCase(
        outlet=case.outlet, place=case.last_location, subject=subject, investigator=case.investigator, payee=payee
    )


def directory(connection: Connection) -> Directory:
    """Read who there is."""
    return Directory(
        network_store.network(connection), {member.staff_id: member for member in staff.listing(connection)}
    )


def route(case: ExceptionCase, known: Directory, *, presumed: Presumption) -> Routed:
    """Say who takes a case: about an operating department its supervisor (R54), and nobody tied to the payee (R86).

    The department is the one that is presumed to answer. The payee is the consignee, as it is where a plan is approved.
    """
    asked = as_routed(case, subject=subject_of(presumed, known.network), payee=case.consignee_name)
    owner = owner_of(asked, known.network, people=known.people)
    amount = case.plan.amount if case.plan else Decimal(0)
    major = is_major(severity=case.severity, amount=amount, on=case.opened_at.date())
    second = second_person(asked, known.network, first=owner, people=known.people) if major else None
    return Routed(owner, major, second)
