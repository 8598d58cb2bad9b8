"""Reminding whoever handles a claim of what is nearly due (督促理赔员按时完成, R84): once for each due time."""

from datetime import datetime

from prefect import task

from rules.claims.pack import CLAIM_PACK
from rules.exceptions.wording import local_time
from schemas.claims import Claim
from store import claim_news, outbox
from store import claims as claim_store
from store.claims import Chosen
from store.outbox import Letter
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.claims.letters import MANAGER, department_letter
from tasks.claims.timing import ANSWER
from tasks.settings import business_settings

BATCH = 500


@task
def remind_claim_handlers() -> list[dict[str, str]]:
    """Tell whoever handles a claim that a clock of it runs out soon, and list what was told, for a table.

    A claim that nobody handles is told to the department that runs it. What is overdue is escalated instead; the time
    in which the claimant thinks about an offer is not the carrier's. Each is told once, however often this is called.
    """
    told: list[dict[str, str]] = []
    while True:
        with unit_of_work() as connection:
            now = clock.now()
            by = now + CLAIM_PACK.pick("remind_before", on=now.date()).hours
            found = claim_news.nearly_due(connection, now=now, by=by, but_for=ANSWER, limit=BATCH)
            chosen = Chosen(case_nos=[one.case_no for one in found])
            claims = {one.case_no: one for one in claim_store.select_claims(connection, chosen, limit=BATCH)}
            outbox.put(connection, [_reminder(claims[one.case_no], one.key, now) for one in found])
        told += [_line(claims[one.case_no]) for one in found]
        if len(found) < BATCH:
            return told


def _reminder(claim: Claim, key: str, now: datetime) -> Letter:
    about = f"即将到期 {_due(claim)}"
    return department_letter(claim, about=about, purpose="nearly-due", to=_told(claim), now=now)._replace(key=key)


def _line(claim: Claim) -> dict[str, str]:
    return {"claim": claim.case_no, "due": f"{claim.due_kind} {_due(claim)}", "told": _told(claim)}


def _told(claim: Claim) -> str:
    return claim.handler or claim.assigned_to or MANAGER


def _due(claim: Claim) -> str:
    assert claim.next_due_at is not None  # it was chosen by it
    return local_time(claim.next_due_at, business_settings().zone)
