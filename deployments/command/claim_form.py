"""What is told of a claim on the command line: as options, as a JSON file, or on standard input.

Belongs here: how it is read, and how refusals are told. Does not belong here: what must be told (`rules.claims.form`).
The number of an account is read from a file or asked for, never taken from an option: options stay in the shell's list.
"""

import getpass
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from cyclopts import Parameter

from deployments.command.evidence import told_as_failures
from deployments.command.json_files import faults, read_object
from deployments.command.options import pieces_told
from deployments.command.outcome import Failure, WrongUsage

if TYPE_CHECKING:
    from schemas.claims import ClaimForm
    from schemas.evidence import OfferedPiece

ACCOUNT_BYTES_MAX = 1_000


@Parameter(name="*")
class ClaimTold:
    """What is told of a claim, as options; what a file says holds where no option does.

    Args:
        channel: website, hotline, outlet, file, exception, complaint or partner.
        event: loss, partial_loss, damage, shortage, delay, content_mismatch or misdelivery.
        waybill: The number of the parcel.
        happened: The day on which it happened.
        account: What happened, in the claimant's words.
        name: The claimant's name.
        phone: The claimant's telephone number.
        email: The claimant's address.
        language: The language that the claimant reads, zh or en.
        relation: sender, consignee, other or employee.
        amount: What is asked for; left out, what is owed by the rules.
        currency: Its currency.
        business: The claimant acts for a business.
        against: brand or carrier: whom the claimant chooses to be paid by.
        reference: The claimant's own number of it.
        origin: The exception or complaint that it comes from.
        parcel: The parcel that the next options tell of; that of the waybill when it is left out. Several: in the file.
        contents: What was in it.
        value: What it is worth.
        proof: What proves the value: invoice, payment_record, platform_order, ... or none.
        weight: Its weight in kg.
        pieces: How many pieces it has.
        lost_percent: How much of it is gone or spoilt, in per cent.
        lost_pieces: How many pieces are gone or spoilt.
        lost_value: What is gone or spoilt is worth.
        payee: Who is to be paid; the account is asked for, or read from --account-file.
        account_file: A file with the number of the payee's account and nothing else, or - for standard input.
        by: Who takes it in; the system's user name when it is left out.
    """

    def __init__(
        self,
        *,
        channel: str = "",
        event: str = "",
        waybill: str = "",
        happened: str = "",
        account: str = "",
        name: str = "",
        phone: str = "",
        email: str = "",
        language: str = "",
        relation: str = "",
        amount: str = "",
        currency: str = "",
        business: bool = False,
        against: str = "",
        reference: str = "",
        origin: str = "",
        parcel: str = "",
        contents: str = "",
        value: str = "",
        proof: str = "",
        weight: str = "",
        pieces: str = "",
        lost_percent: str = "",
        lost_pieces: str = "",
        lost_value: str = "",
        payee: str = "",
        account_file: Annotated[str, Parameter(allow_leading_hyphen=True)] = "",
        by: str = "",
    ) -> None:
        """Keep what was told, by where it stands in the form."""
        self.by = by
        self.payee = payee
        self.account_file = account_file
        self.fields = {
            "channel": channel, "event": event, "waybill": waybill, "happened_on": happened, "account": account,
            "claimed": amount, "currency": currency, "claimed_against": against, "reference": reference,
            "origin_case": origin, "taken_by": by,
        }  # fmt: skip
        self.claimant = {"name": name, "phone": phone, "email": email, "language": language, "relation": relation}
        self.business = business
        self.parcel = {
            "id": parcel, "contents": contents, "value": value, "proof": proof, "weight_kg": weight, "pieces": pieces,
            "lost_percent": lost_percent, "lost_pieces": lost_pieces, "lost_value": lost_value,
        }  # fmt: skip


class Brought:
    """A claim on its way from the command line."""

    def __init__(self, form: "ClaimForm", pieces: "list[OfferedPiece]", by: str) -> None:
        from schemas.evidence import Door, Entered
        from tasks.claims.told import TakenIn

        self.form = form
        self.pieces = pieces
        self.taken = TakenIn(by)
        self.given = Entered(by=by, door=Door.COMMAND)


def brought(source: str | None, told: ClaimTold, attach: Sequence[str], *, of: str = "") -> Brought:
    """Read what is told; of a claim that is there, what every form names need not be told again.

    Raises:
        WrongUsage: it cannot be read, or something in it is wrong.
        Failure: there is no such claim.
    """
    from pydantic import ValidationError

    from schemas.claims import ClaimForm

    known = _known_of(of) if of else Known({})
    written: dict[str, Any] = {**known.named, **(read_object(source) if source else {}), **_given(told.fields)}
    if claimant := _given(told.claimant):
        written["claimant"] = {**written.get("claimant", {}), **claimant}
    if parcel := _given(told.parcel):
        parcel.setdefault("id", written.get("waybill") or known.waybill)
        written["parcels"] = [parcel, *({"id": other} for other in known.parcels if other != parcel["id"])]
    if told.business:
        written["consumer"] = False
    if told.payee or told.account_file:
        written["payee"] = {"name": told.payee, "account": _account(told.account_file)}
    try:
        form = ClaimForm.model_validate(written)
    except ValidationError as fault:
        raise WrongUsage(faults(fault)) from None  # what was told, such as an account, stands in the fault
    return Brought(form, pieces_told("--attach", attach), told.by or form.taken_by or getpass.getuser())


def _given(fields: dict[str, str]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


class Known(NamedTuple):
    """What is known of a claim that is told more of: what every form names, its waybill, and its parcels."""

    named: dict[str, str]
    waybill: str = ""
    parcels: tuple[str, ...] = ()


def _known_of(number: str) -> Known:
    from store import claim_forms
    from store import claims as claim_store
    from store.unit_of_work import unit_of_work

    with refusals_told(), unit_of_work() as connection:
        claim = claim_store.one_claim(connection, number)
        form = claim_forms.last_forms(connection, [number]).get(number)
    named = {"channel": claim.channel.value, "event": claim.event.value}
    return Known(named, claim.waybill, tuple(parcel.id for parcel in form.parcels) if form else ())


def _account(source: str) -> str:
    """Read the number of an account from a file or standard input, or ask for it without showing it.

    Raises:
        WrongUsage: it cannot be read, or there is no terminal to ask at.
    """
    if not source:
        if not sys.stdin.isatty():
            raise WrongUsage("--payee: name a file with the account (--account-file); only a terminal is asked for it")
        return getpass.getpass("Account 账号: ").strip()
    try:
        if source == "-":
            return sys.stdin.read(ACCOUNT_BYTES_MAX).strip()
        with Path(source).open(encoding="utf-8") as opened:
            return opened.read(ACCOUNT_BYTES_MAX).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(f"--account-file {source}: {getattr(error, 'strerror', None) or 'it is no text'}") from None


@contextmanager
def refusals_told(hint: str = "") -> Iterator[None]:
    """Turn what is refused of a claim into the command's failure; `hint` says what to do where something is missing."""
    from deployments.command.cases import refusals_told as of_cases
    from rules.complaints.finding import SharesWrong
    from store.keyed import NoSecretKey
    from tasks.claims.told import Incomplete

    try:
        with told_as_failures(), of_cases():
            yield
    except Incomplete as incomplete:
        wanted = "; ".join(f"{field.at} ({field.rule}): {field.en}, {field.zh}" for field in incomplete.missing)
        raise Failure(f"missing: {wanted}{hint}") from incomplete
    except (SharesWrong, NoSecretKey) as refusal:
        raise Failure(str(refusal)) from refusal
