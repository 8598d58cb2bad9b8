"""What people decide about a complaint: complaint finding, resolve, transfer, assign, take-up, accept, object, ...

Belongs here: what these commands take and print. Does not belong here: who may do what (`rules.complaints`), or how a
plan is approved: `redress approve`.
"""

from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from deployments.command.cases import carry_on
from deployments.command.complaint_record import refusals_told
from deployments.command.installation import enter
from deployments.command.options import party_told
from deployments.command.outcome import Failure

if TYPE_CHECKING:
    from schemas.complaints import Complaint

Channel = Literal["phone", "counter", "chat", "email", "sms", "wechat"]
Trouble = Literal["DELAY", "LOSS", "SHORT", "DAMAGE", "MISDELIVERY", "FALSE_SIGN", "ATTITUDE", "FEE", "OTHER"]
Verdict = Literal["VALID", "CUSTOMER_CAUSED", "MALICIOUS", "UNPROVEN"]
Parties = Annotated[list[str] | None, Parameter(name="--party")]


def register(group: App) -> None:
    """Add these commands to the group `redress complaint`."""
    for command in (
        correct, finding, resolve, transfer, confirm, assign, take_up, accept, object_, explain, conclude, withdraw,
        rate,
    ):  # fmt: skip
        group.command(command, name=command.__name__.rstrip("_").replace("_", "-"))


def correct(
    number: str,
    *,
    staff: str,
    why: str,
    waybill: str | None = None,
    type: Trouble | None = None,  # noqa: A002
) -> None:
    """Put right what was told wrong, before anybody planned: the parcel, or what is complained of.

    - `redress complaint correct CP-20261122-000001 --waybill 773000000002 --staff ag-sun --why "听错一位数字"`

    Args:
        number: The complaint's number.
        staff: Your staff id.
        why: What was told wrong.
        waybill: The number of the right parcel.
        type: What is complained of.
    """
    enter()
    from schemas.complaints import ComplaintType
    from tasks.complaints.correcting import correct_complaint

    with refusals_told():
        after = correct_complaint(
            number, waybill=waybill, type_=ComplaintType(type) if type else None, why=why, staff_id=staff
        )
    print(f"{number} is about {after.type.value} of {after.waybill or 'no parcel'}: {after.state.value}.")
    carry_on(number)


def finding(number: str, validity: Verdict, *, staff: str, party: Parties = None, note: str = "") -> None:
    """Say what a complaint turned out to be, and who answers for which share of it (R40, R55).

    A plan that rests on another finding is taken back, and a new one is drafted.

    - `redress complaint finding CP-20261122-000001 VALID --staff ag-sun --party outlet:城东=70 --party sender=30`
    - `redress complaint finding CP-20261122-000001 UNPROVEN --staff ag-sun --note "签收底单与客户签名一致"`

    Args:
        number: The complaint's number.
        validity: What it turned out to be.
        staff: Your staff id.
        party: Who answers for it, as KIND:NAME=SHARE or KIND=SHARE in per cent; the shares are 100 together. May be
            given more than once.
        note: Why; needed for anything but a valid complaint.
    """
    enter()
    from schemas.complaints import Validity
    from tasks.complaints.by_hand import decide_finding

    parties = [party_told(text) for text in party or ()]
    with refusals_told():
        after = decide_finding(number, validity=Validity(validity), parties=parties, note=note, staff_id=staff)
    _told(after)


def resolve(number: str, *, staff: str, solution: str, validity: Verdict = "VALID", party: Parties = None) -> None:
    """Resolve a light complaint within the call: what was found, what was done, and that the customer agrees (R52).

    - `redress complaint resolve CP-20261122-000001 --staff ag-sun --solution "说明费用构成，客户认可"`

    Args:
        number: The complaint's number.
        staff: Your staff id.
        solution: What was done or explained.
        validity: What it turned out to be.
        party: Who answers for it, as KIND:NAME=SHARE; may be given more than once.
    """
    enter()
    from schemas.complaints import Validity
    from tasks.complaints.by_hand import resolve_at_once

    parties = [party_told(text) for text in party or ()]
    with refusals_told():
        after = resolve_at_once(number, validity=Validity(validity), solution=solution, staff_id=staff, parties=parties)
    _told(after)


def transfer(number: str, *, to: str, why: str, staff: str) -> None:
    """Have another department work on a complaint; it stays the desk's until that is confirmed (R76).

    - `redress complaint transfer CP-20261122-000001 --to 杭州转运中心 --why "分拣错误" --staff ag-sun`

    Args:
        number: The complaint's number.
        to: The department, by code or name.
        why: Why.
        staff: Your staff id.
    """
    enter()
    from tasks.complaints.by_hand import transfer as hand_to

    with refusals_told():
        after = hand_to(number, to=to, why=why, staff_id=staff)
    _told(after)


def confirm(number: str, *, staff: str) -> None:
    """Confirm that the department to which a complaint was transferred has it (R76).

    Args:
        number: The complaint's number.
        staff: Your staff id.
    """
    enter()
    from tasks.complaints.by_hand import confirm_transfer

    with refusals_told():
        after = confirm_transfer(number, staff_id=staff)
    _told(after)


