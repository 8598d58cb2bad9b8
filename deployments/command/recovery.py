"""The commands about recovering what was paid for claims: charges, rulings, settlements; `recovery insurer ...`.

Belongs here: what they take and print. Does not belong here: who may do what (`rules.claims.recovery`), and what is
booked (`tasks.claims`). About insurers: `deployments.command.insurers`.
"""

from typing import TYPE_CHECKING, Literal

from cyclopts import App

from deployments.command import insurers
from deployments.command.installation import enter
from deployments.command.options import Passcode
from deployments.command.outcome import WrongUsage
from deployments.command.output import local, print_json, print_table
from deployments.command.recovery_refusals import amount_in, refusals_told

if TYPE_CHECKING:
    from schemas.recovery import Charge

State = Literal["noticed", "objected", "charged", "lifted", "recovered", "written_off", "unapproved", "taken_back"]
Kind = Literal["outlet", "sorting_centre", "line_haul", "courier", "customer_service", "partner"]


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    group = App(
        name="recovery",
        help="What paid claims are asked back: list, show, object, rule, recovered, undo-recovered, write-off, "
        "settlement; insurer.",
    )
    group.command(listing, name="list")
    group.command(show)
    group.command(object_, name="object")
    group.command(rule)
    group.command(recovered)
    group.command(undo_recovered)
    group.command(write_off)
    group.command(settlement)
    insurers.add_to(group)
    app.command(group)


def listing(
    *, claim: str | None = None, party: str | None = None, state: list[State] | None = None, limit: int = 100,
    json: bool = False,
) -> None:  # fmt: skip
    """List what parties are charged for claims, the newest first.

    - `redress recovery list --state objected`: about which somebody must rule
    - `redress recovery list --state unapproved`: losses that nobody has approved
    - `redress recovery list --party 城东网点 --state charged`: what an outlet owes

    Args:
        claim: Only those of this claim.
        party: Only those of this party.
        state: Only those that stand so; may be given more than once.
        limit: At most so many.
        json: Print JSON.
    """
    zone = enter().zone
    from schemas.recovery import ChargeState
    from store import charges
    from store.unit_of_work import unit_of_work

    states = [ChargeState(one) for one in state] if state else None
    with unit_of_work() as connection:
        found = charges.listing(connection, claim_no=claim, party=party, states=states, limit=limit)
    if json:
        print_json([one.model_dump(mode="json") for one in found])
        return
    print_table(
        ("charge", "party", "amount", "recovered", "state", "object until"),
        [
            (one.key, one.party or "—", f"{one.amount} {one.currency}", one.recovered, one.state.value,
             local(one.object_until, zone))
            for one in found
        ],
    )  # fmt: skip
    if not found:
        print("No charge.")


def show(claim: str, *, json: bool = False) -> None:
    """Show what a claim's recovery came to: its charges, the insurer's case and what was heard of it, and its accounts.

    Args:
        claim: The claim's number.
        json: Print JSON.
    """
    zone = enter().zone
    from rules.claims.showing import people_of, without_names
    from rules.privacy import mask_record
    from store import charges, claims, insurance, ledger
    from store.unit_of_work import unit_of_work

    with refusals_told(), unit_of_work() as connection:
        one = claims.one_claim(connection, claim)
        found = charges.of_claims(connection, [claim]).get(claim, [])
        case = insurance.of_claims(connection, [claim]).get(claim)
        contacts = insurance.contacts_of(connection, claim)
        books = ledger.balances_of(connection, [claim])
    heard = without_names(mask_record([item.model_dump(mode="json") for item in contacts]), people_of(one))
    if json:
        print_json(
            {
                "claim": claim,
                "state": one.state.value,
                "charges": [item.model_dump(mode="json") for item in found],
                "insurer": case.model_dump(mode="json") if case else None,
                "contacts": heard,
                "books": [
                    item.model_dump(mode="json", include={"account", "party", "currency", "balance"}) for item in books
                ],
            }
        )
        return
    print(f"{claim} is {one.state.value}.")
    print_table(
        ("charge", "party", "share", "amount", "recovered", "state", "what was said"),
        [
            (item.key, item.party or "—", f"{item.share.normalize():f}%", f"{item.amount} {item.currency}",
             item.recovered, item.state.value,
             "; ".join(said for said in (item.objection, item.ruling) if said))
            for item in found
        ],
    )  # fmt: skip
    if case:
        insurers.print_cases([case], zone)
        insurers.print_contacts(heard, zone)
    print_table(
        ("account", "party", "balance"),
        [(item.account.value, item.party, f"{item.balance} {item.currency}") for item in books],
    )


def object_(charge: str, *, by: str, words: str, json: bool = False) -> None:
    """Keep that a party objects to what it is charged, as long as it may (R85).

    - `redress recovery object CL-20261120-000001-C1 --by 城东网点 --words "交接时封签完好"`

    Args:
        charge: The charge in the list.
        by: Who says so: the party, or a staff id on file.
        words: Why it does not lie with the party.
        json: Print JSON.
    """
    enter()
    from tasks.claims.charging import object_to_charge

    with refusals_told():
        _told(object_to_charge(charge, by=by, words=words), json=json)


