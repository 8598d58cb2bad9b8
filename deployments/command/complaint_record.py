"""What is told of a complaint on the command line: as options, as a JSON file, or on standard input.

Belongs here: how it is read. Does not belong here: what must be told (`rules.complaints.record`).
"""

import getpass
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from deployments.command.evidence import moment_told, told_as_failures
from deployments.command.json_files import read_object
from deployments.command.options import pieces_told
from deployments.command.outcome import Failure, WrongUsage

if TYPE_CHECKING:
    from schemas.complaints import ComplaintRecord
    from schemas.evidence import OfferedPiece


@Parameter(name="*")
class Told:
    """What is told of a complaint, as options; what a file says holds where no option does.

    Args:
        channel: hotline, ivr, website, app, email, sms, wechat, online_chat, social_media, outlet, at_the_door,
            courier_note, platform or regulator.
        type: DELAY, LOSS, SHORT, DAMAGE, MISDELIVERY, FALSE_SIGN, ATTITUDE, FEE or OTHER.
        waybill: The number of the parcel.
        name: The customer's name.
        phone: The customer's telephone number.
        email: The customer's address.
        sender: Who sent it.
        consignee: Whom it was for.
        item: What was in it.
        at: When it happened, in the business time zone where it names none.
        place: Where it happened.
        account: What happened.
        demand: What the customer wants.
        amount: The money that he demands.
        subject: The department that is complained of.
        person: Who is complained of.
        by: Who takes it in; the system's user name when it is left out.
    """

    def __init__(
        self,
        *,
        channel: str = "",
        type: str = "",  # noqa: A002
        waybill: str = "",
        name: str = "",
        phone: str = "",
        email: str = "",
        sender: str = "",
        consignee: str = "",
        item: str = "",
        at: str | None = None,
        place: str = "",
        account: str = "",
        demand: str = "",
        amount: str = "",
        subject: str = "",
        person: str = "",
        by: str = "",
    ) -> None:
        """Keep what was told, by where it stands in the record."""
        self.at = at
        self.by = by
        self.fields = {
            "channel": channel, "type": type, "waybill": waybill, "subject": subject, "person": person, "taken_by": by,
            "customer.name": name, "customer.phone": phone, "customer.email": email, "sender.name": sender,
            "consignee.name": consignee, "item.description": item, "occurrence.place": place,
            "occurrence.account": account, "demand.text": demand, "demand.amount": amount,
        }  # fmt: skip


class Brought:
    """A complaint on its way from the command line."""

    def __init__(self, record: "ComplaintRecord", pieces: "list[OfferedPiece]", by: str) -> None:
        from schemas.evidence import Door, Entered
        from tasks.complaints.told import TakenIn

        self.record = record
        self.pieces = pieces
        self.taken = TakenIn(by)
        self.given = Entered(by=by, door=Door.COMMAND)


def brought(source: str | None, told: Told, attach: Sequence[str], zone: ZoneInfo, *, of: str = "") -> Brought:
    """Read what is told; of a complaint that is there, what every record names need not be told again.

    Raises:
        WrongUsage: it cannot be read, or something in it is wrong.
        Failure: there is no such complaint.
    """
    from pydantic import ValidationError

    from schemas.complaints import ComplaintRecord

    written: dict[str, Any] = {**(_known_of(of) if of else {}), **(read_object(source) if source else {})}
    for path, value in told.fields.items():
        part, dot, name = path.partition(".")
        if value and dot:
            written[part] = {**written.get(part, {}), name: value}
        elif value:
            written[part] = value
    if moment := moment_told("--at", told.at, zone):
        written["occurrence"] = {**written.get("occurrence", {}), "at": moment}
    try:
        record = ComplaintRecord.model_validate(written)
    except ValidationError as fault:
        first = fault.errors(include_input=False)[0]
        raise WrongUsage(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    return Brought(record, pieces_told("--attach", attach), told.by or record.taken_by or getpass.getuser())


def _known_of(number: str) -> dict[str, Any]:
    """Give of a complaint that is there what every record names."""
    from store import complaints as complaint_store
    from store.unit_of_work import unit_of_work

    with refusals_told(), unit_of_work() as connection:
        complaint = complaint_store.one_complaint(connection, number)
    return {"channel": complaint.channel, "type": complaint.type}


@contextmanager
def refusals_told() -> Iterator[None]:
    """Turn what is refused, of a complaint or of what follows from it, into the command's failure."""
    from rules.complaints.finding import SharesWrong
    from store.complaint_actions import NoSuchTask
    from store.complaints import NoSuchComplaint
    from store.consequences import NoSuchConsequence
    from tasks.complaints.told import Incomplete
    from tasks.stepping import NotAllowed

    try:
        with told_as_failures():
            yield
    except Incomplete as incomplete:
        wanted = "; ".join(f"{field.at} ({field.rule}): {field.en}, {field.zh}" for field in incomplete.missing)
        raise Failure(f"missing: {wanted}; keep it with --draft") from incomplete
    except (NoSuchComplaint, NoSuchTask, NoSuchConsequence, NotAllowed, SharesWrong) as refusal:
        raise Failure(str(refusal)) from refusal
