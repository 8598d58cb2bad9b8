"""Cycle times from the histories of claims, and the times of the standard (GB/T 27917.3-2011) kept and missed."""

from rules.reporting.claims.counted import Counted
from rules.reporting.claims.figures import TIMES
from rules.reporting.timing import Promise, promises_table, times_table
from schemas.reporting import Section, Words

PROMISES = {
    "answer": Promise(Words("24 小时答复", "answer within 24 hours"), "answered_in_time", "answered_late"),
    "proposal": Promise(Words("30/60 日方案", "proposal within 30 or 60 days"), "proposed_in_time", "proposed_late"),
    "payment": Promise(Words("7 日支付", "payment within 7 days"), "paid_in_time", "paid_late"),
}
MEASURED = {"answer": "filed", "proposal": "filed", "agreement": "agreed", "payment": "paid", "whole": "paid"}


def timeliness_section(counted: Counted) -> Section:
    """Show how often the standard's times were kept, and mean, median and p90 of what things took."""
    promises = promises_table(
        counted.claims,
        PROMISES,
        about=Words(
            "答复与方案按本期新增，支付按本期达成；按时率 = 按时 ÷（按时 + 超时）；未到期的不计",
            "answer and proposal of claims filed, payment of those agreed; in time = in time / (in time + late); what "
            "is not due yet is not counted",
        ),
    )
    taken = times_table(
        counted.claims,
        counted.times,
        meanings=TIMES,
        measured=MEASURED,
        about=Words("P90：九成不超过；计量件数少于所列案件时，其余尚无该时刻", "p90: nine of ten took no longer; "
                    "where fewer are measured than are listed, the others have not come to it"),
        with_mean=True,
    )  # fmt: skip
    return Section(key="timeliness", title=Words("时效", "Cycle times"), tables=(promises, taken))