def rule(
    charge: str, *, staff: str, passcode: Passcode, ruling: str, lift: bool = False, instead: str = "",
    kind: Kind = "outlet", json: bool = False,
) -> None:  # fmt: skip
    """Rule about an objection: the charge stays, or is lifted; whoever investigated or is of the party may not (R86).

    - `redress recovery rule CL-20261120-000001-C1 --staff sup-wang --passcode 123456 --ruling "..."`

    Args:
        charge: The charge in the list.
        staff: Your staff id; only a supervisor, manager or director may.
        passcode: The six digits that your authenticator shows.
        ruling: Why.
        lift: Lift it; it stays when left out.
        instead: Who answers in the place of the party; without, it is the carrier's own loss, which you approve.
        kind: What that party is.
        json: Print JSON.
    """
    enter()
    if instead and not lift:
        raise WrongUsage("--instead is for a charge that is lifted: add --lift")
    from schemas.complaints import PartyKind
    from tasks import clock
    from tasks.claims.charging import Instead, rule_charge
    from tasks.supervision.proving import proven_staff

    other = Instead(PartyKind(kind), instead) if instead else None
    with refusals_told():
        proven_staff(staff, passcode, at=clock.now())
        _told(rule_charge(charge, upheld=not lift, ruling=ruling, staff_id=staff, instead=other), json=json)


def recovered(charge: str, *, reference: str, staff: str, amount: str | None = None, json: bool = False) -> None:
    """Book what a party paid back; the same reference again books nothing.

    - `redress recovery recovered CL-20261120-000001-C1 --reference 2026-11 --staff fin-li`

    Args:
        charge: The charge in the list.
        reference: The settlement or the payment that it came with.
        staff: Your staff id.
        amount: How much; all that is owed when left out.
        json: Print JSON.
    """
    enter()
    from tasks.claims.collecting import record_recovery

    paid = None if amount is None else amount_in(amount, "--amount")
    with refusals_told():
        _told(record_recovery.fn(charge, reference=reference, staff_id=staff, amount=paid), json=json)


def undo_recovered(charge: str, *, reference: str, staff: str, why: str, json: bool = False) -> None:
    """Take back a payment that turned out not to be one: the party owes it again.

    Args:
        charge: The charge in the list.
        reference: The one under which it was booked.
        staff: Your staff id.
        why: What happened.
        json: Print JSON.
    """
    enter()
    from tasks.claims.collecting import undo_record_recovery

    with refusals_told():
        _told(undo_record_recovery.fn(charge, reference=reference, staff_id=staff, why=why), json=json)


def write_off(charge: str, *, staff: str, approved_by: str, passcode: Passcode, why: str, json: bool = False) -> None:
    """Book as a loss what a party will not pay, or what nobody answers for, with somebody else's approval.

    - `redress recovery write-off CL-20261120-000001-C1 --staff fin-li --approved-by sup-wang --passcode 123456 --why x`

    Args:
        charge: The charge in the list.
        staff: Your staff id.
        approved_by: The staff id of whoever approved it: a supervisor, manager or director whose limit it
            is within.
        passcode: The six digits that the approver's authenticator shows.
        why: Why it is not recovered.
        json: Print JSON.
    """
    enter()
    from tasks import clock
    from tasks.claims.collecting import write_off_charge
    from tasks.supervision.proving import proven_staff

    with refusals_told():
        proven_staff(approved_by, passcode, at=clock.now())
        _told(write_off_charge.fn(charge, why=why, staff_id=staff, approved_by=approved_by), json=json)


def _told(one: "Charge", *, json: bool) -> None:
    if json:
        print_json(one.model_dump(mode="json"))
        return
    owes = f", {one.outstanding} {one.currency} are owed" if one.outstanding else ""
    print(f"{one.key} is {one.state.value}{owes}.")


def settlement(month: str, *, party: str | None = None, items: bool = False, json: bool = False) -> None:
    """Print what each party owed before a month, what it was charged, paid and was let off, and what it owes (R79).

    - `redress recovery settlement 2026-11 --party 城东网点 --items`

    Args:
        month: The month, such as 2026-11.
        party: Only this party.
        items: List the claims that were charged, too.
        json: Print JSON; it has the claims.
    """
    enter()
    from tasks.claims.collecting import settlement_of

    with refusals_told():
        found = settlement_of(month, party=party)
    if json:
        print_json([{**one.model_dump(mode="json"), "closing": str(one.closing)} for one in found])
        return
    print_table(
        ("party", "currency", "opening", "charged", "recovered", "written off", "closing"),
        [
            (one.party, one.currency, one.opening, one.charged, one.recovered, one.written_off, one.closing)
            for one in found
        ],
    )
    if items:
        print_table(
            ("party", "claim", "charged"),
            [(item.party, item.claim_no, f"{item.charged} {item.currency}") for one in found for item in one.items],
        )
    if not found:
        print(f"No party owed, paid or was charged anything in {month}.")
