"""What people decide about a claim: claim facts, liability, propose, accept, counter, offer, object, assign, found ...

Belongs here: what these commands take and print. Does not belong here: who may do what (`rules.claims.lifecycle`), or
how a proposal is approved: `redress approve`.
"""

from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from deployments.command.cases import carry_on
from deployments.command.claim_form import refusals_told
from deployments.command.installation import enter
from deployments.command.json_files import read_object
from deployments.command.options import amount_told, day_told, party_told

if TYPE_CHECKING:
    from schemas.claims import Claim

Channel = Literal["phone", "counter", "chat", "email", "sms", "wechat"]
Parties = Annotated[list[str], Parameter(name="--party")]
FactsSource = Annotated[str, Parameter(allow_leading_hyphen=True)]


def register(group: App) -> None:
    """Add these commands to the group `redress claim`."""
    for command in (
        facts, liability, confirm_liability, contest, propose, accept, counter, offer, object_, withdraw, take_up,
        assign, found,
    ):  # fmt: skip
        group.command(command, name=command.__name__.rstrip("_").replace("_", "-"))


def facts(number: str, file: FactsSource, *, why: str, staff: str) -> None:
    """Say what a claim is assessed by, over what was told and is on file; a proposal is made anew.

    The file holds the fields of `redress assess --schema` that are to change; null takes one back.

    - `redress claim facts CL-20261122-000001 facts.json --why "签收底单显示收件人已验视" --staff ag-sun`

    Args:
        number: The claim's number.
        file: A file with the facts as JSON, or -.
        why: What they rest on.
        staff: Your staff id.
    """
    enter()
    from tasks.claims.by_hand import state_facts

    with refusals_told():
        _told(state_facts(number, read_object(file), why=why, staff_id=staff))


def liability(number: str, *, party: Parties, note: str, staff: str) -> None:
    """Say who answers for which share of it (R40, R85); a proposal that rests on another answer is made anew.

    - `redress claim liability CL-20261122-000001 --party outlet:城东=70 --party sender=30 --note "包装不足"
      --staff ag-sun`

    Args:
        number: The claim's number.
        party: Who answers, as KIND:NAME=SHARE or KIND=SHARE in per cent; the shares are 100 together. May be given
            more than once. The kinds: outlet, sorting_centre, line_haul, courier, customer_service, partner, sender,
            consignee, force_majeure and unknown.
        note: What it rests on.
        staff: Your staff id.
    """
    enter()
    from tasks.claims.by_hand import decide_liability

    parties = [party_told(text) for text in party]
    with refusals_told():
        _told(decide_liability(number, parties=parties, note=note, staff_id=staff))


def confirm_liability(number: str, *, staff: str, note: str = "") -> None:
    """Confirm as a second person who answers for a major accident (R82).

    Args:
        number: The claim's number.
        staff: Your staff id; not that of whoever decided it.
        note: What you looked at.
    """
    enter()
    from tasks.claims import by_hand

    with refusals_told():
        _told(by_hand.confirm_liability(number, note=note, staff_id=staff))


def contest(number: str, *, party: str, why: str, staff: str) -> None:
    """Take down that a party says that it does not answer: a person decides it anew (R85).

    - `redress claim contest CL-20261122-000001 --party 城东 --why "交接时已破损，有照片" --staff ag-sun`

    Args:
        number: The claim's number.
        party: The party, by its name, or by its kind where it has none.
        why: What it says.
        staff: Your staff id.
    """
    enter()
    from tasks.claims.by_hand import contest_liability
    from tasks.exceptions.by_hand import role_of

    with refusals_told():
        _told(contest_liability(number, party=party, why=why, who=staff, role=role_of(staff)))


def propose(
    number: str,
    resolution: Literal["pay", "deny", "time_bar"],
    *,
    staff: str,
    reasons: str,
    reasons_en: str = "",
    amount: str = "0",
) -> None:
    """Propose another amount than the rules come to, a denial, or that it came too late; it goes to approval (R56).

    - `redress claim propose CL-20261122-000001 pay --amount 80 --reasons "酌情补偿" --staff ag-sun`

    Args:
        number: The claim's number.
        resolution: What is proposed.
        staff: Your staff id; whoever proposes it may not approve it (R86). Of a branch nobody proposes more than a
            branch may settle (R81).
        reasons: Why, as the claimant reads it.
        reasons_en: The same in English; as in Chinese when it is left out.
        amount: How much, of a payment.
    """
    enter()
    from schemas.claims import Resolution
    from tasks.claims.by_hand import propose_by_hand

    with refusals_told():
        after = propose_by_hand(
            number,
            resolution=Resolution(resolution),
            amount=amount_told("--amount", amount),
            reasons=reasons,
            reasons_en=reasons_en,
            staff_id=staff,
        )
    _told(after)


def accept(number: str, *, staff: str, channel: Channel = "phone", comment: str = "") -> None:
    """Record that the claimant accepts what is offered: it is agreed, and paid once an account is known (R79).

    Args:
        number: The claim's number.
        staff: Your staff id.
        channel: How the claimant said so.
        comment: What else was said.
    """
    enter()
    from tasks.claims.negotiating import accept_offer
    from tasks.exceptions.by_hand import role_of

    with refusals_told():
        _told(accept_offer(number, who=staff, role=role_of(staff), channel=channel, note=comment))


