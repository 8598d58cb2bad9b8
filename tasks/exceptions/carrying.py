"""Several steps with every case at once, each batch read and written once: what the automatic path is made of.

What each step does, and the same steps one by one for a single case, are in the modules of their stages.
"""

from datetime import timedelta

from prefect import task

from schemas.exceptions import State
from store import cases as case_store
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.exceptions.intake import INVESTIGATE, RECORD, REPORT_SEVERE
from tasks.exceptions.moving import carry_cases
from tasks.exceptions.planning import PLAN, TRIAGE
from tasks.exceptions.resolution import CARRY_OUT, CONFIRM, FEED_BACK

TO_ORDERS = (RECORD, INVESTIGATE, REPORT_SEVERE, PLAN, TRIAGE, CARRY_OUT)
TO_FEEDBACK = (CONFIRM, FEED_BACK)
TAKEN_UP_AT_ONCE = frozenset[State]().union(*(doing.states for doing in (*TO_ORDERS, *TO_FEEDBACK))) - {
    State.CARRYING_OUT  # there a case waits for the carrier's desk
}
"""States from which the next pass carries a case on; in all others it waits for somebody."""
LEFT_AFTER = timedelta(seconds=30)
"""What the run meant for it has not taken up by then was lost on the way: the run, or the event that starts it."""


def lies_unhandled() -> bool:
    """Say whether news of shipments or cases lie that nothing but the next pass of the schedule would take up."""
    with unit_of_work() as connection:
        return case_store.lies_unhandled(connection, states=TAKEN_UP_AT_ONCE, since=clock.now() - LEFT_AFTER)


@task
def carry_to_orders() -> dict[str, int]:
    """Carry every case from its detection to where a decision is owed, or to its orders; count each step."""
    done = carry_cases(TO_ORDERS)
    return {called: len(numbers) for called, numbers in done.items()}


@task
def carry_to_feedback() -> dict[str, int]:
    """Confirm what was carried out, and write its result to customer and department; count both."""
    done = carry_cases(TO_FEEDBACK)
    return {called: len(numbers) for called, numbers in done.items()}
