"""The times of an appeal: when the regulator forwards and decides, when the carrier owes what, how long it is kept.

Computed from the appeal alone, so that the store can keep what is due first and a scan can find it.
"""

from datetime import datetime

from rules.appeals.choice import Choice, choose
from rules.appeals.lifecycle import UNANSWERED
from rules.appeals.pack import APPEAL_PACK
from rules.appeals.periods import Period, period
from rules.clocks.book import BOOK
from rules.clocks.calendars import Calendar
from rules.clocks.explanation import due_locally
from rules.packs import NoSuchRule, RulePack
from schemas.appeals import Appeal, AppealDue, DueKind, Owes

CALENDAR = "cn-business"
"""Whose working days count: the regulator's."""


class AppealClocks:
    """Reads the times of appeals by one pack and one calendar."""

    def __init__(self, pack: RulePack = APPEAL_PACK, calendar: Calendar | None = None) -> None:
        self.pack = pack
        self.calendar = calendar or BOOK.calendars.by_name[CALENDAR]

    def read(self, appeal: Appeal) -> tuple[AppealDue, ...]:
        """Give every time of an appeal that has begun."""
        return tuple(
            due
            for due in (
                self._forward(appeal),
                self._answer(appeal),
                self._progress(appeal),
                self._decision(appeal),
                self._response(appeal),
                self._retention(appeal),
            )
            if due is not None
        )

    def next_owed(self, appeal: Appeal) -> AppealDue | None:
        """Give what the carrier owes first; None when it owes nothing, or the appeal is closed."""
        owed = self.owed(appeal)
        return min(owed, key=lambda due: due.due_at, default=None)

    def owed(self, appeal: Appeal) -> tuple[AppealDue, ...]:
        """List what the carrier owes and has not done."""
        if not appeal.is_open:
            return ()
        return tuple(due for due in self.read(appeal) if due.owed_by is Owes.CARRIER and due.met_at is None)

    def why_no_extension(self, appeal: Appeal) -> str:
        """Say why the regulator's time cannot be prolonged; empty where a text knows of it."""
        try:
            self._choice("extension", appeal, appeal.received_at)
        except NoSuchRule:
            return f"no text of {appeal.jurisdiction} knows of it."
        return ""

    def kept_until(self, appeal: Appeal, *, closed_at: datetime) -> datetime:
        """Say until when the papers of an appeal that is closed at that moment are kept."""
        return self.count("retention", appeal.jurisdiction, closed_at).ends_at

    def count(self, id_: str, jurisdiction: str, start: datetime, *, prolonged: bool = False) -> Period:
        """Count the period of a rule that held for a jurisdiction on the day of its start."""
        chosen = choose(self.pack, id_, jurisdiction=jurisdiction, on=self.calendar.day_of(start))
        return period(start, chosen, calendar=self.calendar, prolonged=prolonged)

    def _forward(self, appeal: Appeal) -> AppealDue | None:
        if appeal.appealed_at is None:
            return None
        return self._due(DueKind.FORWARD, Owes.REGULATOR, appeal, appeal.appealed_at, met_at=appeal.forwarded_at)

    def _answer(self, appeal: Appeal) -> AppealDue:
        """Give the carrier's time for its answer, or for the next one when that was sent back."""
        if appeal.returned_at is not None:
            start, id_ = appeal.returned_at, "answer_again"
        else:
            start, id_ = appeal.received_at, "answer"
        met_at = None if appeal.state in UNANSWERED else appeal.answered_at
        due = self._due(DueKind.ANSWER, Owes.CARRIER, appeal, start, met_at=met_at, id_=id_)
        if appeal.answer_by is None:
            return due
        named = f"the regulator named {due_locally(appeal.answer_by, self.calendar.zone)}, which holds instead"
        return due.model_copy(update={"due_at": appeal.answer_by, "explanation": (*due.explanation, named)})

    def _progress(self, appeal: Appeal) -> AppealDue | None:
        """Give the next report, as long as there is no answer: at the latest when that is due, and then again."""
        if appeal.state not in UNANSWERED:
            return None
        begun = max(filter(None, (appeal.received_at, appeal.reported_at, appeal.returned_at)))
        due = self._due(DueKind.PROGRESS, Owes.CARRIER, appeal, begun, met_at=None)
        answer = self._answer(appeal)
        if begun < answer.due_at < due.due_at:
            told = f"at the latest with the answer, {due_locally(answer.due_at, self.calendar.zone)}"
            return due.model_copy(update={"due_at": answer.due_at, "explanation": (*due.explanation, told)})
        return due

    def _decision(self, appeal: Appeal) -> AppealDue:
        start = appeal.appealed_at or appeal.received_at
        met_at = appeal.opinion_at or appeal.closed_at
        due = self._due(DueKind.DECISION, Owes.REGULATOR, appeal, start, met_at=met_at)
        if appeal.appealed_at is None:
            lines = (*due.explanation, "when the user appealed is not known: counted from the day of receipt")
            due = due.model_copy(update={"explanation": lines})
        if appeal.extended_at is None:
            return due
        choice = self._choice("extension", appeal, appeal.received_at)
        longer = period(due.due_at - _INSTANT, choice, calendar=self.calendar)
        lines = (*due.explanation, *longer.explanation)
        return due.model_copy(update={"due_at": longer.ends_at, "explanation": lines})

    def _response(self, appeal: Appeal) -> AppealDue | None:
        if appeal.opinion_at is None:
            return None
        return self._due(DueKind.RESPONSE, Owes.CARRIER, appeal, appeal.opinion_at, met_at=appeal.responded_at)

    def _retention(self, appeal: Appeal) -> AppealDue | None:
        if appeal.closed_at is None:
            return None
        return self._due(DueKind.RETENTION, Owes.CARRIER, appeal, appeal.closed_at, met_at=None)

    def _choice(self, id_: str, appeal: Appeal, on: datetime) -> Choice:
        return choose(self.pack, id_, jurisdiction=appeal.jurisdiction, on=self.calendar.day_of(on))

    def _due(
        self,
        kind: DueKind,
        owed_by: Owes,
        appeal: Appeal,
        start: datetime,
        *,
        met_at: datetime | None,
        id_: str | None = None,
    ) -> AppealDue:
        choice = self._choice(id_ or kind.value, appeal, start)
        counted = period(start, choice, calendar=self.calendar)
        return AppealDue(
            kind=kind,
            owed_by=owed_by,
            started_at=start,
            due_at=counted.ends_at,
            met_at=met_at,
            rule=choice.rule.reference,
            source=choice.rule.source,
            verified=choice.rule.verified,
            provisional=counted.provisional,
            explanation=counted.explanation,
        )


_INSTANT = datetime.resolution
"""A time at 24:00 belongs to the day that it ends."""
