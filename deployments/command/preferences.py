"""The commands about what consignees ask for: preferences set, list, withdraw.

Belongs here: what they take and print; the phone number is typed in and shown masked. Does not belong here: what is in
force (`rules.preferences.standing`).
"""

import getpass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from cyclopts import App

from deployments.command.installation import enter
from deployments.command.outcome import Failure
from deployments.command.output import print_json, print_table

if TYPE_CHECKING:
    from schemas.preferences import DeclaredPreference, TimeWindow
    from store.preferences import Taken

Who = Literal["consignee", "sender", "courier", "agent"]


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    group = App(name="preferences", help="What consignees ask for: set, list, withdraw.")
    group.command(set_, name="set")
    group.command(listing, name="list")
    group.command(withdraw)
    app.command(group)


def set_(
    phone: str | None = None,
    *,
    declared_by: Who = "consignee",
    place: str | None = None,
    window: list[str] | None = None,
    call_first: bool = False,
    never_locker: bool = False,
    inspect: bool = False,
    segment: Literal["young", "elderly", "business"] | None = None,
    language: Literal["zh", "en"] | None = None,
    until: datetime | None = None,
    staff: str = "",
) -> None:
    """Take down what a consignee asks for; what is not named stays as it is.

    - `redress preferences set 13800000000 --never-locker --place 一楼保安室`
    - `redress preferences set --window "mon-fri 08:00-10:00" --window "sat 14:00-18:00"`: asks for the number

    Args:
        phone: The consignee's number, in any spelling; asked for when it is left out.
        declared_by: Whose word it is.
        place: Where to leave the parcel.
        window: When it may come: days, then local times; may be given more than once.
        call_first: Call before delivery.
        never_locker: Never into a locker.
        inspect: Opened and inspected face to face.
        segment: How the consignee is best reached.
        language: In which language he reads.
        until: Until when all of this holds, in the business's time; for good when it is left out.
        staff: Your staff id; the name of your account when it is left out.
    """
    zone = enter().zone
    said: list[dict[str, Any]] = []
    said += [{"kind": "PLACE", "place": place}] if place is not None else []
    said += [{"kind": "TIME_WINDOW", "windows": [_window(text).model_dump() for text in window]}] if window else []
    flags = {"CALL_FIRST": call_first, "NEVER_LOCKER": never_locker, "INSPECT_FACE_TO_FACE": inspect}
    said += [{"kind": kind} for kind, asked in flags.items() if asked]
    said += [{"kind": "CHANNEL_SEGMENT", "segment": segment}] if segment else []
    said += [{"kind": "LANGUAGE", "language": language}] if language else []
    if until is not None:
        ends = until if until.tzinfo else until.replace(tzinfo=zone)
        said = [{**item, "valid_to": ends} for item in said]
    taken = _declare(_typed(phone), declared_by, staff, preferences=said)
    print(f"Version {taken.version}: {', '.join(taken.changed) or 'nothing new'}.")


def withdraw(phone: str | None = None, *, kind: list[str], declared_by: Who = "consignee", staff: str = "") -> None:
    """Take back what a consignee asked for; it stays on file as evidence of what held until now.

    - `redress preferences withdraw 13800000000 --kind NEVER_LOCKER`

    Args:
        phone: The consignee's number, in any spelling; asked for when it is left out.
        kind: What is taken back; may be given more than once.
        declared_by: Whose word it is.
        staff: Your staff id; the name of your account when it is left out.
    """
    enter()
    taken = _declare(_typed(phone), declared_by, staff, withdrawn=kind)
    print(f"Version {taken.version}: {', '.join(taken.changed) or 'nothing was in force'}.")


