"""Who takes cases and who hears of them, with the network and the staff that are on file."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from rules.supervision.routing import escalation_chain, is_major, owner_of, second_person
from schemas.exceptions import ExceptionCase
from schemas.network import Assignment, Department, RoutedCase
from store import network as network_store
from store import staff
from store.unit_of_work import Connection


class Routed(NamedTuple):
    """Who takes a case, who confirms it where it is a major one, and the three levels above it."""

    owner: Assignment
    second: Assignment | None
    major: str | None  # the rule by which it is a major case
    chain: tuple[Department, ...]


def as_routed(case: ExceptionCase, *, subject: str = "", payee: str = "") -> RoutedCase:
    """Give what of a case decides who takes it."""
    return RoutedCase(
        outlet=case.outlet, place=case.last_location, subject=subject, investigator=case.investigator, payee=payee
    )


def route(
    connection: Connection,
    cases: Sequence[ExceptionCase],
    *,
    subjects: Mapping[str, str] = MappingProxyType({}),
    payees: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Routed]:
    """Route many cases, by their numbers; `subjects` and `payees` name the department and the payee of some."""
    network = network_store.network(connection)
    people = {member.staff_id: member for member in staff.listing(connection)}
    routed = {}
    for case in cases:
        asked = as_routed(case, subject=subjects.get(case.case_no, ""), payee=payees.get(case.case_no, ""))
        owner = owner_of(asked, network, people=people)
        amount = case.plan.amount if case.plan else Decimal(0)
        major = is_major(severity=case.severity, amount=amount, on=case.opened_at.date())
        second = second_person(asked, network, first=owner, people=people) if major else None
        routed[case.case_no] = Routed(owner, second, major, escalation_chain(asked, network))
    return routed
