"""The insurer's case of a claim: opened, its papers gathered, submitted, and asked about (R80).

What an insurer tells: `tasks.claims.insurer_words`.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal

from prefect import task

from adapters.insurer.settings import InsurerSettings
from rules.claims import bookings
from rules.claims import insurance as insurance_rules
from rules.claims.insurance import ask_again_at
from rules.claims.lifecycle import WITH_MONEY
from rules.claims.recovery import free_to_allocate
from schemas.claims import Claim, State
from schemas.ledger import Money, Noted
from schemas.recovery import InsuranceCase, InsuranceContact, InsuranceState, Papers
from store import charges, evidence, insurance, outbox
from store import claims as claim_store
from store.outbox import Kind
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.claims.booking import book_all_within, standings_of
from tasks.claims.recovery_letters import submission_letter
from tasks.exceptions.by_hand import role_of
from tasks.settings import as_set_now, business_settings
from tasks.stepping import NotAllowed

AT_A_TIME = 200
UNDER_WAY = frozenset({"pending", "sending", "done", "uncertain"})
"""Of a submission: it is on its way, or the insurer has it."""


def open_within(
    connection: Connection,
    asked: Sequence[tuple[str, Decimal, str]],
    *,
    insurer: str,
    policy_no: str,
    by: str,
    now: datetime,
) -> dict[str, InsuranceCase]:
    """Open a case for each (claim, amount, currency), whose claims the caller holds, and book what is asked for."""
    cases = [
        InsuranceCase(
            claim_no=claim_no,
            insurer=insurer,
            policy_no=policy_no,
            state=InsuranceState.PREPARING,
            claimed=amount,
            currency=currency,
            opened_by=by,
            opened_at=now,
            state_since=now,
            contact_due_at=ask_again_at(now),
        )
        for claim_no, amount, currency in asked
    ]
    insurance.open_cases(connection, cases)
    noted = Noted(at=now, who=by)
    book_all_within(
        connection,
        [
            bookings.claimed_from_insurer(
                case.claim_no,
                Money(amount=case.claimed, currency=case.currency),
                insurer,
                key=claimed_key(case, "opened"),
                noted=noted,
            )
            for case in cases
        ],
    )
    return {case.claim_no: case for case in cases}


def claimed_key(case: InsuranceCase, cause: str) -> str:
    """Name a booking of what an insurer is asked for, by what made it necessary."""
    return f"{case.claim_no}-I:claimed:{cause}"


def open_insurance(
    claim_no: str, *, insurer: str, staff_id: str, amount: Decimal | None = None, policy_no: str = ""
) -> InsuranceCase:
    """Ask an insurer that the desk names to bear a claim, all of what nobody was told of unless an amount is named.

    Raises:
        NotAllowed: no money was agreed, an insurer is asked already, or so much is not there to be asked for.
        NoSuchClaim: there is none with that number.
    """
    role_of(staff_id)
    if not insurer.strip():
        raise NotAllowed(f"{claim_no}: say which insurer")
    now = clock.now()
    with unit_of_work() as connection:
        claim = claim_store.one_claim(connection, claim_no, lock=True)
        if claim.state not in WITH_MONEY:
            raise NotAllowed(f"{claim_no} is {claim.state}: nothing is agreed that an insurer could bear")
        if claim_no in insurance.of_claims(connection, [claim_no]):
            raise NotAllowed(f"{claim_no}: an insurer is asked already")
        free = free_to_allocate(
            standings_of(connection, [claim_no])[claim_no], charges.of_claims(connection, [claim_no]).get(claim_no, ())
        ).get(claim.currency, Decimal(0))
        wanted = free if amount is None else amount
        if not 0 < wanted <= free:
            raise NotAllowed(f"{claim_no}: {free} {claim.currency} are left to be asked for, not {wanted}")
        asked = [(claim_no, wanted, claim.currency)]
        open_within(connection, asked, insurer=insurer.strip(), policy_no=policy_no, by=staff_id, now=now)
        return insurance.one_case(connection, claim_no)


def papers_of(claim_no: str) -> Papers:
    """Say which papers the insurer asks for, and which are missing.

    Raises:
        NoSuchClaim: there is no such claim.
    """
    with unit_of_work() as connection:
        return _papers(connection, [claim_store.one_claim(connection, claim_no)])[claim_no]


def _papers(connection: Connection, claims: Sequence[Claim]) -> dict[str, Papers]:
    numbers = [claim.case_no for claim in claims]
    there = evidence.kinds_there(connection, numbers)
    waived = evidence.waivers_of(connection, numbers)
    return {
        claim.case_no: insurance_rules.papers_of(
            claim,
            there=there.get(claim.case_no, {}),
            waived={waiver.kind for waiver in waived.get(claim.case_no, ())},
            is_paid=claim.state in {State.PAID, State.RECOVERING},
        )
        for claim in claims
    }


@task
def submit_to_insurers() -> list[str]:
    """Submit every case whose papers are complete to the insurer of the settings; give the numbers of the claims.

    What goes to an insurer that is not reached by wire, a person submits.
    """
    submitted: list[str] = []
    after, left = "", True
    while left:
        now = clock.now()
        with unit_of_work() as connection:
            found = insurance.preparing(connection, after=after, limit=AT_A_TIME)
            left = len(found) == AT_A_TIME
            if not found:
                break
            after = found[-1].claim_no
            known = claim_store.select_claims(
                connection, claim_store.Chosen(case_nos=[case.claim_no for case in found]), limit=AT_A_TIME
            )
            papers = _papers(connection, known)
            ready = [case for case in found if _by_wire(case) and papers[case.claim_no].are_complete]
            for case in ready:
                _submit(connection, case, now=now)
            submitted += [case.claim_no for case in ready]
    return submitted


def submit_insurance(claim_no: str, *, staff_id: str, why: str = "") -> InsuranceCase:
    """Submit a case, also one whose papers are incomplete if somebody says why; of an insurer without a wire, note it.

    One that the insurer did not take may be submitted again.

    Raises:
        NotAllowed: papers are missing, or the insurer has it, or it has ended.
        NoSuchInsurance: no insurer is asked about it.
    """
    role_of(staff_id)
    now = clock.now()
    with unit_of_work() as connection:
        case = insurance.one_case(connection, claim_no, lock=True)
        if case.state not in {InsuranceState.PREPARING, InsuranceState.SUBMITTED}:
            raise NotAllowed(f"the insurer's case of {claim_no} is {case.state}")
        sent = outbox.statuses(connection, [claim_no], kind=Kind.INSURER_CLAIM).get(claim_no, {})
        if case.state is InsuranceState.SUBMITTED and (not _by_wire(case) or UNDER_WAY & sent.keys()):
            raise NotAllowed(f"the insurer's case of {claim_no} is submitted")
        papers = _papers(connection, [claim_store.one_claim(connection, claim_no)])[claim_no]
        missing = [*papers.missing_papers, *papers.missing_evidence]
        if missing and not why.strip():
            raise NotAllowed(f"{claim_no}: {', '.join(missing)} missing; say why it goes without")
        if missing:
            note = f"submitted without {', '.join(missing)}: {why}"
            insurance.add_contact(connection, InsuranceContact(claim_no=claim_no, at=now, by=staff_id, note=note))
        _submit(connection, case, now=now)
        return insurance.one_case(connection, claim_no)


def _by_wire(case: InsuranceCase) -> bool:
    settings = as_set_now(InsurerSettings)
    return bool(settings.insurer_url) and case.insurer == settings.insurer_name


def _submit(connection: Connection, case: InsuranceCase, *, now: datetime) -> None:
    number = case.submissions + 1
    columns = {"submissions": number, "contact_due_at": ask_again_at(now)}
    insurance.move(connection, case, InsuranceState.SUBMITTED, columns, at=now)
    if _by_wire(case):
        outbox.put(connection, [submission_letter(case, number=number, now=now)])


def contact_insurer(claim_no: str, *, note: str, staff_id: str, next_on: date | None = None) -> InsuranceCase:
    """Keep that the desk asked the insurer, and what it heard; it asks again after a week unless a day is named (R80).

    Raises:
        NotAllowed: nothing is noted, the day is not to come, or the case has ended.
        NoSuchInsurance: no insurer is asked about it.
    """
    role_of(staff_id)
    if not note.strip():
        raise NotAllowed(f"{claim_no}: say what you heard")
    now = clock.now()
    due_at = datetime.combine(next_on, time(9), business_settings().zone) if next_on else ask_again_at(now)
    if due_at <= now:
        raise NotAllowed(f"{claim_no}: {next_on} is not to come")
    with unit_of_work() as connection:
        case = insurance.one_case(connection, claim_no, lock=True)
        if not case.is_open:
            raise NotAllowed(f"the insurer's case of {claim_no} is {case.state}")
        insurance.add_contact(connection, InsuranceContact(claim_no=claim_no, at=now, by=staff_id, note=note))
        insurance.note_contact(connection, claim_no, at=now, due_at=due_at)
        return insurance.one_case(connection, claim_no)


@task
def overdue_insurer_contacts() -> list[InsuranceCase]:
    """List the insurers' cases about which the desk should have asked by now, those due longest first (R80)."""
    with unit_of_work() as connection:
        return insurance.contact_due(connection, now=clock.now())
