"""How figures are written for people, on the page and, as formats of cells, in the workbook."""

from decimal import Decimal

from schemas.reporting import Column, Figure, Unit

NOTHING = "—"

CELL_FORMATS = {
    Unit.COUNT: "#,##0",
    Unit.SHARE: "0.0%",
    Unit.PER_THOUSAND: "#,##0.00",
    Unit.HOURS: "#,##0.00",
    Unit.DAYS: "#,##0.0",
    Unit.MONEY: "#,##0.00",
    Unit.WEIGHT: "#,##0.00",
}


def written(value: Decimal | int | None, unit: Unit) -> str:
    """Write one number; a dash where there was nothing to measure."""
    if value is None:
        return NOTHING
    match unit:
        case Unit.COUNT:
            return f"{value:,}"
        case Unit.SHARE:
            return f"{value:.1%}"
        case Unit.DAYS:
            return f"{value:,.1f}"
        case Unit.HOURS | Unit.MONEY | Unit.PER_THOUSAND | Unit.WEIGHT:
            return f"{value:,.2f}"


def change(figure: Figure, column: Column) -> str:
    """Write by how much a figure differs from the period before; nothing where either was not measured."""
    if figure.value is None or figure.before is None:
        return ""
    difference = Decimal(figure.value) - Decimal(figure.before)
    if not difference:
        return "±0"
    sign = "+" if difference > 0 else "−"
    if column.unit is Unit.SHARE:
        return f"{sign}{abs(difference) * 100:.1f} pt"
    return sign + written(abs(difference), column.unit)
