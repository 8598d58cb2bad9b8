"""What the readers of a report are written (R21): its first figures and where it is. No case, and nobody's data."""

from rules.exceptions.wording import Message
from schemas.reporting import Report


def report_letter(report: Report, *, address: str) -> Message:
    """Tell a department that a report is there."""
    rows = report.sections[0].tables[0].rows
    told = "，".join(f"{row.name.zh} {row.figures[0].value}" for row in rows)
    return Message(
        subject=f"{report.title.zh} {report.period.name}",
        body=f"{report.title.zh}（{report.period.name}）已生成：{told}。地址：{address}",
    )
