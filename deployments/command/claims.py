"""The commands about claims: claims; claim file, complete, from-case, import, show, clocks, derivation.

Belongs here: what they take and print. Does not belong here: what must be told (`rules.claims.form`), how a claim's
file is printed (`claim_printing`), and what is decided about a claim (`claim_decisions`).
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo

from cyclopts import App, Parameter

from deployments.command import claim_decisions, claim_lists
from deployments.command.claim_form import ClaimTold, brought, refusals_told
from deployments.command.evidence import moment_told
from deployments.command.installation import enter
from deployments.command.options import amount_told
from deployments.command.outcome import Failure, WrongUsage
from deployments.command.output import local, print_json, print_table

if TYPE_CHECKING:
    from schemas.claims import Filed

FormSource = Annotated[str | None, Parameter(name="--file", allow_leading_hyphen=True)]
Event = Literal["loss", "partial_loss", "damage", "shortage", "delay", "content_mismatch", "misdelivery"]
GROUP = App(name="claim", help="Claims: file, complete, show, derivation; what people decide about them.")


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    GROUP.command(file)
    GROUP.command(complete, name=("complete", "add"))
    GROUP.command(from_case, name="from-case")
    GROUP.command(claims, name="list")
    GROUP.command(show)
    GROUP.command(clocks)
    GROUP.command(derivation)
    claim_lists.register(GROUP)
    claim_decisions.register(GROUP)
    app.command(GROUP)
    app.command(claims)


def file(
    form: FormSource = None,
    *,
    told: ClaimTold | None = None,
    draft: bool = False,
    attach: Annotated[Sequence[str], Parameter(negative=())] = (),
    json: bool = False,
) -> None:
    """Take a claim in; what must be told and is missing is named, or kept as a draft with --draft.

    The account is asked for where --payee names who is to be paid, or read from --account-file; it is never shown.

    - `redress claim file claim.json`, or `-` for what comes on standard input
    - `redress claim file --channel hotline --event damage --waybill 773000000001 --account "两只瓷碗碎裂" --name 王五
      --phone 19900001234 --relation consignee --amount 40 --value 100 --proof invoice --lost-percent 40
      --payee 王五 --attach photo_detail=bowl.jpg`

    Args:
        form: A file with the form as JSON, or -.
        told: What is told, as options.
        draft: Keep it although something is missing.
        attach: A file with its kind of evidence, as kind=path; may be given more than once.
        json: Print JSON.
    """
    zone = enter().zone
    from tasks.claims.intake import file_claim

    came = brought(form, told or ClaimTold(), attach)
    with refusals_told("; keep it with --draft"):
        filed = file_claim(came.form, came.pieces, taken=came.taken, given=came.given, keep_draft=draft)
    wake()
    _print_filed(filed, zone, json=json)


def complete(
    number: str,
    form: FormSource = None,
    *,
    told: ClaimTold | None = None,
    attach: Annotated[Sequence[str], Parameter(negative=())] = (),
    json: bool = False,
) -> None:
    """Tell what was missing of a draft, or more of a claim; what is left out stays as it was told.

    - `redress claim complete CL-20261122-000001 --lost-percent 40`
    - `redress claim add CL-20261122-000001 --payee 王五`: the account is asked for

    Args:
        number: The claim's number.
        form: A file with the form as JSON, or -.
        told: What is told, as options.
        attach: A file with its kind of evidence, as kind=path; may be given more than once.
        json: Print JSON.
    """
    zone = enter().zone
    from tasks.claims.intake import add_to_claim
    from tasks.evidence.keeping import add_evidence

    came = brought(form, told or ClaimTold(), attach, of=number)
    with refusals_told():
        given = tuple(add_evidence(number, came.pieces, entered=came.given)) if came.pieces else ()
        filed = add_to_claim(number, came.form, taken=came.taken)
    wake()
    _print_filed(filed.model_copy(update={"attachments": given}), zone, json=json)


def from_case(
    number: str,
    *,
    staff: str,
    event: Event | None = None,
    amount: str | None = None,
    lost_percent: str | None = None,
    json: bool = False,
) -> None:
    """File the claim that an exception or a complaint comes to, with what its case knows (R56).

    - `redress claim from-case EX-20261122-000001 --staff ag-sun --lost-percent 40`

    Args:
        number: The number of the exception or the complaint.
        staff: Your staff id.
        event: What is claimed for, where the case does not say it.
        amount: What is asked for.
        lost_percent: How much of the parcel is gone or spoilt, in per cent.
        json: Print JSON.
    """
    zone = enter().zone
    from schemas.assessment import ClaimEvent
    from tasks.claims.from_cases import claim_from_case

    with refusals_told("; file it with redress claim file"):
        filed = claim_from_case(
            number,
            staff_id=staff,
            event=ClaimEvent(event) if event else None,
            claimed=amount_told("--amount", amount) if amount else None,
            lost_percent=amount_told("--lost-percent", lost_percent) if lost_percent else None,
        )
    wake()
    _print_filed(filed, zone, json=json)


def _print_filed(filed: "Filed", zone: ZoneInfo, *, json: bool) -> None:
    if json:
        print_json(filed.model_dump(mode="json"))
        return
    print(f"{filed.claim_no} {'has what was told now' if filed.known else 'is filed'}: {filed.state.value}.")
    if filed.missing:
        print(f"  missing: {', '.join(f'{field.at} ({field.rule})' for field in filed.missing)}")
    if filed.papers:
        print(f"  papers that are wanted: {', '.join(filed.papers)}")
    if filed.proposal_by:
        print(f"  a proposal by {local(filed.proposal_by, zone)}")
    for piece in filed.attachments:
        print(f"  evidence {piece.evidence_id}: {piece.file_name}, SHA-256 {piece.sha256}")
    print(f"  {filed.sentence}")


def claims(
    *,
    state: str | None = None,
    event: Event | None = None,
    waybill: str | None = None,
    branch: str | None = None,
    due: str | None = None,
    overdue: bool = False,
    all: bool = False,  # noqa: A002
    limit: int = 100,
    json: bool = False,
) -> None:
    """List claims, the open ones unless told otherwise.

    - `redress claims --state NEEDS_OPERATOR`: what waits for a person
    - `redress claims --overdue --branch 示例城东网点`

    Args:
        state: Only those in this state.
        event: Only those about this.
        waybill: Only those about this parcel, closed ones too.
        branch: Only those that this department runs.
        due: Only those due by then, in the business time zone where it names none.
        overdue: Only those past their due time.
        all: Closed ones too.
        limit: At most so many.
        json: Print JSON.
    """
    zone = enter().zone
    from rules.claims.showing import shown_claim
    from schemas.claims import State
    from store.claims import Chosen, select_claims, standing
    from store.unit_of_work import unit_of_work
    from tasks import clock

    if state is not None and state not in set(State):
        raise WrongUsage(f"there is no state {state}; there are {', '.join(State)}")
    chosen = Chosen(
        states=[State(state)] if state else None,
        event=event,
        waybill=waybill,
        assigned_to=branch,
        due_by=clock.now() if overdue else moment_told("--due", due, zone),
        open_only=not (state or waybill or all),
    )
    with unit_of_work() as connection:
        found = select_claims(connection, chosen, limit=limit)
        counted = standing(connection)
    if json:
        print_json([shown_claim(claim) for claim in found])
        return
    print_table(
        ("claim", "event", "state", "waybill", "claimed", "due", "run by"),
        [
            (one.case_no, one.event, one.state, one.waybill, _claimed(one.claimed, one.currency),
             local(one.next_due_at, zone), one.handler or one.assigned_to)
            for one in found
        ],
    )  # fmt: skip
    print(", ".join(f"{count} {name}" for name, count in sorted(counted.items())) or "No claim yet.")


def _claimed(amount: object, currency: str) -> str:
    return "" if amount is None else f"{amount} {currency}"


def show(number: str, *, json: bool = False) -> None:
    """Show one claim: what was told, is proposed, was named and paid, its papers and history, with people masked.

    - `redress claim show CL-20261122-000001`

    Args:
        number: The claim's number.
        json: Print JSON.
    """
    zone = enter().zone
    from deployments.command.claim_printing import print_claim
    from tasks.claims.showing import claim_file

    with refusals_told():
        found = claim_file(number)
    if json:
        print_json(found)
    else:
        print_claim(found, zone)


def clocks(number: str) -> None:
    """Show what of a claim is due when, and how each due time comes about.

    - `redress claim clocks CL-20261122-000001`

    Args:
        number: The claim's number.
    """
    enter()
    from deployments.command.clocks import print_clocks
    from tasks.claims.showing import claim_clocks

    with refusals_told():
        shown = claim_clocks(number)
    print_clocks(shown.due, shown.readings)


def derivation(number: str, *, lang: Literal["zh", "en"] = "zh", json: bool = False) -> None:
    """Say how the amount that is proposed comes about, line by line, with the rule and the source of each line.

    - `redress claim derivation CL-20261122-000001 --lang en`

    Args:
        number: The claim's number.
        lang: The language.
        json: Print the whole assessment as JSON.
    """
    enter()
    from deployments.command.claim_printing import print_derivation
    from tasks.claims.showing import one_claim

    with refusals_told():
        plan = one_claim(number).plan
    if plan is None:
        raise Failure(f"{number}: nothing is proposed yet")
    if json:
        print_json(plan.model_dump(mode="json"))
    else:
        print_derivation(plan, lang)


def wake() -> None:
    """Wake the engine, so that the claim is handled at once; where it does not answer, its sweep will."""
    from adapters import Refused, Unavailable
    from adapters.runs.client import announce
    from tasks.publishing import CLAIM_FILED

    with suppress(Unavailable, Refused):
        announce(CLAIM_FILED, resource="redress.command", payload={})
