"""Who handles a complaint at the desk: by skill, language and load (R66, R70). Not which department answers for it.

Claims are handled by the same agents; what skill one asks for says `rules.claims.assigning`.
"""

from collections.abc import Collection, Iterable
from typing import Protocol

from schemas.agents import Agent
from schemas.complaints import Complaint


class Handled(Protocol):
    """A case that somebody of the desk has."""

    @property
    def handler(self) -> str:
        """The staff id of whoever has it; empty where nobody does."""

    @property
    def subject_people(self) -> frozenset[str]:
        """Whose conduct it is about."""


def handler_for(
    agents: Iterable[Agent], *, tier: int, language: str, department: str = "", about: Collection[str] = ()
) -> str:
    """Give the staff id of the agent who takes a case; empty where nobody fits, and a supervisor hands it out.

    Fitting is whoever is on duty, has the skill, speaks the customer's language, has room, and is not whom the case is
    about (R86). The department's own agents come before the desk's, then the one with the least of his
    room used, then the least skilled: the experienced are kept for whom they are needed.
    """
    fitting = [
        agent
        for agent in agents
        if agent.on_duty
        and agent.tier >= tier
        and language in agent.languages
        and agent.cases < agent.cases_max
        and agent.staff_id not in about
        and agent.department in {"", department}
    ]
    best = min(
        fitting,
        key=lambda agent: (agent.department != department, agent.cases / agent.cases_max, agent.tier, agent.staff_id),
        default=None,
    )
    return best.staff_id if best else ""


def assignment_refused(agent: Agent | None, complaint: Complaint, *, by_supervisor: bool) -> str | None:
    """Say why a person may not give a complaint to somebody; None when he may.

    Whoever gets it is an agent on duty and not whom it is about (R86). He has the skill that the caller asks for (R66),
    unless a supervisor gives it to him all the same.
    """
    if agent is None:
        return "there is no such agent on file."
    if not agent.on_duty:
        return f"{agent.staff_id} is off duty."
    if agent.staff_id in complaint.subject_people:
        return f"it is about {agent.staff_id}."
    if agent.tier < complaint.tier and not by_supervisor:
        return f"it asks for skill {complaint.tier}, {agent.staff_id} has {agent.tier}; a supervisor may assign it."
    return None


def why_reassigned(case: Handled, agent: Agent | None, *, tier: int = 0, accepted_tier: int = 0) -> str | None:
    """Say why a case needs another agent: a reason code; None where it may stay with the one who has it.

    `accepted_tier` is the skill that was asked for when a person last chose who has it: what was meant so stays until
    the case asks for more, by `tier`. Whoever took it up and is no agent of the desk keeps it.
    """
    if not case.handler:
        return "no_agent_yet"
    if agent is None:
        return None
    if agent.staff_id in case.subject_people:
        return "complained_of"
    if not agent.on_duty:
        return "off_duty"
    return "skill" if max(agent.tier, accepted_tier) < tier else None
