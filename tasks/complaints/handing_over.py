"""From INTAKE to INVESTIGATE: who answers for a complaint, and who handles it at the desk (R38, R54, R66, R70, R76)."""

from collections.abc import Collection, Iterator
from datetime import datetime

from prefect import task

from rules.complaints.assigning import handler_for, why_reassigned
from rules.complaints.lifecycle import TOLD_STATES
from rules.supervision.network import Network
from rules.supervision.routing import owner_of
from schemas.agents import Agent
from schemas.complaints import Command, Complaint, State
from schemas.network import RoutedCase
from schemas.severity import Severity
from store import agents
from store import network as network_store
from store.case_history import history_of
from store.complaints import Chosen
from store.unit_of_work import Connection
from tasks.complaints.letters import MANAGER, department_letter
from tasks.complaints.moving import Step, step_in_batches, step_of_one
from tasks.stepping import SYSTEM
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
    desk = Desk(connection, known.network)
    for complaint in complaints:
        owner = owner_of(as_routed(complaint), known.network, people=known.people)
        department = owner.department.name if owner.department else ""
        handler = complaint.handler or _pick(desk, complaint, department)  # a person may have given it to somebody
        to = owner.address or MANAGER
        letters = [department_letter(complaint, about="新投诉", purpose="handed-off", to=to, now=now)]
        if complaint.severity >= Severity.SEVERE:
            letters.append(department_letter(complaint, about="严重投诉", purpose="severe", to=MANAGER, now=now))
        if desk.agents and not handler:
            letters.append(department_letter(complaint, about="无合适客服", purpose="no-agent", to=MANAGER, now=now))
        yield Step(
            complaint,
            Command.HAND_OFF,
            reason="handed_off" if handler else "no_agent_fits",
            updates={"assigned_to": department, "handler": handler},
            details={"owner": owner.sentence.model_dump(mode="json"), "tier": complaint.tier, "to": to},
            letters=letters,
        )


@task
def reassign_complaints() -> list[str]:
    """Give to another agent what nobody has, what asks for more skill, and what is whose who is off duty (R66, R70).

    What fits nobody stays where it is. An agent whom a person chose for the skill that is asked for keeps it.
    """
    return step_in_batches(
        Chosen(states=TOLD_STATES - {State.RECEIVED, State.CONCLUDED}, unfit_handler=True), _reassign
    )


def _reassign(connection: Connection, complaints: list[Complaint], now: datetime) -> Iterator[Step]:
    del now
    desk = Desk(connection, network_store.network(connection))
    for complaint in complaints:
        agent = desk.agents.get(complaint.handler)
        accepted = _accepted_tier(connection, complaint)
        why = why_reassigned(complaint, agent, tier=complaint.tier, accepted_tier=accepted)
        handler = _pick(desk, complaint, complaint.assigned_to) if why else ""
        if why and handler:
            details = {"before": complaint.handler, "to": handler, "tier": complaint.tier}
            yield Step(complaint, Command.ASSIGN, reason=why, updates={"handler": handler}, details=details)


def _accepted_tier(connection: Connection, complaint: Complaint) -> int:
    """Give the skill that was asked for when a person last chose the agent; 0 where no person did."""
    chosen = [
        entry
        for entry in history_of(connection, complaint.case_no)
        if entry["command"] in {Command.HAND_OFF, Command.ASSIGN, Command.TAKE_UP}
    ]
    return int(chosen[-1]["details"].get("tier", 0)) if chosen and chosen[-1]["who"] != SYSTEM else 0


class Desk:
    """The agents on file, each with what he has; who is picked has one more."""

    def __init__(self, connection: Connection, network: Network) -> None:
        self.agents = {agent.staff_id: _known_by_name(agent, network) for agent in agents.listing(connection)}

    def pick(self, *, tier: int, language: str, department: str, about: Collection[str]) -> str:
        """Give the agent who takes a case that is about these people; empty where nobody fits."""
        handler = handler_for(self.agents.values(), tier=tier, language=language, department=department, about=about)
        if handler:  # the next of the batch finds him with one more
            self.agents[handler] = self.agents[handler].model_copy(update={"cases": self.agents[handler].cases + 1})
        return handler


def _pick(desk: Desk, complaint: Complaint, department: str) -> str:
    return desk.pick(
        tier=complaint.tier, language=complaint.language, department=department, about=complaint.subject_people
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
