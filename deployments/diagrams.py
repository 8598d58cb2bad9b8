"""Drawing pages of docs/ from the tables of rules, so that page and code never differ: `make diagrams`.

Belongs here: how the pages look. Does not belong here: any fact; each is read from a table. The pages about
playbooks and rule packs: playbook_page.py, rule_pack_page.py.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from deployments.playbook_page import playbooks_page
from deployments.rule_pack_page import rule_packs_page
from rules.appeals.contents import MANDATORY
from rules.appeals.lifecycle import APPEALS
from rules.appeals.lifecycle import OPEN_STATES as OPEN_APPEALS
from rules.appeals.pack import APPEAL_RULES
from rules.change_requests.lifecycle import CHANGES, OPEN
from rules.claims import lifecycle as claim_rules
from rules.claims.pack import CLAIM_PACK
from rules.clocks.book import BOOK
from rules.clocks.calendars import Calendar, Hours
from rules.clocks.profiles import Clock, Profile
from rules.complaints import lifecycle as complaint_rules
from rules.complaints.pack import COMPLAINT_PACK
from rules.exceptions.lifecycle import LIFECYCLE, OPEN_STATES
from rules.exceptions.pack import EXCEPTION_PACK
from rules.exceptions.playbooks import playbook_for
from rules.exceptions.silence import WatchedShipment, silences
from rules.exceptions.triggers import ARRIVED, CURED_BY, FALLBACK, MOVING, NO_CASE, SCANNED, TRIGGERS, Trigger
from rules.exceptions.wording import SITUATION
from rules.inquiries.lifecycle import INQUIRY_LIFECYCLE, WAITING_STATES
from rules.packs import Rule, RulePack
from rules.transitions import Transition, TransitionTable
from schemas import claims, complaints
from schemas.appeals import AppealCommand, AppealState
from schemas.change_requests import ChangeCommand, ChangeState
from schemas.clocks import DEFAULT_PROFILE, ClockKind
from schemas.exceptions import Command, ExceptionType, State
from schemas.inquiries import InquiryCommand, InquiryState
from schemas.playbooks import Remedy
from schemas.tracking import Event

DOCS = Path(__file__).parents[1] / "docs"
_Word = TypeVar("_Word", bound=StrEnum)
_S = TypeVar("_S", bound=StrEnum)
_C = TypeVar("_C", bound=StrEnum)
_Row = Transition[_S, _C, Any, Any, Any]

HOUR = timedelta(hours=1)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

FAR_OFF = datetime(9000, 1, 1, tzinfo=UTC)
"""Figures are those of the rows that hold for good; the page must not depend on the day on which it is drawn."""

GROUPS = {"any scan": SCANNED, "any movement": MOVING, "any arrival": ARRIVED}
"""Sets of events that the table of types calls by one name, the largest first."""


def main() -> None:
    """Write every page and say which."""
    for name, draw in PAGES.items():
        (DOCS / name).write_text(draw(), "utf-8")
        print(f"Wrote {DOCS / name}.")


def lifecycle_of_exceptions() -> str:
    """Draw the page about exceptions."""
    return "\n".join(
        (
            "# The lifecycle of an exception (异常件)",
            "",
            "Drawn from `rules/exceptions/` by `make diagrams`; change the tables there, not this page.",
            "",
            *_lifecycle(LIFECYCLE, State, Command, ends=set(State) - OPEN_STATES, what="a case"),
            "## The types",
            "",
            "What opens a case of each type, which later event cures it, and what is proposed, in order. A reason",
            "names the party it lies with before the dot. A case that silence opened is cured by what was missing.",
            "",
            *_table(("type", "中文", "opened by", "cured by", "remedies"), map(_type_line, ExceptionType)),
            "",
            *_notes_on_types(),
            "",
        )
    )


def lifecycle_of_complaints() -> str:
    """Draw the page about complaints."""
    return "\n".join(
        (
            "# The lifecycle of a complaint (投诉)",
            "",
            "Drawn from the tables in `rules/complaints/` and `rules/clocks/profiles.toml` by `make diagrams`.",
            "",
            *_lifecycle(
                complaint_rules.LIFECYCLE,
                complaints.State,
                complaints.Command,
                ends={complaints.State.CLOSED},
                what="a complaint",
            ),
            "## What is due in each state",
            "",
            "The clocks of the profile `complaint` that run while a complaint is in a state; the seven days of the law",
            "(快递暂行条例 art. 28) run beside them from the first word on, whatever the state.",
            "",
            *_clocks_by_state("complaint", complaints.State, untimed={complaints.State.CLOSED: "it is archived"}),
            "",
            *_figures(COMPLAINT_PACK, "`rules/complaints/pack.py`"),
        )
    )


def lifecycle_of_claims() -> str:
    """Draw the page about claims."""
    return "\n".join(
        (
            "# The lifecycle of a claim (理赔)",
            "",
            "Drawn from the tables in `rules/claims/` and `rules/clocks/profiles.toml` by `make diagrams`.",
            "",
            *_lifecycle(
                claim_rules.LIFECYCLE, claims.State, claims.Command, ends={claims.State.CLOSED}, what="a claim"
            ),
            "## What is due in each state",
            "",
            "The clocks of the profile `claim` that run while a claim is in a state; those of the standard (an answer",
            "within 24 hours, a proposal within 30 or 60 days, payment within 7) run beside them, whatever the state.",
            "",
            *_clocks_by_state("claim", claims.State, untimed=UNTIMED_CLAIMS),
            "",
            *_figures(CLAIM_PACK, "`rules/claims/pack.py`; what is owed stands in the [rule packs](rule-packs.md)"),
        )
    )


UNTIMED_CLAIMS = {claims.State.CLOSED: "it is over"}
"""States of a claim in which nothing is due, and why."""


def _clocks_by_state(name: str, states: type[_S], *, untimed: Mapping[_S, str]) -> Iterator[str]:
    """List the clocks of a profile that run in each state; one in which none does says why."""
    clocks = [clock for profile in BOOK.profiles if profile.name == name for clock in profile.clocks]

    def running(state: _S) -> str:
        if why := untimed.get(state):
            return f"none: {why}"
        return ", ".join(f"`{clock.id}`" for clock in clocks if not clock.in_states or state.value in clock.in_states)

    return _table(("state", "clocks"), ((state.value, running(state)) for state in states))


def _figures(pack: RulePack, where: str) -> Iterator[str]:
    """List the figures of a pack, each with its source."""
    yield from ("## The figures", "")
    yield from (f"From {where}. Where the source says that the figure is ours, no text names one.", "")
    yield from _table(
        ("rule", "scope", "value", "unit", "counted from", "source", "how sure"),
        (
            (rule.id, rule.scope, f"{rule.value:f}", rule.unit, rule.starts_on, rule.source, rule.verified)
            for rule in pack
        ),
    )
    yield ""


def lifecycle_of_change_requests() -> str:
    """Draw the page about change requests."""
    return "\n".join(
        (
            "# The lifecycle of a change request (更改申请)",
            "",
            "Drawn from `rules/change_requests/` by `make diagrams`; change the table there, not this page.",
            "",
            *_lifecycle(CHANGES, ChangeState, ChangeCommand, ends=set(ChangeState) - OPEN, what="a request"),
        )
    )


def lifecycle_of_inquiries() -> str:
    """Draw the page about inquiries."""
    return "\n".join(
        (
            "# The lifecycle of an inquiry (协查)",
            "",
            "Drawn from `rules/inquiries/` by `make diagrams`; change the table there, not this page.",
            "",
            *_lifecycle(
                INQUIRY_LIFECYCLE,
                InquiryState,
                InquiryCommand,
                ends=set(InquiryState) - WAITING_STATES,
                what="an inquiry",
            ),
        )
    )


def lifecycle_of_appeals() -> str:
    """Draw the page about appeals."""
    return "\n".join(
        (
            "# The lifecycle of an appeal (申诉)",
            "",
            "Drawn from `rules/appeals/` by `make diagrams`; change the tables there, not this page.",
            "",
            *_lifecycle(
                APPEALS,
                AppealState,
                AppealCommand,
                ends=set(AppealState) - OPEN_APPEALS,
                what="an appeal",
            ),
            "## The times",
            "",
            "A figure of a province goes before that of the nation; of the carrier's time for a complaint the shorter",
            "one counts. `REDRESS_APPEAL_RULES_FILE` names a file of rows over these (`rules/appeals/pack_files.py`",
            "shows one).",
            "",
            *_table(
                ("rule", "whose", "time", "starts on", "from", "until before", "source"),
                map(_appeal_rule_line, APPEAL_RULES),
            ),
            "",
            "## What the answer must hold",
            "",
            *_table(
                ("item", "中文", "meaning", "source"),
                ((f"`{item.at}`", item.zh, item.en, item.source) for item in MANDATORY),
            ),
            "",
        )
    )


def _appeal_rule_line(rule: Rule) -> tuple[str, ...]:
    until = f"{rule.valid_to}" if rule.valid_to else ""
    return (
        f"`{rule.id}`", rule.jurisdiction, f"{rule.value:f} {rule.unit.replace('_', ' ')}", rule.starts_on,
        f"{rule.valid_from}", until, f"{rule.source} ({rule.verified})",
    )  # fmt: skip


def clock_profiles() -> str:
    """Draw the page about clocks."""
    return "\n".join(
        (
            "# The clocks (时限)",
            "",
            "Drawn from `profiles.toml` and `calendars.toml` in `rules/clocks/` by `make diagrams`; change those.",
            "[clocks.md](clocks.md) says how clocks count and how to add your own. A case begins under the profile",
            "that its [playbook](changing-a-playbook.md) names, else under that of `REDRESS_CLOCK_PROFILE`, else",
            f"under `{DEFAULT_PROFILE}`; `redress profile NO` changes it.",
            "",
            *(line for profile in BOOK.profiles for line in _profile(profile)),
            "## Calendars",
            "",
            "A working day that falls on a day of rest (调休) has the hours of its own column.",
            "",
            *_table(
                ("calendar", "中文", "meaning", "zone", "open hours", "on a make-up day"),
                map(_calendar_line, BOOK.calendars.by_name.values()),
            ),
            "",
        )
    )


PAGES: dict[str, Callable[[], str]] = {
    "lifecycle-exceptions.md": lifecycle_of_exceptions,
    "lifecycle-complaints.md": lifecycle_of_complaints,
    "lifecycle-claims.md": lifecycle_of_claims,
    "lifecycle-change-requests.md": lifecycle_of_change_requests,
    "lifecycle-inquiries.md": lifecycle_of_inquiries,
    "lifecycle-appeals.md": lifecycle_of_appeals,
    "clock-profiles.md": clock_profiles,
    "playbooks.md": playbooks_page,
    "rule-packs.md": rule_packs_page,
}


def _lifecycle(
    table: TransitionTable[_S, _C, Any, Any, Any],
    states: type[_S],
    commands: type[_C],
    *,
    ends: Collection[_S],
    what: str,
) -> Iterator[str]:
    """Draw a transition table as a picture and as lines."""
    yield from ("```mermaid", *_picture(table.rows, states, commands, ends=ends), "```", "")
    yield from (f"## What can be asked of {what}", "")
    yield "A command that has no line here for a state is refused with a sentence that says so. A guard is a question:"
    yield "when it finds something wrong, its answer is the sentence of the refusal."
    yield ""
    yield from _table(("in state", "command", "to", "stage", "who may", "guard"), map(_transition_line, table.rows))
    yield ""


def _picture(
    rows: Sequence[_Row[_S, _C]], states: type[_S], commands: type[_C], *, ends: Collection[_S]
) -> Iterator[str]:
    """Draw the moves between states; those from several states start at a box that names them."""
    moving = [row for row in rows if row.target is not None]
    opening = ", ".join(_in_order(set(commands) - {row.command for row in rows}))
    yield "stateDiagram-v2"
    for first in _in_order(set(states) - {row.target for row in moving}):
        yield f"    [*] --> {first} : {opening}".removesuffix(" : ")
    for row in moving:
        origin = "".join(row.origins) if len(row.origins) == 1 else f"before_{row.command}"
        if len(row.origins) > 1:
            yield f'    state "{_any_of(row.origins)}" as {origin}'
        yield f"    {origin} --> {row.target} : {row.command}"
    for last in _in_order(ends):
        yield f"    {last} --> [*]"


def _transition_line(row: _Row[_S, _C]) -> tuple[str, ...]:
    target = f"`{row.target}`" if row.target else "where it is"
    return _any_of(row.origins), f"`{row.command}`", target, row.stage, ", ".join(_in_order(row.who)), _guard(row)


def _guard(row: _Row[_S, _C]) -> str:
    if row.guard is None:
        return ""
    sentence = (row.guard.__doc__ or "").partition("\n")[0]
    return f"`{getattr(row.guard, '__name__', row.guard)}`: {sentence}"


def _type_line(type_: ExceptionType) -> tuple[str, ...]:
    opened = [_opening(trigger) for trigger in TRIGGERS if trigger.type is type_]
    opened += [f"`{event}`, any other reason" for event, opens in FALLBACK.items() if opens is type_]
    opened += ["silence"] if type_ in _silent_types() else []
    remedies = [f"{place}. {_remedy(remedy)}" for place, remedy in enumerate(playbook_for(type_).remedies, start=1)]
    return (
        f"`{type_}`", SITUATION[type_][0], "<br>".join(opened), _events(CURED_BY[type_]), "<br>".join(remedies),
    )  # fmt: skip


def _opening(trigger: Trigger) -> str:
    return f"`{trigger.event}` {', '.join(sorted(trigger.reasons))}".rstrip()


def _silent_types() -> set[ExceptionType]:
    """Ask the watch what it makes of a parcel that should long have come, scanned before or never."""
    never_scanned = WatchedShipment(registered_at=FAR_OFF, promised_at=FAR_OFF)
    scanned = never_scanned.model_copy(update={"last_event_at": FAR_OFF})
    late = FAR_OFF + timedelta(days=365)
    return {trouble.type for parcel in (never_scanned, scanned) for trouble in silences(parcel, now=late)}


def _remedy(remedy: Remedy) -> str:
    return ", ".join(remedy.measures)


def _events(events: frozenset[Event]) -> str:
    """Name a set of events by its group and what it has besides; every word in the order of the vocabulary."""
    name, group = next(((name, group) for name, group in GROUPS.items() if group <= events), ("", frozenset()))
    return ", ".join([*([name] if name else []), *(f"`{event}`" for event in _in_order(events - group))]) or "nothing"


def _notes_on_types() -> Iterator[str]:
    for name, group in GROUPS.items():
        beyond = "every event that is no signal" if group is SCANNED else ", ".join(f"`{e}`" for e in _in_order(group))
        yield f"- {name}: {beyond}."
    for event, reason in sorted(NO_CASE):
        yield f"- `{event}` {reason} opens nothing: it was agreed with the customer."
    rules = [EXCEPTION_PACK.pick("complete_delay", scope=scope, on=FAR_OFF.date()) for scope in ("same_city", "*")]
    within, beyond = (f"{rule.hours.days} days" for rule in rules)
    yield f"- A parcel that is completely delayed (彻底延误: {within} after the promise within one city, else {beyond};"
    yield f"  {rules[0].source}) gets {_complete_delay()} next, whatever else is left to propose."


def _complete_delay() -> str:
    """Say for which types something is proposed once the parcel may be treated as lost, and what."""
    books = [playbook_for(type_) for type_ in ExceptionType]
    told = {book.type: _remedy(book.complete_delay) for book in books if book.complete_delay}
    return " or ".join(dict.fromkeys(told.values())) + f" ({', '.join(told)})"


def _profile(profile: Profile) -> Iterator[str]:
    until = f" until before {profile.valid_to}" if profile.valid_to else ""
    yield from (f"## {profile.name}: {profile.title_zh}", "")
    title = f"{profile.title_en[0].upper()}{profile.title_en[1:]}"
    yield f"{title}. Version {profile.version}, from {profile.valid_from}{until}."
    if profile.kind is ClockKind.STATUTORY:
        yield f"It runs beside every profile wherever the law of {profile.jurisdiction} holds, and never pauses."
    else:
        yield f"Once a clock ran out and was escalated, the next level has {profile.escalation_step / HOUR:g} hours."
    yield ""
    columns = ("clock", "中文", "meaning", "starts on", "starts anew on", "met by", "only in", "time", "calendar")
    yield from _table((*columns, "may pause", "source"), map(_clock_line, profile.clocks))
    yield ""


def _clock_line(clock: Clock) -> tuple[str, ...]:
    def named(names: Iterable[str]) -> str:
        return ", ".join(f"`{name}`" for name in names)

    return (
        f"`{clock.id}`", clock.title_zh, clock.title_en, named((clock.starts_on,)), named(clock.restarts_on),
        named(clock.met_by), ", ".join(sorted(clock.in_states)), _time(clock), clock.calendar.name,
        "yes" if clock.pausable else "no", f"{clock.source} ({clock.verified})",
    )  # fmt: skip


def _time(clock: Clock) -> str:
    special = [
        *(f"{severity.name} {value:f}" for severity, value in clock.by_severity.items()),
        *(f"{lane} {value:f}" for lane, value in clock.by_lane.items()),
    ]
    return f"{clock.value:f} {clock.unit.replace('_', ' ')}" + (f"; {', '.join(special)}" if special else "")


def _calendar_line(calendar: Calendar) -> tuple[str, ...]:
    days = [f"{name} {_open(hours)}" for name, hours in zip(WEEKDAYS, calendar.weekly, strict=True) if hours]
    return (
        f"`{calendar.name}`", calendar.title_zh, calendar.title_en, calendar.zone.key, "<br>".join(days),
        _open(calendar.make_up),
    )  # fmt: skip


def _open(hours: Iterable[Hours]) -> str:
    return ", ".join(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in hours)


def _in_order(words: Iterable[_Word]) -> list[_Word]:
    """Sort words as their vocabulary lists them; a set has no order of its own."""
    return sorted(words, key=lambda word: [*type(word).__members__.values()].index(word))


def _any_of(states: frozenset[_S]) -> str:
    """Name states, or those that are left out where these are fewer."""
    left_out = set(type(next(iter(states)))) - states
    if len(left_out) < len(states):
        return f"any but {', '.join(_in_order(left_out))}"
    return ", ".join(_in_order(states))


def _table(head: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for line in lines:
        yield f"| {' | '.join(line)} |"


if __name__ == "__main__":
    main()
