"""The report about complaints (R57, 投诉汇总表): its sections, put together from what was counted.

Nothing is counted here, and no complaint is looked up: which ones a figure counts is said in
`rules.reporting.complaints.figures`, and the lists that the figures lead to are asked for by key.
"""

from collections.abc import Mapping
from datetime import tzinfo

from rules.reporting.complaints.calls import calls_section
from rules.reporting.complaints.classes import classes_section, open_section
from rules.reporting.complaints.counted import Counted
from rules.reporting.complaints.effect import effect_section
from rules.reporting.complaints.feedback import feedback_section
from rules.reporting.complaints.meeting import meeting_section
from rules.reporting.complaints.overview import overview_section
from rules.reporting.complaints.timeliness import timeliness_section
from rules.reporting.complaints.validity import validity_section
from schemas.reporting import Period, Section, Span, Words

NAME = "complaints"
TITLE = Words("投诉汇总与统计", "Complaint summary and statistics")
FEEDBACK_MONTHS = 3
"""R109: 连续3个月."""


def sections(counted: Counted, *, period: Period, spans: Mapping[str, Span], zone: tzinfo) -> list[Section]:
    """Put the report together; the lists of what was counted take up the cases that its figures lead to."""
    return [
        overview_section(counted, period=period, spans=spans, zone=zone),
        meeting_section(counted),
        validity_section(counted),
        classes_section(counted),
        timeliness_section(counted),
        effect_section(counted),
        open_section(counted),
        calls_section(counted),
        feedback_section(counted),
    ]
