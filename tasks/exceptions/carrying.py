"""Several steps with every case at once, each batch read and written once: what the automatic path is made of.

What each step does, and the same steps one by one for a single case, are in the modules of their stages.
"""

from prefect import task

from tasks.exceptions.intake import INVESTIGATE, RECORD, REPORT_SEVERE
from tasks.exceptions.moving import carry_cases
from tasks.exceptions.planning import PLAN, TRIAGE
from tasks.exceptions.resolution import CARRY_OUT, CONFIRM, FEED_BACK


@task
def carry_to_orders() -> dict[str, int]:
    """Carry every case from its detection to where a decision is owed, or to its orders; count each step."""
    done = carry_cases([RECORD, INVESTIGATE, REPORT_SEVERE, PLAN, TRIAGE, CARRY_OUT])
    return {called: len(numbers) for called, numbers in done.items()}


@task
def carry_to_feedback() -> dict[str, int]:
    """Confirm what was carried out, and write its result to customer and department; count both."""
    done = carry_cases([CONFIRM, FEED_BACK])
    return {called: len(numbers) for called, numbers in done.items()}
