"""How soon customers heard (R50): answers and results beside their promised times, and the law's seven days."""

from rules.reporting.complaints.counted import Counted
from rules.reporting.complaints.figures import TIMES
from rules.reporting.tables import COUNTED_TEXT, NOT_MEASURED, TIME_COLUMNS, limit_words, time_figures
from schemas.reporting import Column, Row, Section, Table, Unit, Words

PROMISES = {
    "answer": (Words("初步答复", "first answer"), "answered_in_time", "answered_late"),
    "result": (Words("最终结果", "result"), "result_in_time", "result_late"),
    "law": (Words("法定七日", "the law's seven days"), "law_in_time", "law_late"),
}
MEASURED = {"answer": "received", "result": "received", "handling": "closed"}


def timeliness_section(counted: Counted) -> Section:
    """Show the shares within the promised times, and median and p90 of what it took."""
    promises = Table(
        key="promises",
        title=Words("承诺时限", "Promised times"),
        about=Words(
            "按本期受理；按时率 = 按时 ÷（按时 + 超时）；未到期的，以及未到期即结束的不计",
            "of complaints received; in time = in time / (in time + late); what is not due yet, or was over before it "
            "was due, is not counted",
        ),
        columns=(
            Column(key="in_time", name=Words("按时", "in time"), compared=True),
            Column(key="late", name=Words("超时", "late"), compared=True),
            Column(key="in_time_share", name=Words("按时率", "in time, share"), unit=Unit.SHARE, compared=True),
        ),
        rows=tuple(_promise_row(counted, promise) for promise in PROMISES),
        text_columns=(Words("超时指", "late means"),),
    )
    taken = Table(
        key="times",
        title=Words("用时", "How long it took"),
        about=Words("P90：九成不超过", "p90: nine of ten took no longer"),
        columns=TIME_COLUMNS,
        rows=tuple(_time_row(counted, figure) for figure in TIMES),
        text_columns=(Words("时限", "limit"), COUNTED_TEXT),
    )
    return Section(key="timeliness", title=Words("及时性", "Timeliness"), tables=(promises, taken))


def _promise_row(counted: Counted, promise: str) -> Row:
    name, in_time, late = PROMISES[promise]
    complaints = counted.complaints
    figures = (complaints.total(in_time), complaints.total(late), complaints.share(in_time, of=(in_time, late)))
    return Row(group=promise, name=name, figures=figures, texts=(complaints.lists.meanings[late].about,))


def _time_row(counted: Counted, figure: str) -> Row:
    this, before = (counted.times[figure].get((which, ""), NOT_MEASURED) for which in ("this", "before"))
    cases = counted.complaints.lists.key_for(
        MEASURED[figure], counted.complaints.totals["this"][MEASURED[figure]] if this.cases else 0
    )
    return Row(
        group=figure,
        name=TIMES[figure].name,
        figures=time_figures(this, before, cases=cases),
        texts=(limit_words(this), TIMES[figure].about),
    )
