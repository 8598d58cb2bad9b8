"""What a report is made of: a period, figures in tables, pictures, and the cases behind every figure.

For all reports alike. Which figures one has, and how they are counted, is said in `rules.reporting` and
`store.reporting`. Nothing here has a place for a person's data.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, SkipValidation

from schemas.claim_lines import ClaimLine
from schemas.complaint_lines import ComplaintLine


class PeriodKind(StrEnum):
    """How long a period is, by the calendar of the business zone."""

    DAY = "day"
    WEEK = "week"  # Monday to Sunday, numbered as ISO 8601 does
    MONTH = "month"


class Period(BaseModel):
    """The days that a report is about."""

    model_config = ConfigDict(frozen=True)

    kind: PeriodKind
    first: date
    until: date  # exclusive

    @property
    def name(self) -> str:
        """Give the name that people, folders and commands use: 2026-11-20, 2026-W47, 2026-11."""
        match self.kind:
            case PeriodKind.DAY:
                return self.first.isoformat()
            case PeriodKind.WEEK:
                year, week, _ = self.first.isocalendar()
                return f"{year}-W{week:02}"
            case PeriodKind.MONTH:
                return f"{self.first:%Y-%m}"


class Span(NamedTuple):
    """The instants of a period: from `start` until before `end`."""

    start: datetime
    end: datetime


class Words(NamedTuple):
    """One thing said in both languages."""

    zh: str
    en: str


class Unit(StrEnum):
    """What a figure is a number of."""

    COUNT = "count"
    SHARE = "share"  # of 1
    PER_THOUSAND = "per_thousand"
    HOURS = "hours"
    DAYS = "days"
    MONEY = "money"
    WEIGHT = "weight"  # of whole cases, where each case is shared out


class Figure(BaseModel):
    """One number, what it was in the period before, and the key of the list of its cases."""

    model_config = ConfigDict(frozen=True)

    value: Decimal | int | None  # None: there was nothing to measure
    before: Decimal | int | None = None
    cases: str = ""


class Column(BaseModel):
    """One figure for every row of a table, or for the report as a whole."""

    model_config = ConfigDict(frozen=True)

    key: str
    name: Words
    unit: Unit = Unit.COUNT
    compared: bool = False  # the figure of the period before is shown beside it


class Row(BaseModel):
    """One group: its figures in the order of the columns, then what is said about it."""

    model_config = ConfigDict(frozen=True)

    group: str
    name: Words
    figures: tuple[Figure, ...]
    texts: tuple[Words, ...] = ()


class Table(BaseModel):
    """Figures by group. Where there are more groups than rows, the last row holds all others together."""

    model_config = ConfigDict(frozen=True)

    key: str
    title: Words
    about: Words = Words("", "")  # what is counted, and how; empty where the section says it
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    text_columns: tuple[Words, ...] = ()


class ChartKind(StrEnum):
    """How a picture is drawn."""

    LINES = "lines"  # over time, a line for each series
    BARS = "bars"  # a bar for each place and series, beside each other
    STACKS = "stacks"  # a bar for each place, the series one after another


class Point(NamedTuple):
    """One mark of a picture."""

    place: str
    series: str
    value: float


class Chart(BaseModel):
    """What a picture shows; places and series stand in the order in which they first come."""

    model_config = ConfigDict(frozen=True)

    key: str
    title: Words
    kind: ChartKind
    points: tuple[Point, ...]


class Section(BaseModel):
    """One part of a report."""

    model_config = ConfigDict(frozen=True)

    key: str
    title: Words
    tables: tuple[Table, ...]
    about: Words = Words("", "")
    charts: tuple[Chart, ...] = ()


class CasesBehind(BaseModel):
    """The cases that one figure counts: how many, the first of them, and the filter that finds all in the workbook."""

    model_config = ConfigDict(frozen=True)

    key: str
    name: Words
    total: int
    case_nos: tuple[str, ...]
    filter: str
    sheet: Words = Words("案件", "Cases")  # of the workbook, where all of them are


class CaseLine(NamedTuple):
    """One case as the lists show it: of the parcel its number and its way, of people nothing."""

    case_no: str
    waybill: str
    type: str
    cause: str
    party: str
    origin: str
    severity: int
    carrier: str
    outlet: str
    customs_office: str  # blank but in cases of customs
    lane: str
    product: str
    state: str
    waiting_for: str
    troubled_since: datetime
    opened_at: datetime
    first_response_at: datetime | None
    first_response_due_at: datetime | None
    resolved_at: datetime | None
    resolution_due_at: datetime | None
    closed_at: datetime | None
    next_due_at: datetime | None
    closing_reason: str
    measures: Sequence[str]
    cost: Decimal
    currency: str
    rounds: int
    reopened: int
    escalation_level: int
    days_late: int
    insured: bool
    age: str
    counted: Sequence[str]  # the figures that count it


Counts = dict[str, int]
"""How many cases each figure counts."""


class GroupCounts(NamedTuple):
    """One group of a dimension, in this period and in the one before."""

    group: str
    this: Counts
    before: Counts


class TimeTaken(NamedTuple):
    """How long something took: of how many cases, in seconds; and the shortest and longest limit that they had."""

    cases: int
    median_seconds: float | None
    p90_seconds: float | None
    limit_seconds_min: float | None
    limit_seconds_max: float | None
    mean_seconds: float | None = None


class Cost(NamedTuple):
    """What some cases come to in one currency; amounts of several currencies are never added."""

    currency: str
    cases: int
    amount: Decimal
    group: str = ""  # of the dimension that it was counted by


class Slot(NamedTuple):
    """One hour or day of a period: how many cases were opened and closed in it."""

    number: int  # from the start of its period, beginning with 0
    opened: int
    closed: int


class Report(BaseModel):
    """A whole report, with who made it and who answers for it (R108)."""

    model_config = ConfigDict(frozen=True)

    name: str
    title: Words
    period: Period
    span: Span
    before: Period
    time_zone: str
    made_at: datetime
    made_by: str
    answered_for_by: str
    sections: tuple[Section, ...]
    behind: tuple[CasesBehind, ...]
    cases: SkipValidation[Sequence[CaseLine | ComplaintLine | ClaimLine]]  # those that `behind` names
    cases_total: int

    @property
    def unfinished(self) -> bool:
        """True when the period was not over as the report was made."""
        return self.made_at < self.span.end
