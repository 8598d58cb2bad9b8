"""The commands about cases: cases, case, approve, plan, close, verify-history.

Belongs here: what they take and print. Does not belong here: who may decide what (`rules.supervision.approvals`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter

from deployments.command.contacts import contact_file, print_contacts
from deployments.command.custody import custody_file, print_custody
from deployments.command.dockets import print_docket
from deployments.command.evidence import print_waivers
from deployments.command.installation import enter
from deployments.command.options import Passcode, amount_told
from deployments.command.outcome import Failure
from deployments.command.output import local, print_json, print_table

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from schemas.exceptions import ExceptionCase
    from store.unit_of_work import Connection


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    app.command(cases)
    app.command(case)
    app.command(approve)
    app.command(plan)
    app.command(close)
    app.command(verify_history, name="verify-history")


def cases(*, state: str | None = None, all: bool = False, limit: int = 100, json: bool = False) -> None:  # noqa: A002
    """List cases, the open ones unless told otherwise.

    - `redress cases`: what is open
    - `redress cases --state AWAITING_APPROVAL`: what waits for a supervisor
    - `redress cases --all --limit 1000 --json`

    Args:
        state: Only cases in this state.
        all: Closed cases too.
        limit: At most so many.
        json: Print JSON.
    """
    zone = _zone()
    from schemas.exceptions import State
    from store.cases import select_cases, standing
    from store.unit_of_work import unit_of_work

    if state is not None and state not in set(State):
        raise Failure(f"there is no state {state}; there are {', '.join(State)}")
    states = [State(state)] if state else None
    with unit_of_work() as connection:
        found = select_cases(connection, states=states, open_only=state is None and not all, limit=limit)
        counted = standing(connection)["state"]
    if json:
        print_json([item.model_dump(mode="json") for item in found])
        return
    print_table(
        ("case", "type", "state", "severity", "waybill", "carrier", "due", "escalated"),
        [
            (item.case_no, item.type, item.state, item.severity.name, item.waybill, item.carrier,
             local(item.next_due_at, zone), item.escalation_level or "")
            for item in found
        ],
    )  # fmt: skip
    print(", ".join(f"{count} {name}" for name, count in sorted(counted.items())) or "No case yet.")


def case(number: str, *, clocks: bool = False, json: bool = False) -> None:
    """Show one case: what happened, was planned, decided, done and told; its evidence, events, custody and severity.

    Of a docket, show what its supervisor reads: each of its claims, and what became of it once that is decided.

    - `redress case EX-20261122-000001`
    - `redress case DK-20261122-000001`: which claims are to be decided at once
    - `redress case EX-20261122-000001 --clocks`: what is due when, and how each due time comes about

    Args:
        number: The number of the case or the docket.
        clocks: Show its clocks instead; a docket has none.
        json: Print JSON.
    """
    zone = _zone()
    if _is_docket(number):
        if clocks:
            raise Failure(
                f"--clocks is for cases; the clocks of {number} are those of its claims (redress claim clocks)"
            )
        print_docket(number, zone, json=json)
        return
    if clocks and not json:
        _print_clocks(number)
        return
    from rules.exceptions.wording import measures, situation
    from rules.privacy import mask_name, mask_phone

    item, file = _case_file(number)
    if json:
        print_json(file)
        return
    print(f"{item.case_no}  {item.type.value}  {item.state.value}  severity {item.severity.name}")
    print(f"  {item.waybill} ({item.carrier}) {situation(item)} / {situation(item, 'en')}")
    print(
        f"  consignee {mask_name(item.consignee_name)} {mask_phone(item.consignee_phone)}, outlet {item.outlet or '?'}"
    )
    if item.customs_office:
        print(f"  held by {item.customs_office}")
    promised = file["promise"]
    if promised["promised_at"]:
        when = local(promised["promised_at"], zone)
        print(f"  promised {when} by {promised['promised_by']}; why: redress promise {item.waybill}")
    if item.plan:
        print(f"  plan {item.plan.version}: {measures(item, 'en')}; {item.plan.amount} {item.plan.currency}")
    print_table(
        ("at", "stage", "command", "to", "who", "reason"),
        [
            (local(row["at"], zone), row["stage"], row["command"], row["to_state"], row["who"], row["reason"])
            for row in file["history"]
        ],
        title="History",
    )
    print_table(
        ("at", "event", "reason", "where", "text"),
        [
            (local(row["occurred_at"], zone), row["event"], row["reason"], row["location"], row["raw_text"][:60])
            for row in file["events"]
        ],
        title="Events",
    )
    print_custody(file, local=lambda moment: local(moment, zone))
    print_table(
        ("inquiry", "asked of", "state", "due", "answers"),
        [
            (
                one["inquiry_no"],
                f"{one['node']}: {one['department']}",
                one["state"],
                local(datetime.fromisoformat(one["due_at"]), zone),
                ", ".join(said["code"] for said in one["answered"]),
            )
            for one in file["inquiries"]
        ],
        title="Inquiries",
    )
    print_table(
        ("id", "kind", "given by", "door", "at", "withdrawn"),
        [
            (one["evidence_id"], one["kind"], one["given_by"], one["door"],
             local(datetime.fromisoformat(one["received_at"]), zone),
             one["withdrawal"]["why"] if one["withdrawal"] else "")
            for one in file["evidence"]
        ],
        title="Evidence",
    )  # fmt: skip
    for one in file["missing"]:
        print(f"missing: {one['kind']} from {one['from_whom']}")
    print_waivers(file["waivers"], zone)
    print_contacts(file, zone=zone)
    print_table(
        ("kind", "key", "status", "attempts", "error"),
        [(row["kind"], row["key"], row["status"], row["attempts"], row["error"]) for row in file["outbox"]],
        title="Sent",
    )


def _is_docket(number: str) -> bool:
    from schemas.claims import DOCKET_PREFIX

    return number.partition("-")[0] == DOCKET_PREFIX


def _print_clocks(number: str) -> None:
    from deployments.command.clocks import print_clocks
    from rules.clocks.reading import next_due
    from store import cases as case_store
    from store.unit_of_work import unit_of_work
    from tasks import clock
    from tasks.clock_book import clock_book
    from tasks.exceptions.timing import anchors_of, readings, with_facts

    with refusals_told(), unit_of_work() as connection:
        item = case_store.one_case(connection, number)
    due = next_due(with_facts(item, anchors_of(item)), book=clock_book())
    print_clocks(due, readings(item, now=clock.now()))


def _case_file(number: str) -> "tuple[ExceptionCase, dict[str, Any]]":
    """Read a case and everything about it, with personal data masked."""
    from rules.privacy import mask_name, mask_phone
    from store import approvals, outbox
    from store import cases as case_store
    from store.case_history import history_of
    from store.tracking import events
    from store.unit_of_work import unit_of_work
    from tasks import clock
    from tasks.evidence.completeness import completeness_of
    from tasks.exceptions.timing import readings
    from tasks.inquiries.showing import informed

    with unit_of_work() as connection:
        try:
            item = case_store.one_case(connection, number)
        except case_store.NoSuchCase as missing:
            raise Failure(str(missing)) from missing
        sent = outbox.of_case(connection, number)
        for row in sent:
            row["payload"].pop("to", None)
        shown = item.model_dump(mode="json")
        shown["consignee_name"] = mask_name(item.consignee_name)
        shown["consignee_phone"] = mask_phone(item.consignee_phone)
        return item, {
            "case": shown,
            "clocks": [reading.model_dump(mode="json") for reading in readings(item, now=clock.now())],
            "promise": _promise(connection, item.waybill),
            "history": history_of(connection, number),
            "decisions": approvals.decisions_of(connection, number),
            "events": events.history_of(connection, item.waybill),
            "outbox": sent,
            **informed(connection, number),
            "missing": [piece._asdict() for piece in completeness_of(connection, [item])[number].missing],
            **custody_file(connection, item),
            **contact_file(connection, item),
        }


def _promise(connection: "Connection", waybill: str) -> dict[str, Any]:
    from store.tracking import shipments

    row = shipments.one(connection, waybill) or {}
    return {name: row.get(name) for name in ("promised_at", "promised_by", "promised_told_at")}


def approve(
    number: str,
    *,
    staff: str,
    passcode: Passcode,
    decision: Literal["approve", "refuse"] = "approve",
    amount: str = "",
    comment: str = "",
    except_for: Annotated[str, Parameter(name="--except")] = "",
) -> None:
    """Take the decision about a case or a docket here instead of in the Prefect UI; its suspended run is closed.

    The same checks apply: role, limit, ties, and a passcode that is right now.

    - `redress approve EX-20261122-000001 --staff sup-zhang --passcode 123456`
    - `redress approve EX-20261122-000001 --staff sup-zhang --passcode 123456 --comment "照片已由网点电话核实。"`
    - `redress approve EX-20261122-000001 --staff sup-zhang --passcode 123456 --decision refuse --comment "..."`
    - `redress approve DK-20261122-000001 --staff sup-zhang --passcode 123456 --except "012, 047"`

    Args:
        number: The number of the case, the complaint, the claim or the docket.
        staff: Your staff id.
        passcode: The six digits that your authenticator shows.
        decision: approve or refuse.
        amount: Compensation to approve; the plan's when left out. A docket has none of its own.
        comment: Why; needed to refuse, to pay while evidence is missing, and, for a claim, to pay more than was
            assessed. On a docket it waives nothing: whichever of its claims lacks a paper is decided by itself.
        except_for: Of a docket, the numbers or last digits of the claims that are to be decided by themselves.
    """
    enter()
    from pydantic import ValidationError

    from schemas.approvals import Outcome, Via
    from store import approvals
    from store.unit_of_work import unit_of_work
    from tasks import clock
    from tasks.supervision.gate import rule_on
    from tasks.supervision.procedures import procedure_of

    form = procedure_of(number).form
    told = {"decision": decision, "passcode": passcode, "staff_id": staff, "amount": amount, "comment": comment}
    if except_for and not _is_docket(number):
        raise Failure(f"--except is for dockets; {number} is decided as a whole")
    if amount and _is_docket(number):
        raise Failure(
            f"--amount is for single claims; those of {number} are approved as proposed. Name in --except which of "
            "them should get another amount: each is then decided by itself"
        )
    try:
        answer = form.model_validate({**told, "except_for": except_for} if except_for else told)
    except ValidationError as fault:
        first = fault.errors(include_input=False)[0]
        if first["loc"] == ("except_for",):
            raise Failure(
                f"--except {except_for}: name claims of {number} by their numbers or last digits, with commas or "
                f'blanks between them, such as "012, 047"; redress case {number} shows them'
            ) from fault
        raise Failure(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from fault
    with unit_of_work() as connection:
        gate = approvals.current_gate(connection, number)
    if gate is None:
        raise Failure(f"{number} has no decision to be taken")
    ruling = rule_on(number, gate.plan_version, answer, step=gate.step, via=Via.COMMAND, answered_at=clock.now())
    if ruling.outcome in {Outcome.ASK_AGAIN, Outcome.OVERTAKEN} or ruling.decided_before:
        raise Failure(ruling.sentence)
    print(ruling.sentence)
    carry_on(number)


def carry_on(number: str) -> None:
    """Wake the engine so that the case goes on at once; where it does not answer, its sweep will."""
    from adapters import Refused, Unavailable
    from adapters.runs.client import announce
    from tasks.publishing import DECISION_TAKEN

    try:
        announce(DECISION_TAKEN, resource="redress.command", payload={"case_no": number})
    except (Unavailable, Refused):
        print("The engine does not answer; the case goes on when it runs again.")


def plan(number: str, *, staff: str, measure: list[str], amount: str = "0", comment: str) -> None:
    """Plan a case that was handed to a person (NEEDS_OPERATOR); the engine carries it on from there.

    Money still needs a supervisor's approval, and not from the one who planned it.

    - `redress plan EX-20261122-000001 --staff ag-sun --measure SEARCH_PARCEL --comment "..."`

    Args:
        number: The case number.
        staff: Your staff id.
        measure: What is to be done; may be given more than once.
        amount: Compensation to propose.
        comment: Why.
    """
    enter()
    from schemas.exceptions import Measure
    from tasks.exceptions.by_hand import plan_by_hand

    if unknown := set(measure) - set(Measure):
        raise Failure(f"there is no measure {', '.join(sorted(unknown))}; there are {', '.join(Measure)}")
    proposed = amount_told("--amount", amount)
    with refusals_told():
        drafted = plan_by_hand(
            number, staff_id=staff, measures=[Measure(name) for name in measure], amount=proposed, comment=comment
        )
    print(f"{number}: plan {drafted.version} is drafted.")
    carry_on(number)


def close(number: str, *, staff: str, comment: str) -> None:
    """Close a case that was handed to a person (NEEDS_OPERATOR), with the reason on record.

    - `redress close EX-20261122-000001 --staff ag-sun --comment "found at the outlet, customer agreed by phone"`

    Args:
        number: The case number.
        staff: Your staff id.
        comment: Why nothing more is done.
    """
    enter()
    from tasks.exceptions.by_hand import close_by_hand

    with refusals_told():
        close_by_hand(number, staff_id=staff, comment=comment)
    print(f"{number} is closed.")


@contextmanager
def refusals_told() -> Iterator[None]:
    """Turn a refusal, by the transition table or of who somebody says he is, into the command's failure."""
    from store.cases import NoSuchCase
    from store.claims import NoSuchClaim
    from store.complaints import NoSuchComplaint
    from tasks.stepping import NotAllowed
    from tasks.supervision.proving import NotProven

    try:
        yield
    except (NotAllowed, NotProven, NoSuchCase, NoSuchComplaint, NoSuchClaim) as refusal:
        raise Failure(str(refusal)) from refusal


def verify_history(number: str | None = None, *, json: bool = False) -> None:
    """Recompute the sealed histories of cases and change requests; fails when anything was changed, removed or cut off.

    - `redress verify-history`

    Args:
        number: The number of the case or request; all when it is left out.
        json: Print JSON.
    """
    enter()
    from store import case_history, change_requests
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        both = [kept.broken_histories(connection, number) for kept in (case_history, change_requests)]
    checked, wrong = sum(one[0] for one in both), [fault for one in both for fault in one[1]]
    if json:
        print_json({"checked": checked, "wrong": wrong})
    if wrong:
        raise Failure(f"{len(wrong)} of {checked} histories are broken: {'; '.join(wrong[:5])}")
    if number is not None and not checked:
        raise Failure(f"there is no case or change request {number}")
    if not json:
        print(f"{checked} histories are whole.")


def _zone() -> "ZoneInfo":
    return enter().zone
