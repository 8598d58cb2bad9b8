"""The report about claims (理赔报表, 事故原因分析报告): its sections, put together from what was counted.

Nothing is counted here, and no claim is looked up: which ones a figure counts is said in
`rules.reporting.claims.figures`, and the lists that the figures lead to are asked for by key.
"""

from collections.abc import Mapping
from datetime import tzinfo

from rules.reporting.claims.accidents import accidents_section
from rules.reporting.claims.ageing import ageing_section
from rules.reporting.claims.classes import classes_section
from rules.reporting.claims.counted import Counted
from rules.reporting.claims.effect import effect_section
from rules.reporting.claims.liability import liability_section
from rules.reporting.claims.money import money_section
from rules.reporting.claims.overview import overview_section
from rules.reporting.claims.privately import privately_section
from rules.reporting.claims.recovery import recovery_section
from rules.reporting.claims.timeliness import timeliness_section
from schemas.reporting import Period, Section, Span, Words

NAME = "claims"
TITLE = Words("理赔报表与事故原因分析", "Claims and causes of accidents")


def sections(counted: Counted, *, period: Period, spans: Mapping[str, Span], zone: tzinfo) -> list[Section]:
    """Put the report together; the lists of what was counted take up the cases that its figures lead to."""
    return [
        overview_section(counted, period=period, spans=spans, zone=zone),
        accidents_section(counted),
        liability_section(counted),
        classes_section(counted),
        effect_section(counted),
        money_section(counted),
        timeliness_section(counted),
        recovery_section(counted),
        ageing_section(counted),
        privately_section(counted),
    ]