def assign(number: str, *, to: str, staff: str) -> None:
    """Give a complaint to an agent of the desk, such as where nobody fitted when it came in (R66, R70).

    - `redress complaint assign CP-20261122-000001 --to ag-zhou --staff sup-li`

    Args:
        number: The complaint's number.
        to: The agent's staff id: on duty, and skilled enough unless a supervisor assigns it.
        staff: Your staff id.
    """
    enter()
    from tasks.complaints.by_hand import assign as give

    with refusals_told():
        after = give(number, to=to, staff_id=staff)
    print(f"{number} is handled by {after.handler}.")


def take_up(number: str, *, comment: str, staff: str) -> None:
    """Take up a complaint that was handed to a person (NEEDS_OPERATOR); it is planned afresh.

    Args:
        number: The complaint's number.
        comment: What you will do differently.
        staff: Your staff id; who takes it up may not approve its plan.
    """
    enter()
    from tasks.complaints.by_hand import take_up as take

    with refusals_told():
        after = take(number, comment=comment, staff_id=staff)
    _told(after)


def accept(number: str, *, staff: str, channel: Channel = "phone", comment: str = "") -> None:
    """Record that the customer agrees with the result (R17).

    Args:
        number: The complaint's number.
        staff: Your staff id.
        channel: How the customer said so.
        comment: What else was said.
    """
    _word(number, staff=staff, agrees=True, demand=comment, channel=channel)


def object_(
    number: str, *, staff: str, demand: str, amount: str = "", currency: str = "CNY", channel: Channel = "phone"
) -> None:
    """Record that the customer does not agree, and what is asked for instead (R45).

    The first time the matter is verified again, the second time a supervisor takes it over; a concluded or closed
    complaint is opened again.

    Args:
        number: The complaint's number.
        staff: Your staff id.
        demand: What the customer asks for instead.
        amount: The money that the customer asks for now; as before when left out.
        currency: Its currency.
        channel: How the customer said so.
    """
    _word(number, staff=staff, agrees=False, demand=demand, channel=channel, amount=amount, currency=currency)


def _word(
    number: str, *, staff: str, agrees: bool, demand: str, channel: str, amount: str = "", currency: str = "CNY"
) -> None:
    enter()
    from pydantic import ValidationError

    from schemas.complaints import Demand
    from tasks.complaints.closing import take_complainants_word
    from tasks.exceptions.by_hand import role_of

    try:
        wants = Demand.model_validate({"text": demand, "amount": amount or None, "currency": currency})
    except ValidationError as fault:
        first = fault.errors(include_input=False)[0]
        raise Failure(f"--{'.'.join(map(str, first['loc']))}: {first['msg']}") from fault
    with refusals_told():
        role = role_of(staff)
        after = take_complainants_word(number, agrees=agrees, wants=wants, who=staff, role=role, channel=channel)
    _told(after)


def explain(number: str, *, staff: str, reasons: str) -> None:
    """Conclude a complaint with reasons where the customer does not agree; he is told the way to the regulator (R46).

    Only a supervisor or somebody above may, and only after the customer's objection was looked into.

    Args:
        number: The complaint's number.
        staff: Your staff id.
        reasons: Why the demand cannot be met; the customer reads them.
    """
    enter()
    from tasks.complaints.closing import explain_complaint
    from tasks.exceptions.by_hand import role_of

    with refusals_told():
        after = explain_complaint(number, reasons=reasons, who=staff, role=role_of(staff))
    _told(after)


def conclude(number: str, *, staff: str, why: str) -> None:
    """Conclude a complaint that waits for a person, such as where nobody reaches the customer, with reasons on record.

    Only a supervisor or somebody above may, and only after a result was told.

    Args:
        number: The complaint's number.
        staff: Your staff id.
        why: Why it ends so.
    """
    enter()
    from tasks.complaints.closing import conclude_by_hand
    from tasks.exceptions.by_hand import role_of

    with refusals_told():
        after = conclude_by_hand(number, why=why, who=staff, role=role_of(staff))
    _told(after)


def withdraw(number: str, *, staff: str, why: str = "") -> None:
    """Conclude a complaint that the customer takes back.

    Args:
        number: The complaint's number.
        staff: Your staff id.
        why: What the customer said.
    """
    enter()
    from tasks.complaints.closing import withdraw_complaint
    from tasks.exceptions.by_hand import role_of

    with refusals_told():
        after = withdraw_complaint(number, why=why, who=staff, role=role_of(staff))
    _told(after)


def rate(number: str, satisfaction: int, *, staff: str) -> None:
    """Record how satisfied the customer is, from 1 to 5 (R67).

    Args:
        number: The complaint's number.
        satisfaction: 1 not at all, 5 very.
        staff: Your staff id.
    """
    enter()
    from tasks.complaints.closing import rate_complaint
    from tasks.exceptions.by_hand import role_of

    with refusals_told():
        after = rate_complaint(number, satisfaction, who=staff, role=role_of(staff))
    print(f"{number}: satisfaction {after.satisfaction}.")


def _told(after: "Complaint") -> None:
    said = [after.state.value]
    if after.finding:
        said.append(f"finding {after.finding.validity.value}")
    if after.ending:
        said.append(f"ending {after.ending}")
    print(f"{after.case_no}: {', '.join(said)}.")
    carry_on(after.case_no)
