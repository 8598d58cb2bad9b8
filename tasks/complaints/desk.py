"""The agents of the service desk: who is on file, and what each can handle (R66, R70).

Who of them takes a complaint: `tasks.complaints.handing_over`.
"""

from schemas.agents import Agent
from store import agents
from store.unit_of_work import unit_of_work
from tasks import clock


def put_agent(agent: Agent) -> None:
    """Put an agent on file, or change what is on file of him; what he has already stays his until the next run."""
    with unit_of_work() as connection:
        agents.put(connection, agent, at=clock.now())
