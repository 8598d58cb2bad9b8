"""A case's clocks as a step leaves them: its anchors with one more entry, and what is due first by them.

Belongs here: what of a case is a fact for clocks, and which columns they are kept in. Does not belong here: which
clocks there are and how they count (`rules/clocks/`).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from rules.clocks.anchors import advance, fold, knowing
from rules.clocks.reading import Dues, due_of, dues_of, read_clocks
from rules.exceptions.lifecycle import BEFORE_RESULT
from schemas.clocks import READ_OF_DETAILS, Anchors, ClockEntry, ClockReading
from schemas.exceptions import Command, ExceptionCase
from tasks.clock_book import clock_book, due_columns
from tasks.playbooks import clock_profile_of, closing_of, update_interval_of

JURISDICTION = "CN"
ANSWER = "customer_answer"
"""The clock that runs while the customer may object to the result."""

SILENCES = ("first_response", "update")
"""The clocks that telling the customer meets."""
HEARD = (Command.TELL_CUSTOMER, Command.REPORT_SEVERE, Command.FEED_BACK)
"""The commands by which the customer hears something."""


def anchors_of(case: ExceptionCase) -> Anchors:
    """Give what is kept of a case's history for its clocks; of a case without any, the start of one."""
    return case.clock_anchors or Anchors(profile=clock_profile_of(case), jurisdiction=JURISDICTION, lane=case.lane)


def refolded(case: ExceptionCase, history: Iterable[Mapping[str, Any]]) -> Anchors:
    """Compute the anchors of a case from its whole history."""
    start = anchors_of(case.model_copy(update={"clock_anchors": None}))
    return fold((ClockEntry.model_validate(dict(row)) for row in history), start=start)


def entry_of(*, at: datetime, command: str, state: str, reason: str, details: Mapping[str, Any]) -> ClockEntry:
    """Make the entry that the history row of a step will be read as."""
    if READ_OF_DETAILS.isdisjoint(details):  # as nearly all: nothing is left to look at
        return ClockEntry.model_construct(  # told in full: a default that is made anew costs more than all the rest
            at=at, command=command, state=state, reason=reason, severity=None, facts={}, profile=""
        )
    return ClockEntry.model_validate(
        {"at": at, "command": command, "state": state, "reason": reason, "details": dict(details)}
    )


def clock_columns(case: ExceptionCase, anchors: Anchors) -> dict[str, Any]:
    """Give the columns that hold a case's clocks: its anchors, and what is due by them and today's figures."""
    dues = dues_of(with_facts(case, anchors), book=clock_book())
    return due_columns(anchors, dues, tell_due_at=_tell_due(case, anchors, dues))


def _tell_due(case: ExceptionCase, anchors: Anchors, running: Dues) -> datetime | None:
    """Say when the customer will have heard nothing for too long: by the clocks or the playbook, what comes first."""
    dues = [due for clock_id in SILENCES if (due := running.of(clock_id))]
    if anchors.state in BEFORE_RESULT and anchors.opened is not None:
        heard = max([anchors.opened, *(anchors.marks[name][-1] for name in HEARD if name in anchors.marks)])
        dues.append(heard.at + update_interval_of(case))
    return min(dues, default=None)


def next_word_due(case: ExceptionCase, entry: ClockEntry) -> datetime | None:
    """Say by when a customer who is told by this entry hears again (R16); None where nothing makes anybody write."""
    anchors = advance(anchors_of(case), entry)
    return _tell_due(case, anchors, dues_of(anchors, book=clock_book()))


def answer_due(case: ExceptionCase, entry: ClockEntry) -> datetime | None:
    """Say until when the customer may object to the result that this entry tells; None where nobody could be told.

    Where silence is enough, for as long as the playbook says; else until the clock says that somebody should ask.
    """
    told_at = entry.facts.get("result_told_at")
    silence = closing_of(case).after_hours
    if told_at is None or silence is None:
        return due_of(ANSWER, advance(anchors_of(case), entry), book=clock_book())
    return told_at + timedelta(hours=float(silence))


def with_facts(case: ExceptionCase, anchors: Anchors) -> Anchors:
    """Add what the parcel tells and no entry does."""
    return knowing(anchors, {"promised_at": case.promised_at, "delivered_at": case.delivered_at})


def readings(case: ExceptionCase, *, now: datetime) -> tuple[ClockReading, ...]:
    """Read every clock of a case that was ever started, each with its derivation."""
    return read_clocks(with_facts(case, anchors_of(case)), now=now, book=clock_book())
