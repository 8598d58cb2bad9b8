"""Who handles a complaint at the desk: by skill, language and load (R66, R70). Not which department answers for it."""

from collections.abc import Iterable

from schemas.agents import Agent


def handler_for(agents: Iterable[Agent], *, tier: int, language: str, department: str = "", person: str = "") -> str:
    """Give the staff id of the agent who takes a complaint; empty where nobody fits, and a supervisor hands it out.

    Fitting is whoever is on duty, has the skill, speaks the customer's language, has room, and is not whom the
    complaint is about (R86). The department's own agents come before the desk's, then the one with the least of his
    room used, then the least skilled: the experienced are kept for whom they are needed.
    """
    fitting = [
        agent
        for agent in agents
        if agent.on_duty
        and agent.tier >= tier
        and language in agent.languages
        and agent.cases < agent.cases_max
        and agent.staff_id != person
        and agent.department in {"", department}
    ]
    best = min(
        fitting,
        key=lambda agent: (agent.department != department, agent.cases / agent.cases_max, agent.tier, agent.staff_id),
        default=None,
    )
    return best.staff_id if best else ""
