"""How the commands about appeals read what they are given, and print an appeal, its conditions and its times.

Belongs here: reading and printing. Does not belong here: any command (`deployments.command.appeals`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from deployments.command.installation import enter
from deployments.command.outcome import Failure, WrongUsage
from deployments.command.output import print_table

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

    from schemas.appeals import Appeal, AppealDue, Precondition
    from store.appeal_papers import KeptPaper

FILE_BYTES_MAX = 1_000_000
M = TypeVar("M", bound="BaseModel")


def file_and_staff(file: Path | None, staff: str | None) -> tuple[Path, str]:
    """Give both, which only a command that prints a schema can do without."""
    if file is None or staff is None:
        raise WrongUsage("name the file and your --staff id, or ask for the --schema")
    return file, staff


def read_file(file: Path, model: type[M]) -> M:
    """Read a file of JSON.

    Raises:
        WrongUsage: it cannot be read, or does not hold what it should.
    """
    from pydantic import ValidationError

    try:
        if file.stat().st_size > FILE_BYTES_MAX:
            raise WrongUsage(f"{file} has more than {FILE_BYTES_MAX:,} bytes")
        return model.model_validate_json(file.read_text("utf-8-sig"))
    except ValidationError as invalid:
        raise WrongUsage(f"{file}: {_faults(invalid)}") from invalid
    except (OSError, UnicodeDecodeError) as unreadable:
        raise WrongUsage(f"{file} cannot be read: {unreadable}") from unreadable


def made_of(model: type[M], **given: object) -> M:
    """Make of options what a step takes.

    Raises:
        WrongUsage: one of them cannot be used.
    """
    from pydantic import ValidationError

    try:
        return model.model_validate(given)
    except ValidationError as invalid:
        raise WrongUsage(_faults(invalid)) from invalid


def _faults(invalid: "ValidationError") -> str:
    told = [
        ": ".join(filter(None, (".".join(map(str, fault["loc"])), str(fault["msg"]).removeprefix("Value error, "))))
        for fault in invalid.errors(include_input=False)
    ]
    return "; ".join(told[:5])


def aware(moment: datetime | None) -> datetime | None:
    """Take a time without an offset as one of the business zone."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=enter().zone)


def tell_where_it_stands(appeal: "Appeal") -> None:
    """Print the state, and what the carrier owes first."""
    print(f"{appeal.case_no} is {appeal.state.value}.")
    print_owed(appeal)


def print_owed(appeal: "Appeal") -> None:
    """Print what the carrier owes first."""
    from tasks.appeals.settings import appeal_clocks

    due = appeal_clocks().next_owed(appeal)
    if due is not None:
        print_due(due)


def print_due(due: "AppealDue") -> None:
    """Print one time with its derivation."""
    from rules.appeals.wording import DUE
    from rules.clocks.explanation import due_locally

    zone = enter().zone
    met = f", met {due.met_at.astimezone(zone):%Y-%m-%d %H:%M}" if due.met_at else ""
    print(f"{DUE[due.kind]} {due.kind.value}: {due_locally(due.due_at, zone)}, {due.owed_by.value}{met}")
    for line in due.explanation:
        print(f"  {line}")


def print_preconditions(found: "tuple[Precondition, ...]") -> None:
    """Print how the conditions of an appeal stand."""
    from rules.appeals.wording import STANDING

    print_table(
        ("condition", "", "中文", "meaning", "source"),
        [
            (condition.kind.value, f"{STANDING[condition.standing]} {condition.standing.value}", condition.zh,
             condition.en, f"{condition.source} ({condition.verified})")
            for condition in found
        ],
    )  # fmt: skip


def masked(paper: "KeptPaper") -> dict[str, Any]:
    """Show a paper with names and numbers of people masked."""
    from rules.privacy import mask_name, mask_phone, mask_record

    content = dict(paper.content)
    if appellant := content.get("appellant"):
        content["appellant"] = {
            **appellant, "name": mask_name(appellant["name"]), "phone": mask_phone(appellant["phone"]),
        }  # fmt: skip
    kept = {"waybill", "regulator_no", "complaint_no", "appellant"}
    shown = {key: value if key in kept else mask_record(value) for key, value in content.items()}
    return {**paper._asdict(), "kind": paper.kind.value, "content": shown}


def lines_of(content: dict[str, Any]) -> str:
    """Write what a paper says, a line for each thing that it says."""
    return "\n".join(f"  {key}: {value}" for key, value in content.items() if value not in ("", None, []))


@contextmanager
def refusals_told() -> Iterator[None]:
    """Turn what is refused into the command's failure."""
    from rules.appeals.pack_files import AppealRulesInvalid
    from store.appeals import NoSuchAppeal
    from store.case_moves import StaleCase
    from tasks.stepping import NotAllowed

    try:
        yield
    except (NotAllowed, NoSuchAppeal, StaleCase, AppealRulesInvalid) as refusal:
        raise Failure(str(refusal)) from refusal
