"""From INTAKE to INVESTIGATE: who answers for a complaint, and who handles it at the desk (R38, R54, R66, R70, R76)."""

from collections.abc import Iterator
from datetime import datetime

from prefect import task

from rules.complaints.assigning import handler_for
from rules.supervision.network import Network
from rules.supervision.routing import owner_of
from schemas.agents import Agent
from schemas.complaints import Command, Complaint, State
from schemas.network import RoutedCase
from schemas.severity import Severity
from store import agents
from store.unit_of_work import Connection
from tasks.complaints.letters import MANAGER, department_letter
from tasks.complaints.moving import Step, step_of_one
from tasks.supervision.routing import directory


@task
def hand_off_complaints(case_no: str | None = None) -> list[str]:
    """Give every complaint that was told in full to a department and to an agent of the desk.

    The department is the local outlet first, and of a complaint about a department its own supervisor; the agent has
    the skill that the caller's level asks for, the customer's language and the least to do.
    """
    return step_of_one(case_no, [State.RECEIVED], _hand_off)


def _hand_off(connection: Connection, complaints: list[Complaint], now: datetime) -> Iterator[Step]:
    known = directory(connection)
    desk = {agent.staff_id: _known_by_name(agent, known.network) for agent in agents.listing(connection)}
    for complaint in complaints:
        owner = owner_of(as_routed(complaint), known.network, people=known.people)
        department = owner.department.name if owner.department else ""
        handler = handler_for(
            desk.values(),
            tier=complaint.tier,
            language=complaint.language,
            department=department,
            person=complaint.person,
        )
        if handler:  # the next of the batch finds him with one more
            desk[handler] = desk[handler].model_copy(update={"cases": desk[handler].cases + 1})
        to = owner.address or MANAGER
        letters = [department_letter(complaint, about="新投诉", purpose="handed-off", to=to, now=now)]
        if complaint.severity >= Severity.SEVERE:
            letters.append(department_letter(complaint, about="严重投诉", purpose="severe", to=MANAGER, now=now))
        yield Step(
            complaint,
            Command.HAND_OFF,
            reason="handed_off" if handler else "no_agent_fits",
            updates={"assigned_to": department, "handler": handler},
            details={"owner": owner.sentence.model_dump(mode="json"), "tier": complaint.tier, "to": to},
            letters=letters,
        )


def _known_by_name(agent: Agent, network: Network) -> Agent:
    """Name the department of an agent as it is called, whether it is on file by its code or by any of its names."""
    department = network.find(agent.department) if agent.department else None
    return agent.model_copy(update={"department": department.name}) if department else agent


def as_routed(complaint: Complaint) -> RoutedCase:
    """Give what of a complaint decides who takes it."""
    return RoutedCase(
        outlet=complaint.outlet,
        place=complaint.last_location or complaint.subject_told,
        subject=complaint.subject,
        subject_people=complaint.subject_people,
        payee=complaint.customer_name if complaint.demanded else "",
    )
