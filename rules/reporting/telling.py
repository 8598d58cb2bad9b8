"""A report as plain values, for `--json`, for the file beside the page, and for the record."""

from decimal import Decimal
from typing import Any

from schemas.reporting import Column, Figure, Report, Row, Table, Unit


def as_values(report: Report) -> dict[str, Any]:
    """Write a report as JSON takes it; amounts of money as text, so that no cent is lost."""
    return {
        "report": report.name,
        "period": report.period.name,
        "from": report.span.start.isoformat(),
        "until": report.span.end.isoformat(),
        "time_zone": report.time_zone,
        "compared_with": report.before.name,
        "unfinished": report.unfinished,
        "made_at": report.made_at.isoformat(),
        "made_by": report.made_by,
        "answered_for_by": report.answered_for_by,
        "cases": report.cases_total,
        "tables": {table.key: _table(table) for section in report.sections for table in section.tables},
        "cases_behind": {
            one.key: {"total": one.total, "case_nos": list(one.case_nos), "filter": one.filter} for one in report.behind
        },
    }


def headline(report: Report) -> dict[str, Any]:
    """Give the figures of the report's first table, for the record of what was reported."""
    ledger = report.sections[0].tables[0]
    return {row.group: _value(row.figures[0].value, ledger.columns[0].unit) for row in ledger.rows}


def _table(table: Table) -> list[dict[str, Any]]:
    return [_row(row, table.columns) for row in table.rows]


def _row(row: Row, columns: tuple[Column, ...]) -> dict[str, Any]:
    told: dict[str, Any] = {"group": row.group, "name": row.name.zh}
    for column, figure in zip(columns, row.figures, strict=True):
        told[column.key] = _figure(figure, column)
    return told


def _figure(figure: Figure, column: Column) -> dict[str, Any]:
    told: dict[str, Any] = {"value": _value(figure.value, column.unit)}
    if column.compared:
        told["before"] = _value(figure.before, column.unit)
    if figure.cases:
        told["cases"] = figure.cases
    return told


def _value(value: Decimal | int | None, unit: Unit) -> float | int | str | None:
    if value is None or isinstance(value, int):
        return value
    return str(value) if unit is Unit.MONEY else float(value)
