"""Escalating claims that were left lying: one level up for each past its due time (R71, R84), and their clocks anew."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from prefect import task

from schemas.claims import Claim, Command
from store import claims as claim_store
from store import network as network_store
from store.claims import CLAIMS, Chosen
from store.unit_of_work import Connection
from tasks import clock
from tasks.claims.dockets import waiting_gates
from tasks.claims.letters import department_letter
from tasks.claims.moving import Step, step_in_batches
from tasks.claims.timing import ANSWER, anchors_of, clock_columns
from tasks.claims.told import as_routed
from tasks.clock_book import clock_book
from tasks.refreshing import BATCH, refresh
from tasks.supervision.escalation import LINES_MAX, Escalated, level_up, line_of


@task
def escalate_overdue_claims(look_ahead_hours: int = 0, *, unheard_only: bool = False) -> Escalated:
    """Escalate every open claim that is due by now, or within the hours to come, once, and list what was done.

    With `unheard_only`, only those that nobody has heard of yet. The time in which the claimant thinks about an offer
    is not the carrier's delay and is left out.
    """
    begun = clock.now()
    lines: dict[str, dict[str, str | int]] = {}

    def escalate(connection: Connection, claims: list[Claim], now: datetime) -> Iterator[Step]:
        gates = waiting_gates(connection, claims)
        network = network_store.network(connection)
        for one in claims:
            routed = as_routed(one).model_copy(update={"subject": one.assigned_to})
            up = level_up(one, routed, gates.get(one.case_no), network, now)
            word = department_letter(one, about="索赔超时升级", purpose=up.purpose, to=up.to, now=now)
            step = Step(
                one, Command.ESCALATE, reason=up.reason, updates=up.updates, details=up.details,
                letters=[*up.tags, word],
            )  # fmt: skip
            if len(lines) < LINES_MAX:
                lines[one.case_no] = line_of(one, step.details)
            yield step

    chosen = Chosen(
        due_by=begun + timedelta(hours=look_ahead_hours),
        escalated_before=begun,
        escalation_level=0 if unheard_only else None,
        other_clock_than=ANSWER,
    )
    moved = step_in_batches(chosen, escalate)
    return Escalated(len(moved), [lines[case_no] for case_no in moved if case_no in lines])


@task
def refresh_claim_clocks() -> int:
    """Compute the due times anew that rest on former figures of a profile or calendar; give how many those are."""
    book = clock_book()

    def outdated(connection: Connection, after: str) -> list[Claim]:
        return claim_store.with_old_clocks(
            connection, profiles=book.profile_versions, calendars=book.calendars.version, after=after, limit=BATCH
        )

    return refresh(CLAIMS, outdated, lambda one: clock_columns(anchors_of(one)))
