"""Factories of invented scanner files: each row is a plain valid scan, and a test names only what matters to it."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from adapters.feeds.registry import tabulate
from adapters.feeds.scanners.columns import COLUMNS, REQUIRED
from adapters.feeds.tabular import Table

SCAN = {
    "waybill": "SC0000000001",
    "occurred_at": "2026-03-01T08:00:00+08:00",
    "event": "ARRIVED_HUB",
    "reason": "",
    "raw_code": "12",
    "raw_text": "快件到达【临江转运中心】",
    "location": "临江市",
}


@pytest.fixture
def scan() -> Callable[..., dict[str, Any]]:
    """Make one scan."""

    def make(**fields: Any) -> dict[str, Any]:
        return {**SCAN, **fields}

    return make


@pytest.fixture
def in_csv() -> Callable[..., bytes]:
    """Make a CSV file of scans, or of whole lines that are written as they are."""

    def make(*rows: dict[str, Any] | str, end: str = "\n", encoding: str = "utf-8") -> bytes:
        scans = [row for row in rows if isinstance(row, dict)]
        columns = [name for name in COLUMNS if name in REQUIRED or any(name in scan for scan in scans)]
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, columns, lineterminator=end)
        writer.writeheader()
        for row in rows:
            if isinstance(row, dict):
                writer.writerow(row)
            else:
                out.write(row + end)
        return out.getvalue().encode(encoding)

    return make


@pytest.fixture
def in_ndjson() -> Callable[..., bytes]:
    """Make a file of one JSON object a line, or of lines that are written as they are."""

    def make(*rows: dict[str, Any] | str, end: str = "\n", encoding: str = "utf-8") -> bytes:
        written = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
        return "".join(line + end for line in written).encode(encoding)

    return make


@pytest.fixture
def table() -> Callable[..., Table]:
    """Read a file as its columns, and as it stood."""

    def read(format_name: str, body: bytes, *, zone: str | None = None) -> Table:
        found = tabulate(format_name, body, zone=zone)
        assert found is not None
        return found

    return read
