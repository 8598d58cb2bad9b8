"""Drawing docs/playbooks.md from the playbooks' data.

Belongs here: how the page looks. Does not belong here: any fact; each is read from rules/exceptions/playbooks.toml.
"""

from collections.abc import Iterator
from datetime import date

from rules.exceptions.playbooks import PLAYBOOKS, estimated_cost
from schemas.exceptions import ExceptionType, Measure
from schemas.playbooks import ClosedBy, Condition, EvidenceNeed, Mode, Playbook, Question, Remedy

FOR_GOOD = date(9000, 1, 1)
"""Costs are those of the rows that hold for good; the page must not depend on the day on which it is drawn."""


def playbooks_page() -> str:
    """Draw the page."""
    return "\n".join(
        (
            "# Playbooks (处理规范)",
            "",
            "Drawn from `rules/exceptions/playbooks.toml` by `make diagrams`; change the data, not this page:",
            "[how to](changing-a-playbook.md). Evidence in bold is mandatory: without it a case is incomplete (R13).",
            "A line with a condition counts only for parcels of which it holds. Costs are what measures cost the",
            f"carrier, in {PLAYBOOKS.currency}; what the customer is paid comes on top. Version {PLAYBOOKS.version}.",
            "",
            *(line for type_ in ExceptionType for line in _chapter(type_)),
            "## What a measure costs",
            "",
            f"| measure | {' | '.join(Mode)} | can be taken back |",
            f"|---|{'---|' * len(Mode)}---|",
            *map(_cost_line, Measure),
            "",
        )
    )


def _chapter(type_: ExceptionType) -> Iterator[str]:
    """Draw the playbook of a type, and of each mode what differs from express."""
    express = PLAYBOOKS.books[(type_, Mode.EXPRESS)]
    usual = _lines_of(express)
    yield from (f"## {type_}", "", f"{express.title.zh}. {express.title.en}.", "")
    for heading, lines in usual.items():
        yield from _section(heading, lines)
    yield ""
    for mode in (mode for mode in Mode if mode is not Mode.EXPRESS):
        own = _lines_of(PLAYBOOKS.books[(type_, mode)])
        differing = {heading: lines for heading, lines in own.items() if lines != usual[heading]}
        if not differing:
            continue
        yield from (f"Differing by {mode}:", "")
        for heading, lines in differing.items():
            yield from _section(heading, [line for line in lines if line not in usual[heading]])
            if heading in {"evidence", "questions"} and (
                gone := [line for line in usual[heading] if line not in lines]
            ):
                yield from _section(f"no {heading}", gone)
        yield ""


def _section(heading: str, lines: list[str]) -> Iterator[str]:
    """Write one line beside its heading, several below it."""
    if len(lines) == 1:
        yield f"- {heading}: {lines[0]}"
        return
    yield f"- {heading}:"
    yield from (f"  - {line}" for line in lines)


def _lines_of(book: Playbook) -> dict[str, list[str]]:
    lines = {
        "evidence": [_evidence(need) for need in book.evidence],
        "questions": [_question(question) for question in book.questions],
        "remedies, in order": [_costed(remedy, book.mode) for remedy in book.remedies],
    }
    if book.complete_delay:
        lines["first, once completely delayed"] = [_costed(book.complete_delay, book.mode)]
    silence = f"acceptance, or silence for {book.closing.after_hours} h after the result was told"
    return lines | {
        "clocks": [f"{_profile(book.clock_profile)}, news at least every {book.update_hours} h"],
        "texts": [", ".join(f"{occasion} `{name}`" for occasion, name in book.texts)],
        "closed by": [silence if book.closing.by is ClosedBy.SILENCE else "the customer's recorded acceptance"],
    }


def _profile(name: str) -> str:
    return f"profile `{name}`" if name else "the installation's profile"


def _evidence(need: EvidenceNeed) -> str:
    kind = f"**{need.kind}**" if need.mandatory else need.kind.value
    return f"{kind} of {need.of}{_when(need.when)} ({need.source})"


def _question(question: Question) -> str:
    return f"{question.to}, within {question.within_hours} h{_when(question.when)}: {question.zh} {question.en}"


def _costed(remedy: Remedy, mode: Mode) -> str:
    cost = estimated_cost(remedy.measures, on=FOR_GOOD, mode=mode)
    return f"{', '.join(remedy.measures)}{_when(remedy.when)}: {cost}"


def _when(conditions: tuple[Condition, ...]) -> str:
    return f" if {' and '.join(conditions)}" if conditions else ""


def _cost_line(measure: Measure) -> str:
    rules = [PLAYBOOKS.costs.pick(f"cost:{measure}", scope=mode.value, on=FOR_GOOD) for mode in Mode]
    cells = [
        "the same" if place and rule == rules[0] else f"{rule.value} ({rule.source}; {rule.verified})"
        for place, rule in enumerate(rules)
    ]
    return f"| `{measure}` | {' | '.join(cells)} | {'no' if measure in PLAYBOOKS.irreversible else 'yes'} |"
