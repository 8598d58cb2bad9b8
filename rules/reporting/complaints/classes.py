"""Counts by class (R57): by type, channel, whom the cause lies with, outlet, carrier; and what is still open."""

from rules.reporting.ages import AGE_BANDS
from rules.reporting.charts import waiting_chart
from rules.reporting.complaints import words
from rules.reporting.complaints.counted import Counted
from rules.reporting.complaints.figures import COMPLAINTS
from rules.reporting.figures import meanings_of
from rules.reporting.tables import Classes
from rules.reporting.waiting import WAITING_WORDS
from schemas.reporting import Section, Words

CLASSES: Classes = {
    "type": (Words("按类型", "By type"), words.TYPE),
    "channel": (Words("按渠道", "By channel"), words.CHANNEL),
    "party": (Words("按责任方", "By party"), words.PARTY),
    "validity": (Words("按判定结果", "By validity"), words.VALIDITY),
    "outlet": (Words("按网点", "By outlet"), {}),
    "carrier": (Words("按承运商", "By carrier"), {}),
    "severity": (Words("按严重程度", "By severity"), words.SEVERITY),
}
"""What complaints are counted by, with the words for the codes of each."""
OPEN_CLASSES: Classes = {
    "age": (Words("按已等待时长", "By age"), AGE_BANDS),
    "waiting_for": (Words("在等谁", "Waiting for whom"), WAITING_WORDS),
    "state": (Words("按状态", "By state"), words.STATE),
    "type": (Words("未结类型", "By type"), words.TYPE),
}
CLASS_COLUMNS = ("received", "valid", "repeats", "result_late", "still_open")
OPEN_COLUMNS = ("still_open", "overdue", "still_severe")
DRAWN_MAX = 14


def classes_section(counted: Counted) -> Section:
    """Count by every class, and draw types and channels."""
    complaints = counted.complaints
    charts = tuple(
        complaints.bars(dimension, "received", title=title, codes=CLASSES[dimension][1], limit=DRAWN_MAX)
        for dimension, title in (
            ("type", Words("各类型受理，与上期比较", "Received by type, beside the period before")),
            ("channel", Words("各渠道受理，与上期比较", "Received by channel, beside the period before")),
        )
    )
    return Section(
        key="classes",
        title=Words("统计与分类", "Counts by class"),
        tables=complaints.class_tables(CLASSES, names=CLASS_COLUMNS, compared="received"),
        charts=charts,
        about=meanings_of(CLASS_COLUMNS, COMPLAINTS),
    )


def open_section(counted: Counted) -> Section:
    """Count what is still open by age, by whom it waits for, by state and by type."""
    chart = waiting_chart(
        Words("未结投诉：已等待时长与在等谁", "Still open: how long, and waiting for whom"), counted.waiting_by_age
    )
    return Section(
        key="open",
        title=Words("未结投诉", "Still open"),
        tables=counted.complaints.class_tables(OPEN_CLASSES, names=OPEN_COLUMNS, which="open_"),
        charts=(chart,),
        about=meanings_of(OPEN_COLUMNS, COMPLAINTS),
    )
