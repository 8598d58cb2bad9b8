"""The commands about insurers' cases: recovery insurer list, open, papers, submit, contact, told, give-up.

Belongs here: what they take and print. Does not belong here: what follows from an insurer's word
(`tasks.claims.insurer_words`).
"""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any, Literal

from cyclopts import App

from deployments.command.installation import enter
from deployments.command.outcome import Failure, WrongUsage
from deployments.command.output import local, print_json, print_table
from deployments.command.recovery_refusals import amount_in, refusals_told

if TYPE_CHECKING:
    from schemas.recovery import InsuranceCase

Step = Literal["accept", "result", "bill"]


def add_to(group: App) -> None:
    """Add these commands to `redress recovery`."""
    insurer = App(name="insurer", help="What insurers are asked: list, open, papers, submit, contact, told, give-up.")
    insurer.command(listing, name="list")
    insurer.command(open_, name="open")
    insurer.command(papers)
    insurer.command(submit)
    insurer.command(contact)
    insurer.command(told)
    insurer.command(give_up)
    group.command(insurer)


def listing(*, overdue: bool = False, ended: bool = False, limit: int = 100, json: bool = False) -> None:
    """List what insurers are asked, those first about which the desk asks next.

    Args:
        overdue: Only those about which the desk should have asked by now.
        ended: Those that have ended, too.
        limit: At most so many.
        json: Print JSON.
    """
    zone = enter().zone
    from store import insurance
    from store.unit_of_work import unit_of_work
    from tasks import clock

    with unit_of_work() as connection:
        found = (
            insurance.contact_due(connection, now=clock.now(), limit=limit)
            if overdue
            else insurance.listing(connection, ended=ended, limit=limit)
        )
    if json:
        print_json([one.model_dump(mode="json") for one in found])
        return
    print_cases(found, zone)
    if not found:
        print("No insurer is asked anything.")


def print_cases(found: Sequence["InsuranceCase"], zone: tzinfo) -> None:
    """Print insurers' cases as a table."""
    print_table(
        ("claim", "insurer", "number", "state", "claimed", "granted", "paid", "ask again", "why not"),
        [
            (one.claim_no, one.insurer, one.report_no, one.state.value, f"{one.claimed} {one.currency}", one.granted,
             one.paid, local(one.contact_due_at, zone), one.refusal)
            for one in found
        ],
    )  # fmt: skip


def print_contacts(heard: Sequence[dict[str, Any]], zone: tzinfo) -> None:
    """Print when the desk asked an insurer, or sent it a claim without its papers, and what was noted of it (R80)."""
    print_table(
        ("at", "by", "what was heard, or why it went without"),
        [(local(datetime.fromisoformat(one["at"]), zone), one["by"], one["note"]) for one in heard],
    )


def open_(
    claim: str, *, insurer: str, staff: str, amount: str | None = None, policy: str = "", json: bool = False
) -> None:
    """Ask an insurer to bear a claim that is agreed, as long as its parties are not told of all of it.

    Args:
        claim: The claim's number.
        insurer: Which insurer.
        staff: Your staff id.
        amount: How much; all that nobody was told of when left out.
        policy: The number of the policy.
        json: Print JSON.
    """
    enter()
    from tasks.claims.insuring import open_insurance

    asked = None if amount is None else amount_in(amount, "--amount")
    with refusals_told():
        _told(open_insurance(claim, insurer=insurer, amount=asked, policy_no=policy, staff_id=staff), json=json)


def papers(claim: str, *, json: bool = False) -> None:
    """Show which papers the insurer asks for, and which are missing; exit 1 when some are.

    Evidence is added with `redress evidence add`, and let go without with `redress evidence waive`.

    Args:
        claim: The claim's number.
        json: Print JSON.
    """
    enter()
    from rules.evidence import KIND
    from tasks.claims.insuring import papers_of

    with refusals_told():
        found = papers_of(claim)
    missing = {*found.missing_papers, *found.missing_evidence}
    if json:
        print_json(found.model_dump(mode="json"))
    else:
        asked = [(one.value, "") for one in found.asked_papers]
        asked += [(kind.value, " ".join(KIND[kind])) for kind in found.asked_evidence]
        print_table(
            ("paper", "what it is", "there"), [(name, what, "" if name in missing else "yes") for name, what in asked]
        )
    if missing:
        raise Failure(f"{claim}: {', '.join(sorted(missing))} missing")


