"""How figures are written for people."""

from decimal import Decimal

import pytest

from adapters.reports.numbers import CELL_FORMATS, change, written
from schemas.reporting import Column, Figure, Unit, Words


class TestWritten:
    @pytest.mark.parametrize(
        ("value", "unit", "text"),
        [
            (12345, Unit.COUNT, "12,345"),
            (Decimal("0.8333"), Unit.SHARE, "83.3%"),
            (Decimal("1234.5"), Unit.MONEY, "1,234.50"),
            (Decimal("6.1"), Unit.HOURS, "6.10"),
            (Decimal("3.14"), Unit.PER_THOUSAND, "3.14"),
            (Decimal("1.25"), Unit.DAYS, "1.2"),
            (None, Unit.HOURS, "—"),
            (0, Unit.COUNT, "0"),
        ],
    )
    def test_is(self, value: Decimal | int | None, unit: Unit, text: str) -> None:
        assert written(value, unit) == text

    def test_has_a_format_for_the_cells_of_every_unit(self) -> None:
        assert set(CELL_FORMATS) == set(Unit)


class TestChange:
    @pytest.mark.parametrize(
        ("value", "before", "unit", "text"),
        [
            (5, 3, Unit.COUNT, "+2"),
            (3, 5, Unit.COUNT, "−2"),
            (3, 3, Unit.COUNT, "±0"),
            (Decimal("0.5"), Decimal("0.45"), Unit.SHARE, "+5.0 pt"),
            (Decimal("0.5"), None, Unit.SHARE, ""),
            (None, 3, Unit.COUNT, ""),
            (Decimal("2.5"), Decimal("4.0"), Unit.HOURS, "−1.50"),
        ],
    )
    def test_is(self, value: Decimal | int | None, before: Decimal | int | None, unit: Unit, text: str) -> None:
        column = Column(key="k", name=Words("", ""), unit=unit)

        assert change(Figure(value=value, before=before), column) == text
