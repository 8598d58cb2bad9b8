"""How soon customers heard (R50): answers and results beside their promised times, and the law's seven days."""

from rules.reporting.complaints.counted import Counted
from rules.reporting.complaints.figures import TIMES
from rules.reporting.timing import Promise, promises_table, times_table
from schemas.reporting import Section, Words

PROMISES = {
    "answer": Promise(Words("初步答复", "first answer"), "answered_in_time", "answered_late"),
    "result": Promise(Words("最终结果", "result"), "result_in_time", "result_late"),
    "law": Promise(Words("法定七日", "the law's seven days"), "law_in_time", "law_late"),
}
MEASURED = {"answer": "received", "result": "received", "handling": "closed"}


def timeliness_section(counted: Counted) -> Section:
    """Show the shares within the promised times, and median and p90 of what it took."""
    promises = promises_table(
        counted.complaints,
        PROMISES,
        about=Words(
            "按本期受理；按时率 = 按时 ÷（按时 + 超时）；未到期的，以及未到期即结束的不计",
            "of complaints received; in time = in time / (in time + late); what is not due yet, or was over before it "
            "was due, is not counted",
        ),
    )
    taken = times_table(
        counted.complaints,
        counted.times,
        meanings=TIMES,
        measured=MEASURED,
        about=Words("P90：九成不超过", "p90: nine of ten took no longer"),
    )
    return Section(key="timeliness", title=Words("及时性", "Timeliness"), tables=(promises, taken))
