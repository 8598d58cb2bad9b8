"""The commands about complaints: complaint file, complete, list, show, mail.

Belongs here: what they take and print. Does not belong here: what must be told (`rules.complaints.record`), and what is
decided about a complaint: modules of their own put those commands into the group (`register`).
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

from cyclopts import App, Parameter

from deployments.command import complaint_archive, complaint_decisions
from deployments.command.complaint_record import Told, brought, refusals_told
from deployments.command.installation import enter
from deployments.command.outcome import Failure, WrongUsage
from deployments.command.output import local, print_json, print_table

if TYPE_CHECKING:
    from schemas.complaints import Filed

RecordSource = Annotated[str | None, Parameter(allow_leading_hyphen=True)]
GROUP = App(name="complaint", help="Complaints: file, complete, list, show, mail; what people decide about them.")


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    GROUP.command(file)
    GROUP.command(complete)
    GROUP.command(listing, name="list")
    GROUP.command(show)
    GROUP.command(mail)
    for module in (complaint_decisions, complaint_archive):
        module.register(GROUP)
    app.command(GROUP)


def file(
    record: RecordSource = None,
    /,
    *,
    told: Told | None = None,
    draft: bool = False,
    attach: Annotated[Sequence[str], Parameter(negative=())] = (),
    json: bool = False,
) -> None:
    """Take a complaint in; what must be told and is missing is named, or kept as a draft with --draft.

    - `redress complaint file complaint.json`, or `-` for what comes on standard input
    - `redress complaint file --channel hotline --type DELAY --waybill 773000000001 --name 钱七 --phone 19900007777
      --at "2026-11-20 12:00" --place 示例市 --account "..." --demand "..." --attach call_record=call.wav`

    Args:
        record: A file with the record as JSON, or -.
        told: What is told, as options.
        draft: Keep it although something is missing.
        attach: A file with its kind of evidence, as kind=path; may be given more than once.
        json: Print JSON.
    """
    zone = enter().zone
    from tasks.complaints.bringing import bring_complaint

    came = brought(record, told or Told(), attach, zone)
    with refusals_told():
        filed = bring_complaint(came.record, came.pieces, taken=came.taken, given=came.given, keep_draft=draft)
    wake()
    _print_filed(filed, zone, json=json)


def complete(
    number: str,
    record: RecordSource = None,
    /,
    *,
    told: Told | None = None,
    attach: Annotated[Sequence[str], Parameter(negative=())] = (),
    json: bool = False,
) -> None:
    """Tell what was missing of a draft, or more of a complaint; what is left out stays as it was told.

    - `redress complaint complete CP-20261122-000001 --demand "尽快送达"`

    Args:
        number: The number of the complaint.
        record: A file with the record as JSON, or -.
        told: What is told, as options.
        attach: A file with its kind of evidence, as kind=path; may be given more than once.
        json: Print JSON.
    """
    zone = enter().zone
    from tasks.complaints.bringing import bring_rest

    came = brought(record, told or Told(), attach, zone, of=number)
    with refusals_told():
        filed = bring_rest(number, came.record, came.pieces, taken=came.taken, given=came.given)
    wake()
    _print_filed(filed, zone, json=json)


def _print_filed(filed: "Filed", zone: ZoneInfo, *, json: bool) -> None:
    if json:
        print_json(filed.model_dump(mode="json"))
        return
    what = "was known and told once more" if filed.joined else "is filed"
    print(f"{filed.complaint_no} {what}: {filed.state.value}{', a repeat (R60)' if filed.repeat else ''}.")
    if filed.missing:
        print(f"  missing: {', '.join(f'{field.at} ({field.rule})' for field in filed.missing)}")
    else:
        print(f"  first answer by {local(filed.first_answer_by, zone)}, result by {local(filed.result_by, zone)}")
    for piece in filed.attachments:
        print(f"  evidence {piece.evidence_id}: {piece.file_name}, SHA-256 {piece.sha256}")
    print(f"  {filed.sentence}")


def listing(
    *,
    state: str | None = None,
    type: str | None = None,  # noqa: A002
    channel: str | None = None,
    all: bool = False,  # noqa: A002
    limit: int = 100,
    json: bool = False,
) -> None:
    """List complaints, the open ones unless told otherwise.

    - `redress complaint list --state DRAFT`: what still lacks something

    Args:
        state: Only those in this state.
        type: Only those of this type.
        channel: Only those that came by this channel.
        all: Closed ones too.
        limit: At most so many.
        json: Print JSON.
    """
    zone = enter().zone
    from rules.complaints.showing import shown_complaint
    from schemas.complaints import Channel, ComplaintType, State
    from store.complaints import Chosen, select_complaints, standing
    from store.unit_of_work import unit_of_work

    for told, words, name in ((state, State, "state"), (type, ComplaintType, "type"), (channel, Channel, "channel")):
        if told is not None and told not in set(words):
            raise WrongUsage(f"there is no {name} {told}; there are {', '.join(words)}")
    chosen = Chosen(
        states=[State(state)] if state else None,
        kind=type,
        channel=channel,
        open_only=state is None and not all,
    )
    with unit_of_work() as connection:
        found = select_complaints(connection, chosen, limit=limit)
        counted = standing(connection)
    if json:
        print_json([shown_complaint(complaint) for complaint in found])
        return
    print_table(
        ("complaint", "type", "channel", "state", "severity", "waybill", "told", "due", "handler"),
        [
            (one.case_no, one.type, one.channel, one.state, one.severity.name, one.waybill,
             f"{one.tellings}×" if one.tellings > 1 else "", local(one.next_due_at, zone), one.handler)
            for one in found
        ],
    )  # fmt: skip
    print(", ".join(f"{count} {name}" for name, count in sorted(counted.items())) or "No complaint yet.")


def show(number: str, *, json: bool = False) -> None:
    """Show one complaint: what was told, its clocks, plan, tasks, evidence and history, with people masked.

    - `redress complaint show CP-20261122-000001`

    Args:
        number: The number of the complaint.
        json: Print JSON.
    """
    zone = enter().zone
    from tasks.complaints.showing import complaint_file

    with refusals_told():
        found = complaint_file(number)
    if json:
        print_json(found)
        return
    _print_complaint(found["complaint"])
    print_table(
        ("told at", "channel", "by", "who", "phone", "missing"),
        [
            (_at(row["told_at"], zone), row["channel"], row["taken_by"], *_teller(row["content"]),
             ", ".join(row["missing"]))
            for row in found["records"]
        ],
        title="Records",
    )  # fmt: skip
    print_table(
        ("clock", "中文", "due", "status"),
        [(row["clock"], row["title_zh"], _at(row["due_at"], zone), row["status"]) for row in found["clocks"]],
        title="Clocks",
    )
    print_table(
        ("task", "action", "owner", "due", "state"),
        [
            (row["action_id"], row["action"], row["owner"], _at(row["due_at"], zone), row["state"])
            for row in found["tasks"]
        ],
        title="Tasks",
    )
    print_table(
        ("id", "kind", "file", "given by", "at"),
        [
            (row["evidence_id"], row["kind"], row["file_name"], row["given_by"], _at(row["received_at"], zone))
            for row in found["evidence"]
        ],
        title="Evidence",
    )
    print_table(
        ("at", "stage", "command", "to", "who", "reason"),
        [
            (local(row["at"], zone), row["stage"], row["command"], row["to_state"], row["who"], row["reason"])
            for row in found["history"]
        ],
        title="History",
    )


def _print_complaint(told: dict[str, Any]) -> None:
    times = f", told {told['tellings']} times" if told["tellings"] > 1 else ""
    repeat = ", a repeat (R60)" if told["is_repeat"] else ""
    print(f"{told['case_no']}  {told['type']}  {told['state']}  by {told['channel']}{times}{repeat}")
    print(f"  customer {told['customer_name']} {told['customer_phone'] or told['customer_email']}".rstrip())
    if told["waybill"]:
        print(f"  waybill {told['waybill']} {told['carrier']}".rstrip())
    print(f"  {told['account']}")
    print(f"  wants: {told['wish'] or '?'}")
    if told["missing"]:
        print(f"  missing: {', '.join(told['missing'])}")
    if plan := told["plan"]:
        measures = ", ".join(item["action"] for item in plan["actions"])
        print(f"  plan {plan['version']}: {measures}; {plan['amount']} {plan['currency']}")


def _teller(content: dict[str, Any] | None) -> tuple[str, str]:
    customer = content["customer"] if content else {"name": "(erased)", "phone": "", "email": ""}
    return customer["name"], customer["phone"] or customer["email"]


def _at(told: str | None, zone: ZoneInfo) -> str:
    return local(datetime.fromisoformat(told), zone) if told else ""


def mail(*files: Path, json: bool = False) -> None:
    """Take mails in that lie in files, as if they had come to the mailbox; each becomes one complaint, once.

    - `redress complaint mail forwarded.eml`

    Args:
        files: Mails, each a file (.eml).
        json: Print JSON.
    """
    enter()
    from adapters.mail.settings import MailSettings
    from schemas.complaint_doors import MailKind
    from tasks.complaints.mailbox import take_mail

    if not files:
        raise WrongUsage("name at least one file")
    settings = MailSettings()
    mails = [(path, _mail_in(path, most=settings.mail_bytes_max)) for path in files]
    with refusals_told():
        outcomes = [take_mail(raw, name=path.name, own_addresses=settings.own_addresses) for path, raw in mails]
    wake()
    if json:
        print_json([outcome.model_dump(mode="json") for outcome in outcomes])
    else:
        for outcome in outcomes:
            became = f"{outcome.complaint_no or outcome.reason} {outcome.state}".strip()
            print(f"{outcome.mail}: {outcome.kind.value} {became}")
    unfiled = [outcome for outcome in outcomes if outcome.kind in {MailKind.FLAGGED, MailKind.LEFT}]
    if unfiled:
        raise Failure(f"not filed: {', '.join(f'{outcome.mail} ({outcome.reason})' for outcome in unfiled)}")


def _mail_in(path: Path, *, most: int) -> bytes:
    try:
        with path.open("rb") as stream:
            raw = stream.read(most + 1)
    except OSError as error:
        raise WrongUsage(f"{path}: {error.strerror}") from error
    if len(raw) > most:
        raise WrongUsage(f"{path}: larger than {most} bytes")
    return raw


def wake() -> None:
    """Wake the engine, so that the complaint is handled at once; where it does not answer, its sweep will."""
    from adapters import Refused, Unavailable
    from adapters.runs.client import announce
    from tasks.publishing import COMPLAINT_FILED

    with suppress(Unavailable, Refused):
        announce(COMPLAINT_FILED, resource="redress.command", payload={})
