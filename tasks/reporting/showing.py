"""What a run that made a report shows in the Prefect UI: where it is, its first figures, its pictures."""

from base64 import b64encode

from prefect.artifacts import create_link_artifact, create_markdown_artifact

from schemas.reporting import Report
from tasks.reporting.writing import Written


def publish_report(written: Written) -> None:
    """Link the page and show the first figures with the pictures."""
    report = written.report
    create_link_artifact(
        key=f"report-{report.name}",
        link=written.address,
        link_text=f"{report.title.zh} {report.period.name}",
        description=(
            f"{written.page} and {written.workbook.name}; {written.removed} old reports removed. A browser does not "
            "follow a link from this page to a file: copy the address. 请复制地址到浏览器打开。"
        ),
    )
    create_markdown_artifact(
        key=f"report-{report.name}-{report.period.kind}",
        markdown=report_markdown(report, written.pictures),
        description=f"{report.title.en}, {report.period.name}. {report.title.zh}",
    )


def report_markdown(report: Report, pictures: dict[str, str]) -> str:
    """Write the first figures as a table, with the pictures in the text itself, so that no server is needed."""
    ledger = report.sections[0].tables[0]
    lines = [
        f"# {report.title.zh} {report.period.name}",
        "",
        f"made by {report.made_by}, {report.answered_for_by} answers for it 负责人",
        "",
        f"| | {report.period.name} | {report.before.name} |",
        "|---|---:|---:|",
        *(
            f"| {row.name.zh} {row.name.en} | {row.figures[0].value} | {_before(row.figures[0].before)} |"
            for row in ledger.rows
        ),
        "",
    ]
    charts = [chart for section in report.sections for chart in section.charts if chart.key in pictures]
    for chart in charts:
        embedded = b64encode(pictures[chart.key].encode()).decode()
        lines += [f"## {chart.title.zh}", "", f"![{chart.title.en}](data:image/svg+xml;base64,{embedded})", ""]
    return "\n".join(lines)


def _before(value: object) -> str:
    return "" if value is None else str(value)
