"""How soon things were done, beside their limits (R25), and whether we noticed before the customer did (R7, R94)."""

from rules.reporting import words
from rules.reporting.exceptions.counted import Counted, share_row
from rules.reporting.figures import TIMES
from rules.reporting.lists import Lists, Wanted
from rules.reporting.measures import hours, share
from rules.reporting.tables import count_column
from rules.reporting.timing import NOT_MEASURED, TIME_COLUMNS, Times, limit_words, time_figures
from schemas.reporting import Column, Figure, Row, Section, Table, Unit, Words

NOTICED = (("noticed_by_us", "opened"), ("noticed_before_promise", "promised"), ("insured", "opened"))
TIMELINESS = {
    # figure: the cases measured, those in time, those late
    "noticing": ("opened", "", ""),
    "first_response": ("answered", "answered_in_time", "answered_late"),
    "resolution": ("closed", "resolved_in_time", "resolved_late"),
    "handling": ("closed", "", ""),
}
MEASURED_BY_TYPE = ("first_response", "resolution")


def timeliness_section(counted: Counted, lists: Lists) -> Section:
    """Show median, p90 and the share in time, overall and by type; and who noticed first."""
    overall = Table(
        key="times",
        title=Words("用时与时限", "Times and limits"),
        about=Words(
            "按本期结案（发现用时按本期新增）；P90：九成不超过；按时率 = 按时 ÷（按时 + 超时），未到期即结案的不计",
            "of cases closed (noticing: opened) in the period; in time = in time / (in time + late); a case that ended "
            "before it owed an answer is not counted",
        ),
        columns=_TIME_COLUMNS,
        rows=tuple(_time_row(counted, lists, figure) for figure in TIMES),
        text_columns=(Words("时限", "limit"), Words("口径", "what is measured")),
    )
    noticed = Table(
        key="noticed",
        title=Words("先于客户", "Before the customer"),
        about=Words(
            "占比的分母：本期新增；承诺前发现以有承诺时间的为分母",
            "shares of the cases opened; before the promise: of those with a promise",
        ),
        columns=(
            count_column("cases", Words("件数", "cases")),
            Column(key="share", name=Words("占比", "share"), unit=Unit.SHARE, compared=True),
        ),
        rows=tuple(share_row(counted, lists, name, of=of) for name, of in NOTICED),
        text_columns=(Words("口径", "what is counted"),),
    )
    by_type = [_times_by_type(counted, lists, figure) for figure in MEASURED_BY_TYPE]
    return Section(key="timeliness", title=Words("及时性", "Timeliness"), tables=(overall, noticed, *by_type))


_TIME_COLUMNS = (
    *TIME_COLUMNS,
    Column(key="in_time", name=Words("按时", "in time")),
    Column(key="late", name=Words("超时", "late")),
    Column(key="in_time_share", name=Words("按时率", "in time, share"), unit=Unit.SHARE, compared=True),
)


def _time_row(counted: Counted, lists: Lists, figure: str) -> Row:
    measured, in_time, late = TIMELINESS[figure]
    taken = {which: counted.times[figure].get((which, ""), NOT_MEASURED) for which in ("this", "before")}
    this, before = counted.totals["this"], counted.totals["before"]
    behind = lists.key_for(measured, taken["this"].cases)
    figures = [*time_figures(taken["this"], taken["before"], cases=behind)]
    if in_time:
        figures += [Figure(value=this[name], cases=lists.key_for(name, this[name])) for name in (in_time, late)]
        shares = [share(counts[in_time], counts[in_time] + counts[late]) for counts in (this, before)]
        figures.append(Figure(value=shares[0], before=shares[1], cases=lists.key_for(in_time, this[in_time])))
    else:
        figures += [Figure(value=None)] * 3
    meaning = TIMES[figure]
    return Row(
        group=figure, name=meaning.name, figures=tuple(figures), texts=(limit_words(taken["this"]), meaning.about)
    )


def _times_by_type(counted: Counted, lists: Lists, figure: str) -> Table:
    meaning, taken = TIMES[figure], counted.times_by_type[figure]
    types = [group.group for group in counted.groups["type"].shown if ("this", group.group) in taken]
    return Table(
        key=f"{figure}_by_type",
        title=Words(f"{meaning.name.zh}：按类型", f"{meaning.name.en} by type"),
        about=meaning.about,
        columns=(
            *TIME_COLUMNS,
            Column(key="limit", name=Words("最长时限", "longest limit, h"), unit=Unit.HOURS),
        ),
        rows=tuple(_type_row(lists, figure, taken, place, type_) for place, type_ in enumerate(types, start=1)),
    )


def _type_row(lists: Lists, figure: str, taken: Times, place: int, type_: str) -> Row:
    name, this = words.words_for(type_, words.TYPE), taken["this", type_]
    measured, _, _ = TIMELINESS[figure]
    behind = lists.key_in(Wanted(f"{measured}-{figure}_by_type-{place}", name, this.cases, measured, "type", type_))
    figures = (
        *time_figures(this, taken.get(("before", type_), NOT_MEASURED), cases=behind),
        Figure(value=hours(this.limit_seconds_max)),
    )
    return Row(group=type_, name=name, figures=figures)
