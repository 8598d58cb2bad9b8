"""Who is asked what about a case that was just investigated (R22, R39): the playbook's questions, put to departments.

Belongs here: which department stands for a node of the playbook. Does not belong here: what is asked and within which
time (`rules/exceptions/playbooks.toml`), how the question reads (`wording`), and when it is asked again (`reminders`).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from rules.supervision.network import Network
from schemas.custody import Custody
from schemas.evidence import OFFERED_KINDS, EvidenceKind
from schemas.exceptions import ExceptionCase
from schemas.inquiries import Node, Question
from schemas.network import Department, DepartmentKind
from schemas.playbooks import Playbook

HELD_BY = {
    Node.ORIGIN_OUTLET: {DepartmentKind.OUTLET},
    Node.SORTING_CENTRE: {DepartmentKind.SORTING_CENTRE, DepartmentKind.HUB},
    Node.SUBCONTRACTOR: {DepartmentKind.SUBCONTRACTOR},
    Node.CUSTOMS_BROKER: {DepartmentKind.CUSTOMS_BROKER},
}
"""Nodes that are asked where the log shows that a department of such a kind had the parcel."""
NAME_LENGTH_MAX = 80


def questions_of(
    case: ExceptionCase, book: Playbook, *, custody: Custody, network: Network, now: datetime
) -> Iterator[Question]:
    """Give the playbook's questions whose node is known by name, once for each department.

    The outlet is the case's. Stations are those in the chain of custody that are on file as departments; the only
    line-haul department on file drives everything. Couriers, airlines, pickup points and customers have no department:
    a person asks them.
    """
    held = [found for holding in custody.holdings if (found := network.find(holding.place)) is not None]
    asked: set[str] = set()
    for question in book.questions:
        found = _department(question.to, case, held, network)
        name = found.name if found else case.outlet if question.to is Node.OUTLET else ""
        name = name.strip()[:NAME_LENGTH_MAX].strip()
        if not name or name in asked:
            continue
        asked.add(name)
        yield Question(
            case_no=case.case_no,
            waybill=case.waybill,
            node=question.to,
            department=name,
            contact=found.address if found else "",
            question=f"{question.zh} {question.en}",
            wanted=_wanted(question.to, book),
            due_at=now + timedelta(hours=float(question.within_hours)),
            round=case.rounds + 1,
        )


def _department(node: Node, case: ExceptionCase, held: Sequence[Department], network: Network) -> Department | None:
    if node is Node.OUTLET:
        return network.find(case.outlet) if case.outlet else None
    if node is Node.LINE_HAUL:
        return network.line_haul
    if node not in HELD_BY:
        return None
    fitting = [one for one in held if one.kind in HELD_BY[node]]
    if not fitting:
        return None
    return fitting[0] if node is Node.ORIGIN_OUTLET else fitting[-1]


def _wanted(node: Node, book: Playbook) -> tuple[EvidenceKind, ...]:
    return tuple(need.kind for need in book.mandatory if need.of is node and need.kind in OFFERED_KINDS)
