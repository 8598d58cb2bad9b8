"""The report about exceptions (R8, R21): its sections, put together from what was counted.

Nothing is counted here, and no case is looked up: which cases a figure counts is said in `rules.reporting.figures`, and
the lists that the figures lead to are asked for by key.
"""

from collections.abc import Mapping
from datetime import tzinfo

from rules.reporting.exceptions.classes import classes_section, open_section
from rules.reporting.exceptions.counted import Counted
from rules.reporting.exceptions.effect import effect_section
from rules.reporting.exceptions.outlets import outlets_section
from rules.reporting.exceptions.overview import overview_section
from rules.reporting.exceptions.timeliness import timeliness_section
from rules.reporting.lists import Lists
from schemas.reporting import Period, Section, Span, Words

NAME = "exceptions"
TITLE = Words("异常件分析报告", "Analysis of exceptions")
GROUPS_MAX = 20
"""Groups shown of a dimension that has many; the others stand together in one row, which leads to their cases too."""
WORST_MAX = 10
"""Outlets that the meeting talks about."""


def sections(
    counted: Counted, lists: Lists, *, period: Period, spans: Mapping[str, Span], zone: tzinfo
) -> list[Section]:
    """Put the report together; `lists` takes up the lists of cases that its figures lead to."""
    return [
        overview_section(counted, lists, period=period, spans=spans, zone=zone),
        classes_section(counted, lists),
        timeliness_section(counted, lists),
        effect_section(counted, lists),
        open_section(counted, lists),
        outlets_section(counted, lists),
    ]
