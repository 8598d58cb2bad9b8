"""The commands about inquiries: inquiry list, show, answer, withdraw.

Belongs here: what they take and print. Does not belong here: when one is asked (the playbooks) or reminded of
(`rules.inquiries.reminders`).
"""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from deployments.command.evidence import told_as_failures, wake
from deployments.command.installation import enter
from deployments.command.options import pieces_told
from deployments.command.outcome import Failure, WrongUsage
from deployments.command.output import local, print_json, print_table

if TYPE_CHECKING:
    from schemas.inquiries import GivenAnswer, Inquiry


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    group = App(name="inquiry", help="Questions to outlets and other handling points: list, show, answer, withdraw.")
    group.command(listing, name="list")
    group.command(show)
    group.command(answer)
    group.command(withdraw)
    app.command(group)


def listing(
    *,
    case: str | None = None,
    state: str | None = None,
    overdue: bool = False,
    limit: int = 100,
    json: bool = False,
) -> None:
    """List inquiries, those that are due first.

    - `redress inquiry list --overdue`: what nobody answered in time
    - `redress inquiry list --case EX-20261122-000001`
    - `redress inquiry list --state answered --json`

    Args:
        case: Only those of this case.
        state: open, reminded, answered or withdrawn.
        overdue: Only those that wait and are past due.
        limit: At most so many.
        json: Print JSON.
    """
    zone = enter().zone
    from schemas.inquiries import InquiryState
    from store import inquiries
    from store.inquiries import Chosen
    from store.unit_of_work import unit_of_work
    from tasks import clock
    from tasks.inquiries.showing import shown_inquiries

    if state is not None and state not in set(InquiryState):
        raise WrongUsage(f"there is no state {state}; there are {', '.join(InquiryState)}")
    chosen = Chosen(
        case_no=case, state=InquiryState(state) if state else None, overdue_at=clock.now() if overdue else None
    )
    with unit_of_work() as connection:
        found = inquiries.listing(connection, chosen, limit=limit)
        shown = shown_inquiries(connection, found)
    if json:
        print_json(shown)
        return
    print_table(
        ("inquiry", "case", "state", "asked of", "waybill", "due", "reminders", "answered"),
        [
            (item.inquiry_no, item.case_no, item.state, f"{item.node}: {item.department}", item.waybill,
             local(item.due_at, zone), item.reminders or "", _codes(told))
            for item, told in zip(found, shown, strict=True)
        ],
    )  # fmt: skip
    if not found:
        print("No inquiry.")


def _codes(shown: dict[str, Any]) -> str:
    return ", ".join(one["code"] + (" (!)" if one["contradicts"] else "") for one in shown["answered"])


def show(number: str, *, json: bool = False) -> None:
    """Show one inquiry with all answers to it; one that contradicts the first is marked.

    - `redress inquiry show IQ-20261122-000001`

    Args:
        number: The inquiry's number.
        json: Print JSON.
    """
    zone = enter().zone
    from rules.inquiries.wording import ANSWER, STATE
    from rules.privacy import mask_phones
    from schemas.inquiries import AnswerCode
    from store.unit_of_work import unit_of_work
    from tasks.inquiries.showing import shown_inquiries

    item = _inquiry(number)
    with unit_of_work() as connection:
        [shown] = shown_inquiries(connection, [item])
    if json:
        print_json(shown)
        return
    print(f"{item.inquiry_no}  {item.state.value} {STATE[item.state][0]}  case {item.case_no}  waybill {item.waybill}")
    print(f"  asked of {item.node.value} {item.department} by {item.asked_by} at {local(item.asked_at, zone)}")
    print(f"  due {local(item.due_at, zone)}, reminded {item.reminders} times, round {item.round}")
    print(f"  {mask_phones(item.question)}")
    if item.wanted:
        print(f"  wanted: {', '.join(item.wanted)}")
    if item.withdrawn_at:
        print(f"  withdrawn by {item.withdrawn_by} at {local(item.withdrawn_at, zone)}: {item.withdrawn_because}")
    print_table(
        ("at", "answer", "", "by", "door", "evidence", "text"),
        [
            (local(datetime.fromisoformat(one["answered_at"]), zone), ANSWER[AnswerCode(one["code"])][0], _marks(one),
             one["answered_by"], one["door"], ", ".join(map(str, one["evidence_ids"])), one["text"])
            for one in shown["answered"]
        ],
        title="Answers",
    )  # fmt: skip


