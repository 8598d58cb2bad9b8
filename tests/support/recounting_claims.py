"""The figures about claims once more, from the generated stories and in plain Python: no SQL, no clock book."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from claim_quarter import COURSE, ENDINGS, Booked, Story
from generated_cases import SHANGHAI

from schemas.claims import Command, Route, State

C = Command
CENT = Decimal("0.01")
PEOPLE = ("courier", "sender", "consignee")


class Share(NamedTuple):
    """One party of one claim."""

    currency: str
    kind: str
    party: str
    share: Decimal
    borne: Decimal


class RecountOfClaims:
    """One period, counted from stories as `claim_quarter` tells them."""

    def __init__(self, told: Iterable[Story], *, start: datetime, end: datetime, as_of: datetime) -> None:
        self.start, self.end, self.as_of = start, end, as_of
        self.all = list(told)

    def _in(self, at: datetime | None) -> bool:
        return at is not None and self.start <= at < self.end

    # what became of one claim

    def closed_at(self, story: Story) -> datetime | None:
        ended = [at for at, command in story.steps if COURSE[command] is State.CLOSED]
        return ended[0] if ended else None

    def state(self, story: Story) -> str:
        if story.steps:
            return COURSE[story.steps[-1][1]].value
        return "DRAFT" if story.is_draft else "FILED"

    def last(self, story: Story, *commands: C, undone_by: C | None = None) -> datetime | None:
        """Find the last of some commands before the period ends; none where another one took it back since."""
        found = None
        for at, command in story.steps:
            if at < self.end and command in commands:
                found = at
            elif at < self.end and command is undone_by:
                found = None
        return found

    def paid_at(self, story: Story) -> datetime | None:
        return self.last(story, C.CONFIRM_PAID, undone_by=C.PAYMENT_FAILED)

    def agreed_at(self, story: Story) -> datetime | None:
        return self.last(story, C.ACCEPT, C.AGREE_AS_CLAIMED)

    def paid_amount(self, story: Story) -> Decimal:
        """Give what is paid as the report is made."""
        done = [command for _, command in story.steps if command in {C.CONFIRM_PAID, C.PAYMENT_FAILED}]
        return story.amount if done and done[-1] is C.CONFIRM_PAID else Decimal(0)

    def rounds(self, story: Story) -> int:
        return sum(command is C.COUNTER for _, command in story.steps)

    def kept(self, since: datetime | None, met: datetime | None, due: datetime | None, story: Story) -> bool | None:
        if since is None or due is None:
            return None
        if met is not None:
            return met <= due
        closed_at = self.closed_at(story)
        if closed_at is not None:
            return False if due < closed_at else None
        return False if due <= self.as_of else None

    def answer_kept(self, story: Story) -> bool | None:
        met = _first(story, C.ACKNOWLEDGE)
        return self.kept(story.opened_at, met, story.opened_at + timedelta(hours=24), story)

    def proposal_kept(self, story: Story) -> bool | None:
        met = _latest(story, C.OFFER, C.DENY)
        return self.kept(story.opened_at, met, _end_of_day(story.opened_at, 30), story)

    def payment_kept(self, story: Story) -> bool | None:
        agreed = _latest(story, C.ACCEPT, C.AGREE_AS_CLAIMED)
        met = _latest(story, C.CONFIRM_PAID)
        return self.kept(agreed, met, _end_of_day(agreed, 7) if agreed else None, story)

    # which claims a figure counts

    def lived(self) -> list[Story]:
        return [
            story
            for story in self.all
            if not story.is_draft
            and story.opened_at < self.end
            and ((closed := self.closed_at(story)) is None or closed >= self.start)
        ]

    def cases(self, figure: str) -> list[Story]:
        lived = self.lived()
        filed = [story for story in lived if self._in(story.opened_at)]
        closed = [story for story in lived if self._in(self.closed_at(story))]
        decided = [story for story in lived if self._in(self.last(story, C.APPROVE))]
        agreed = [story for story in lived if self._in(self.agreed_at(story))]
        refused = [story for story in lived if self._in(self.last(story, C.DENY, undone_by=C.OBJECT))]
        still = [story for story in lived if self.closed_at(story) is None]

        def of(stories: Sequence[Story], asked: Callable[[Story], Any], wanted: Any = True) -> list[Story]:
            return [story for story in stories if asked(story) == wanted]

        def ended(ending: str) -> list[Story]:
            return of(closed, lambda story: ENDINGS.get(story.course, "settled"), ending)

        told: dict[str, Callable[[], list[Story]]] = {
            "carried_over": lambda: of(lived, lambda story: story.opened_at < self.start),
            "filed": lambda: filed,
            "closed": lambda: closed,
            "left_open": lambda: [story for story in lived if story not in closed],
            "drafts": lambda: of(
                [story for story in self.all if story.is_draft], lambda story: self._in(story.opened_at)
            ),
            "major_accidents": lambda: of(filed, lambda story: story.is_major),
            "claiming": lambda: of(filed, lambda story: story.claimed is not None),
            "with_parcel": lambda: of(filed, lambda story: story.parcel is not None),
            "insured": lambda: of(filed, lambda story: bool(story.parcel and story.parcel["insured"])),
            "answered_in_time": lambda: of(filed, self.answer_kept),
            "answered_late": lambda: of(filed, self.answer_kept, wanted=False),
            "proposed_in_time": lambda: of(filed, self.proposal_kept),
            "proposed_late": lambda: of(filed, self.proposal_kept, wanted=False),
            "decided": lambda: decided,
            "fast_track": lambda: of(decided, lambda story: story.route is Route.DOCKET),
            "offered": lambda: of(lived, lambda story: self._in(self.last(story, C.OFFER, C.OFFER_AGAIN))),
            "agreed": lambda: agreed,
            "negotiated": lambda: of(agreed, lambda story: self.rounds(story) > 0),
            "paid_in_time": lambda: of(agreed, self.payment_kept),
            "paid_late": lambda: of(agreed, self.payment_kept, wanted=False),
            "paid": lambda: of(lived, lambda story: self._in(self.paid_at(story))),
            "refused": lambda: refused,
            "denied": lambda: of(refused, lambda story: story.course != "time_barred"),
            "time_barred": lambda: of(refused, lambda story: story.course, "time_barred"),
            "settled": lambda: ended("settled"),
            "ended_denied": lambda: ended("denied"),
            "ended_time_barred": lambda: ended("time_barred"),
            "withdrawn": lambda: ended("withdrawn"),
            "privately_settled": lambda: ended("privately_settled"),
            "nothing_owed": lambda: ended("nothing_owed"),
            "still_open": lambda: still,
            "still_major": lambda: of(still, lambda story: story.is_major),
        }  # fmt: skip
        return told[figure]()

    def count(self, figure: str) -> int:
        return len(self.cases(figure))

    # groups and amounts

    def group(self, story: Story, dimension: str) -> str:
        """Say which group of a dimension a claim belongs to."""
        main = max(story.parties, key=lambda party: party["share"], default=None)
        parcel, is_open = story.parcel, self.closed_at(story) is None
        answers = main["name"] if main and main["kind"] == "outlet" else ""
        derived: dict[str, Callable[[], str]] = {
            "event": lambda: story.event.value,
            "channel": lambda: story.channel.value,
            "cause": lambda: main["kind"].value if main else "",
            "outlet": lambda: answers or (parcel["outlet"] if parcel else ""),
            "lane": lambda: f"{parcel['from'] or '示例收寄网点'} → {self._to(parcel)}" if parcel else "",
            "branch": lambda: story.branch,
            "origin": lambda: {"EX": "exception", "CP": "complaint"}.get(story.origin[:2], "direct"),
            "state": lambda: self.state(story),
            "rounds": lambda: str(self.rounds(story)),
            "denial": lambda: story.reason,
            "currency": lambda: story.currency,
            "age": lambda: self._age(story) if is_open else "",
        }
        return derived[dimension]()

    def _to(self, parcel: dict[str, Any]) -> str:
        return parcel["to"] or parcel["outlet"] or "?"

    def _age(self, story: Story) -> str:
        days = (self.as_of - story.opened_at).days
        bands = ((3, "0-3d"), (7, "4-7d"), (15, "8-15d"), (30, "16-30d"))
        return next((band for last, band in bands if days <= last), "30d+")

    def by(self, figure: str, *dimensions: str) -> Counter[str]:
        """Count the claims of a figure by group."""
        return Counter(
            " · ".join(self.group(story, dimension) for dimension in dimensions) for story in self.cases(figure)
        )

    def sums(self, figure: str, *dimensions: str) -> dict[tuple[str, str], tuple[int, Decimal]]:
        """Add up the amounts of a figure by group and currency."""
        amount: dict[str, Callable[[Story], Decimal]] = {
            "claiming": lambda story: story.claimed or Decimal(0),
            "offered": lambda story: story.amount,
            "agreed": lambda story: story.amount,
            "paid": self.paid_amount,
        }
        found: defaultdict[tuple[str, str], list[Decimal]] = defaultdict(list)
        for story in self.cases(figure):
            group = " · ".join(self.group(story, dimension) for dimension in dimensions)
            found[group, story.currency].append(amount[figure](story))
        return {where: (len(amounts), sum(amounts, Decimal(0))) for where, amounts in found.items()}

    def shares(self, figure: str) -> Iterable[Share]:
        """Give every party that claims of a figure name."""
        for story in self.cases(figure):
            for party in story.parties:
                kind = party["kind"].value
                borne = (self.paid_amount(story) * party["share"] / 100).quantize(CENT, ROUND_HALF_UP)
                name = "" if kind in PEOPLE else party["name"]
                yield Share(story.currency, kind, name, party["share"], borne)

    def booked(self, event: str) -> dict[tuple[str, str], Decimal]:
        """Add up what the period booked of an event, by side and currency, less what it reversed."""
        found: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for story, one in self._bookings(event):
            net = one.amount * (self._in(one.at) - self._in(one.reversed_at))
            found[one.side, story.currency] += net
        return {where: amount for where, amount in found.items() if amount}

    def _bookings(self, event: str) -> Iterable[tuple[Story, Booked]]:
        return ((story, one) for story in self.all for one in story.booked if one.event == event)


def _first(story: Story, *commands: C) -> datetime | None:
    return next((at for at, command in story.steps if command in commands), None)


def _latest(story: Story, *commands: C) -> datetime | None:
    """Find the last of some commands: a fact that becomes known again is known as of then."""
    return next((at for at, command in reversed(story.steps) if command in commands), None)


def _end_of_day(since: datetime, days: int) -> datetime:
    day: date = since.astimezone(SHANGHAI).date() + timedelta(days=days + 1)
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