def submit(claim: str, *, staff: str, why: str = "", json: bool = False) -> None:
    """Submit a claim to its insurer; those whose papers are complete go by themselves every night.

    Of an insurer that is not reached by wire, this notes that its papers were handed over.

    Args:
        claim: The claim's number.
        staff: Your staff id.
        why: Why it goes without papers that are missing; `redress recovery show` shows it.
        json: Print JSON.
    """
    enter()
    from tasks.claims.insuring import submit_insurance

    with refusals_told():
        _told(submit_insurance(claim, staff_id=staff, why=why), json=json)


def contact(claim: str, *, staff: str, note: str, next_on: str | None = None, json: bool = False) -> None:
    """Keep that you asked the insurer how a claim stands, and what you heard (R80).

    Args:
        claim: The claim's number.
        staff: Your staff id.
        note: What you heard; `redress recovery show` shows it.
        next_on: The day on which to ask again, such as 2026-12-05; in a week when left out.
        json: Print JSON.
    """
    enter()
    from tasks.claims.insuring import contact_insurer

    try:
        day = date.fromisoformat(next_on) if next_on else None
    except ValueError as fault:
        raise WrongUsage(f"--next-on {next_on} is no day such as 2026-12-05") from fault
    with refusals_told():
        _told(contact_insurer(claim, note=note, staff_id=staff, next_on=day), json=json)


def told(
    claim: str, *, step: Step, staff: str, amount: str | None = None, currency: str = "CNY", ratio: str | None = None,
    reason: str = "", report: str = "", payee: str = "", paid_at: str | None = None, json: bool = False,
) -> None:  # fmt: skip
    """Enter what an insurer told by telephone or letter: that it accepts, what it grants, what it has paid.

    - `redress recovery insurer told CL-... --step accept --report R-77 --staff ag-sun`; with `--reason` it does not
    - `redress recovery insurer told CL-... --step result --amount 500 --staff ag-sun`; 0 with `--reason` is a refusal
    - `redress recovery insurer told CL-... --step bill --amount 500 --payee 总部 --paid-at 2026-11-27T10:00+08:00 ...`

    Args:
        claim: The claim's number.
        step: What it told.
        staff: Your staff id.
        amount: What it grants, or has paid.
        currency: Of the amount.
        ratio: The compensation ratio in per cent, if it names one.
        reason: Why it does not accept, or pays nothing or not all.
        report: The insurer's number of the claim.
        payee: Whom it has paid.
        paid_at: When it has paid, with a zone.
        json: Print JSON.
    """
    enter()
    from pydantic import TypeAdapter, ValidationError

    from schemas.insurers import InsurerCallback
    from store import insurance
    from store.unit_of_work import unit_of_work
    from tasks.claims.insurer_words import enter_insurer_word

    said: dict[str, Any] = {"event_id": f"desk:{claim}:{step}", "claim_no": claim, "step": step}
    if step == "accept":
        said |= {"accepted": not reason, "reason": reason, "report_no": report}
    elif step == "result":
        said |= {"claim_amount": amount, "currency": currency, "compensation_ratio": ratio, "refusal_reason": reason}
    else:
        said |= {"amount": amount, "currency": currency, "payee": payee, "pay_time": paid_at, "report_no": report}
    shape: TypeAdapter[InsurerCallback] = TypeAdapter(InsurerCallback)
    try:
        word = shape.validate_python(said)
    except ValidationError as fault:
        first = fault.errors(include_input=False)[0]
        raise WrongUsage(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from fault
    with refusals_told():
        enter_insurer_word(word, staff_id=staff)
    with unit_of_work() as connection:
        _told(insurance.one_case(connection, claim), json=json)


def give_up(claim: str, *, staff: str, why: str, json: bool = False) -> None:
    """End an insurer's case without it: what it was asked for is shared out among the parties.

    Args:
        claim: The claim's number.
        staff: Your staff id.
        why: Why.
        json: Print JSON.
    """
    enter()
    from tasks.claims.insurer_words import give_up_insurance

    with refusals_told():
        _told(give_up_insurance(claim, why=why, staff_id=staff), json=json)


def _told(case: "InsuranceCase", *, json: bool) -> None:
    if json:
        print_json(case.model_dump(mode="json"))
        return
    print(f"{case.insurer} about {case.claim_no}: {case.state.value}, {case.expected} {case.currency} expected.")