def _marks(answer: dict[str, Any]) -> str:
    named = ("first", "late", "contradicts")
    return ", ".join(name for name in named if answer[name])


def answer(
    number: str,
    *,
    code: str,
    by: str,
    text: str = "",
    file: Annotated[list[str] | None, Parameter(negative=())] = None,
    json: bool = False,
) -> None:
    """Write down an answer that came by telephone or on paper, with its files.

    - `redress inquiry answer IQ-20261122-000001 --code not_here --by ag-sun --text "..."`
    - `redress inquiry answer IQ-20261122-000001 --code came_damaged --by ag-sun --file photo_detail=box.jpg`

    Args:
        number: The inquiry's number.
        code: have_it, not_here, sent_on, handed_over, damaged_here, came_damaged, packaging_poor, contents_short,
            cannot_say or other.
        by: Who answered, or who wrote it down.
        text: What was said.
        file: A kind of evidence and a file, such as photo_detail=box.jpg; may be given more than once.
        json: Print JSON.
    """
    enter()
    from schemas.evidence import Door, Entered
    from tasks.inquiries.answering import answer_inquiry

    given = _given(code, by, text)
    pieces = pieces_told("--file", file or ())
    _inquiry(number)
    with told_as_failures():
        taken = answer_inquiry(number, given, pieces, entered=Entered(by=given.answered_by, door=Door.COMMAND))
    wake()
    if json:
        print_json(taken.model_dump(mode="json"))
        return
    kept = f" with evidence {', '.join(map(str, taken.evidence_ids))}" if taken.evidence_ids else ""
    beside = "" if taken.first else ", beside an earlier one"
    print(f"{number}: answer {taken.answer_id} is on record{kept}{beside}.")


def _given(code: str, by: str, text: str) -> "GivenAnswer":
    from pydantic import ValidationError

    from schemas.inquiries import AnswerCode, GivenAnswer

    if code not in set(AnswerCode):
        raise WrongUsage(f"there is no answer {code}; there are {', '.join(AnswerCode)}")
    try:
        return GivenAnswer(code=AnswerCode(code), text=text, answered_by=by)
    except ValidationError as fault:
        first = fault.errors(include_input=False)[0]
        raise WrongUsage(
            f"--{'by' if first['loc'][0] == 'answered_by' else first['loc'][0]}: {first['msg']}"
        ) from fault


def withdraw(number: str, *, by: str, why: str) -> None:
    """Take an inquiry back; whoever was asked is told kindly that no answer is needed, should he still come.

    - `redress inquiry withdraw IQ-20261122-000001 --by ag-sun --why "the parcel was found"`

    Args:
        number: The inquiry's number.
        by: Who does it.
        why: The reason.
    """
    if not why.strip():
        raise WrongUsage("--why needs a reason")
    enter()
    from store.unit_of_work import unit_of_work
    from tasks import clock
    from tasks.inquiries.asking import withdraw as take_back

    item = _inquiry(number)
    with unit_of_work() as connection:
        withdrawn = take_back(connection, inquiry_nos=[number], who=by, why=why, now=clock.now())
    if not withdrawn:
        raise Failure(f"{number} does not wait for an answer: it is {item.state.value}")
    print(f"{number} is withdrawn.")


def _inquiry(number: str) -> "Inquiry":
    from store import inquiries
    from store.unit_of_work import unit_of_work

    try:
        with unit_of_work() as connection:
            return inquiries.one(connection, number)
    except inquiries.NoSuchInquiry as missing:
        raise Failure(str(missing)) from missing