def _declare(phone: str, declared_by: Who, staff: str, **said: object) -> "Taken":
    from pydantic import ValidationError

    from schemas.preferences import Declaration, Door
    from tasks.preferences.declaring import NoPhone, take_down

    try:
        declaration = Declaration.model_validate({"phone": phone, "declared_by": declared_by, **said})
        [taken] = take_down([declaration], door=Door.COMMAND, taken_by=staff or getpass.getuser())
    except ValidationError as fault:
        first = fault.errors(include_input=False)[0]
        raise Failure(f"{'.'.join(map(str, first['loc'])) or 'preferences'}: {first['msg']}") from None
    except NoPhone as fault:
        raise Failure(str(fault)) from fault
    return taken


def listing(phone: str | None = None, *, json: bool = False) -> None:
    """List everything that a consignee ever asked for, what of it is in force, and what his deliveries teach.

    - `redress preferences list 13800000000`

    Args:
        phone: The consignee's number, in any spelling; asked for when it is left out.
        json: Print JSON.
    """
    zone = enter().zone
    from rules.phones import normalised_phone
    from rules.privacy import mask_phone
    from tasks.preferences.declaring import NoPhone, on_file

    typed = _typed(phone)
    try:
        known = on_file(typed)
    except NoPhone as fault:
        raise Failure(str(fault)) from fault
    shown = mask_phone(normalised_phone(typed))
    rows = [
        {
            "in_force": known.in_force.get(entry.kind) == entry,
            "version": entry.version,
            "kind": entry.kind.value,
            "asked": _asked(entry),
            "declared_by": entry.source.declared_by.value,
            "door": entry.source.door.value,
            "taken_by": entry.source.taken_by,
            "recorded_at": entry.recorded_at,
        }
        for entry in known.entries
    ]
    learned = [times.model_dump(mode="json") for times in known.learned]
    if json:
        print_json({"phone": shown, "preferences": rows, "learned": learned})
        return
    print_table(
        ("in force", "version", "kind", "asked", "declared by", "through", "taken by", "recorded"),
        [
            ("*" if row["in_force"] else "", row["version"], row["kind"], row["asked"], row["declared_by"],
             row["door"], row["taken_by"], entry.recorded_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"))
            for row, entry in zip(rows, known.entries, strict=True)
        ],
        title=shown,
    )  # fmt: skip
    for times in known.learned:
        days = " ".join(times.days)
        print(
            f"learned, not asked for: {days} {times.start:%H:%M}-{times.until:%H:%M} "
            f"({times.deliveries} deliveries, {times.share:.0%} of them, confidence {times.confidence})"
        )


def _asked(entry: "DeclaredPreference") -> str:
    """Say what an entry asks for; the consignee's own words with phone numbers masked."""
    from rules.preferences.breaches import written_windows
    from rules.privacy import mask_phones
    from schemas.preferences import ChannelSegment, Place, PreferredLanguage, TimeWindows

    match entry.preference:
        case None:
            return "withdrawn"
        case Place(place=place):
            return mask_phones(place)
        case TimeWindows(windows=windows):
            return written_windows(windows)
        case ChannelSegment(segment=segment):
            return segment.value
        case PreferredLanguage(language=language):
            return language
        case _:
            return "yes"


def _typed(phone: str | None) -> str:
    """Give the number as it was typed, here or at the prompt, where no shell keeps it."""
    try:
        return phone if phone is not None else input("Phone number: ")
    except EOFError:
        raise Failure("no phone number was typed") from None


def _window(text: str) -> "TimeWindow":
    """Read a window such as `mon-fri 08:00-10:00`, `sat,sun 14:00-18:00` or `daily 18:00-20:00`."""
    from pydantic import ValidationError

    from schemas.preferences import TimeWindow

    days, _, times = text.strip().lower().partition(" ")
    start, _, until = times.strip().partition("-")
    try:
        return TimeWindow.model_validate({"days": _days(days), "start": start, "until": until})
    except (ValidationError, ValueError):
        raise Failure(f'--window "{text}" is none; write it as "mon-fri 08:00-10:00"') from None


def _days(text: str) -> list[str]:
    from schemas.preferences import Weekday

    week = [day.value for day in Weekday]
    if text == "daily":
        return week
    found: list[str] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        found += week[week.index(first) : week.index(last or first) + 1]
    return found
