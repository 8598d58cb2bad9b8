"""Who takes cases and who hears of them, with the network and the staff that are on file."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from rules.supervision.network import Network
from rules.supervision.routing import escalation_chain, is_major, owner_of, second_person
from schemas.approvals import Staff
from schemas.exceptions import ExceptionCase
from schemas.network import Assignment, Department, RoutedCase
from store import network as network_store
from store import staff
from store.unit_of_work import Connection


class Directory(NamedTuple):
    """The network and the staff as they are on file; read once for many cases."""

    network: Network
    people: Mapping[str, Staff]


@dataclass(frozen=True)
class Routed:
    """Who takes a case and whether it is a major one; who else is asked is found when somebody wants to know."""

    asked: RoutedCase
    known: Directory
    owner: Assignment
    major: str | None  # the rule by which it is a major case

    @property
    def second(self) -> Assignment | None:
        """Who confirms it where it is a major one."""
        if self.major is None:
            return None
        return second_person(self.asked, self.known.network, first=self.owner, people=self.known.people)

    @property
    def chain(self) -> tuple[Department, ...]:
        """The three levels above it."""
        return escalation_chain(self.asked, self.known.network)


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


def route(case: ExceptionCase, known: Directory, *, subject: str = "", payee: str = "") -> Routed:
    """Say who takes a case; `subject` is the department that it is about, by name or code, where it is about one."""
    asked = as_routed(case, subject=subject, payee=payee)
    owner = owner_of(asked, known.network, people=known.people)
    amount = case.plan.amount if case.plan else Decimal(0)
    major = is_major(severity=case.severity, amount=amount, on=case.opened_at.date())
    return Routed(asked, known, owner, major)
