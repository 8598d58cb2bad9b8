"""Counts by class: by what happened, lane, outlet, branch, channel, and where claims come from."""

from rules.reporting.claims import words
from rules.reporting.claims.counted import Counted
from rules.reporting.claims.figures import CLAIMS
from rules.reporting.claims.origins import ORIGIN
from rules.reporting.figures import meanings_of
from rules.reporting.tables import Classes
from schemas.reporting import Section, Words

CLASSES: Classes = {
    "event": (Words("按事故类型", "By event"), words.EVENT),
    "cause": (Words("按主要责任方", "By main party"), words.PARTY),
    "lane": (Words("按线路", "By lane"), {}),
    "outlet": (Words("按网点", "By outlet"), {}),
    "branch": (Words("按经办部门", "By branch"), {}),
    "channel": (Words("按渠道", "By channel"), words.CHANNEL),
    "origin": (Words("按来源", "By origin"), ORIGIN),
}
"""What claims are counted by, with the words for the codes of each."""
CLASS_COLUMNS = ("filed", "paid", "refused", "closed", "still_open")
DRAWN_MAX = 14


def classes_section(counted: Counted) -> Section:
    """Count by every class, and draw events and channels."""
    claims = counted.claims
    charts = tuple(
        claims.bars(dimension, "filed", title=title, codes=CLASSES[dimension][1], limit=DRAWN_MAX)
        for dimension, title in (
            ("event", Words("各事故类型，与上期比较", "Filed by event, beside the period before")),
            ("channel", Words("各渠道，与上期比较", "Filed by channel, beside the period before")),
        )
    )
    return Section(
        key="classes",
        title=Words("统计与分类", "Counts by class"),
        tables=claims.class_tables(CLASSES, names=CLASS_COLUMNS, compared="filed"),
        charts=charts,
        about=meanings_of(CLASS_COLUMNS, CLAIMS),
    )