def counter(number: str, *, amount: str, reasons: str, staff: str, channel: Channel = "phone") -> None:
    """Record the amount that the claimant asks for instead, and why (R79).

    - `redress claim counter CL-20261122-000001 --amount 90 --reasons "鉴定费 50 元" --staff ag-sun`

    Args:
        number: The claim's number.
        amount: What he asks for.
        reasons: Why.
        staff: Your staff id.
        channel: How he said so.
    """
    enter()
    from tasks.claims.negotiating import counter_offer
    from tasks.exceptions.by_hand import role_of

    asked = amount_told("--amount", amount)
    with refusals_told():
        after = counter_offer(number, amount=asked, reasons=reasons, who=staff, role=role_of(staff), channel=channel)
    _told(after)


def offer(number: str, *, amount: str, staff: str, note: str = "") -> None:
    """Offer another amount within what was approved; more is a new proposal (claim propose).

    Args:
        number: The claim's number.
        amount: What is offered.
        staff: Your staff id.
        note: Why.
    """
    enter()
    from tasks.claims.negotiating import offer_again

    offered = amount_told("--amount", amount)
    with refusals_told():
        _told(offer_again(number, amount=offered, staff_id=staff, note=note))


def object_(number: str, *, reasons: str, staff: str, channel: Channel = "phone") -> None:
    """Record that the claimant objects to a denial, and why: a person looks at it again (R45).

    Args:
        number: The claim's number.
        reasons: What he says.
        staff: Your staff id.
        channel: How he said so.
    """
    enter()
    from tasks.claims.negotiating import object_to_denial
    from tasks.exceptions.by_hand import role_of

    with refusals_told():
        _told(object_to_denial(number, reasons=reasons, who=staff, role=role_of(staff), channel=channel))


def withdraw(number: str, *, staff: str, why: str = "", channel: Channel = "phone") -> None:
    """Close a claim that the claimant takes back; one that is agreed on cannot be.

    Args:
        number: The claim's number.
        staff: Your staff id.
        why: What he said.
        channel: How he said so.
    """
    enter()
    from tasks.claims.negotiating import withdraw_claim
    from tasks.exceptions.by_hand import role_of

    with refusals_told():
        _told(withdraw_claim(number, why=why, who=staff, role=role_of(staff), channel=channel))


def take_up(number: str, *, comment: str, staff: str) -> None:
    """Take up a claim that was handed to a person (NEEDS_OPERATOR); it is assessed afresh.

    Args:
        number: The claim's number.
        comment: What you will do differently.
        staff: Your staff id; who takes it up may not approve what is proposed.
    """
    enter()
    from tasks.claims.by_hand import take_up_claim

    with refusals_told():
        _told(take_up_claim(number, comment=comment, staff_id=staff))


def assign(number: str, *, to: str, staff: str, department: str | None = None) -> None:
    """Give a claim to an agent, and to another department where one is named (R81, R84).

    - `redress claim assign CL-20261122-000001 --to ag-zhou --staff sup-li`

    Args:
        number: The claim's number.
        to: The agent's staff id.
        staff: Your staff id.
        department: The department that runs it from now on.
    """
    enter()
    from tasks.claims.by_hand import assign_claim

    with refusals_told():
        after = assign_claim(number, to=to, department=department, staff_id=staff)
    print(f"{number} is handled by {after.handler}{f' of {after.assigned_to}' if after.assigned_to else ''}.")


def found(
    number: str,
    *,
    on: str,
    choice: Literal["parcel", "money", "undecided"],
    staff: str,
    parcel: str | None = None,
    still_lost_percent: str = "0",
) -> None:
    """Open a closed claim again whose parcel was found, with what the claimant wants: the parcel, or to keep the money.

    - `redress claim found CL-20261122-000001 --on 2026-12-01 --choice parcel --staff ag-sun`

    Args:
        number: The claim's number.
        on: The day on which it was found.
        choice: What the claimant wants.
        staff: Your staff id.
        parcel: Which of its parcels; that of its waybill when it is left out.
        still_lost_percent: How much of it is gone or spoilt all the same, in per cent.
    """
    enter()
    from schemas.assessment import FoundChoice
    from tasks.claims.by_hand import parcel_found
    from tasks.claims.showing import one_claim

    day, still_lost = day_told("--on", on), amount_told("--still-lost-percent", still_lost_percent)
    with refusals_told():
        after = parcel_found(
            number,
            parcel=parcel or one_claim(number).waybill,
            found_on=day,
            choice=FoundChoice(choice),
            still_lost_percent=still_lost,
            staff_id=staff,
        )
    _told(after)


def _told(after: "Claim") -> None:
    said = [after.state.value]
    if after.agreed_amount is not None:
        said.append(f"agreed on {after.agreed_amount} {after.currency}")
    elif after.offered is not None:
        said.append(f"offered {after.offered} {after.currency}")
    if after.ending:
        said.append(f"ending {after.ending}")
    print(f"{after.case_no}: {', '.join(said)}.")
    if after.is_open:
        carry_on(after.case_no)
