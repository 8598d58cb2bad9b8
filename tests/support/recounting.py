"""The figures about exceptions once more, from the raw rows and in plain Python: nothing here knows the SQL."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

Row = dict[str, Any]


WAITS_FOR = {
    "RECORDED": "system",
    "AWAITING_APPROVAL": "supervisor",
    "CARRYING_OUT": "carrier_desk",
    "NEEDS_OPERATOR": "agent",
}


class Recount:
    """One period, counted from rows as `generated_cases` makes them."""

    def __init__(self, rows: Iterable[Row], *, start: datetime, end: datetime, as_of: datetime) -> None:
        self.start, self.end, self.as_of = start, end, as_of
        self.rows = [row for row in rows if row["opened_at"] < end and not self._closed_before(row)]

    def _closed_before(self, row: Row) -> bool:
        return row.get("closed_at") is not None and row["closed_at"] < self.start

    def opened(self) -> list[Row]:
        return [row for row in self.rows if row["opened_at"] >= self.start]

    def closed(self) -> list[Row]:
        return [row for row in self.rows if row.get("closed_at") is not None and row["closed_at"] < self.end]

    def still_open(self) -> list[Row]:
        return [row for row in self.rows if row.get("closed_at") is None]

    def cases(self, figure: str) -> list[Row]:
        """List the cases that a figure counts."""
        opened, closed, still = self.opened(), self.closed(), self.still_open()
        told: dict[str, Callable[[], list[Row]]] = {
            "carried_over": lambda: [row for row in self.rows if row["opened_at"] < self.start],
            "opened": lambda: opened,
            "closed": lambda: closed,
            "left_open": lambda: [row for row in self.rows if row not in closed],
            "severe": lambda: [row for row in opened if row["severity"] in (3, 4)],
            "noticed_by_us": lambda: [row for row in opened if row["origin"] != "staff"],
            "promised": lambda: [row for row in opened if row["promised_at"]],
            "noticed_before_promise": lambda: [
                row for row in opened if row["promised_at"] and row["promised_at"] > row["opened_at"]
            ],
            "insured": lambda: [row for row in opened if row.get("insured") or row.get("insured_amount")],
            "answered": lambda: [row for row in closed if row["first_response_at"]],
            "answered_in_time": lambda: [
                row for row in closed
                if row["first_response_at"] and row["first_response_at"] <= row["first_response_due_at"]
            ],
            "answered_late": lambda: [
                row for row in closed
                if (row["first_response_at"] or row["closed_at"]) > row["first_response_due_at"]
            ],
            "resolved_in_time": lambda: [row for row in closed if row["resolved_at"] <= row["resolution_due_at"]],
            "resolved_late": lambda: [row for row in closed if row["resolved_at"] > row["resolution_due_at"]],
            "remedied": lambda: [row for row in closed if row["closing_reason"] in {"accepted", "unobjected"}],
            "cured": lambda: [row for row in closed if row["closing_reason"] == "cured"],
            "by_hand": lambda: [row for row in closed if row["closing_reason"] == "by_hand"],
            "ended_otherwise": lambda: [row for row in closed if row["closing_reason"] == "explained_not_agreed"],
            "reopened": lambda: [row for row in closed if row.get("reopened")],
            "replanned": lambda: [row for row in closed if row["rounds"] >= 2],
            "escalated": lambda: [row for row in closed if row["escalation_level"]],
            "paid": lambda: [row for row in closed if row["cost"]],
            "arrived_late": lambda: [row for row in closed if row["days_late"]],
            "still_open": lambda: still,
            "overdue": lambda: [row for row in still if row["next_due_at"] and row["next_due_at"] <= self.as_of],
            "still_severe": lambda: [row for row in still if row["severity"] in (3, 4)],
        }  # fmt: skip
        return told[figure]()

    def count(self, figure: str) -> int:
        return len(self.cases(figure))

    def by(self, figure: str, dimension: str) -> Counter[str]:
        """Count the cases of a figure by group; no customs office is asked for where customs does not hold it."""
        rows = self.cases(figure)
        if dimension == "customs_office":
            rows = [row for row in rows if row["type"] == "CUSTOMS_HELD"]
        return Counter(self.group(row, dimension) for row in rows)

    def group(self, row: Row, dimension: str) -> str:
        """Say which group of a dimension a case belongs to."""
        lane = " → ".join(end or "?" for end in (row["lane_from"], row["lane_to"]))
        cause = row.get("cause") or row.get("reason") or "unknown"
        is_open = row.get("closed_at") is None
        derived = {
            "cause": cause,
            "party": cause.split(".")[0],
            "lane": "" if lane == "? → ?" else lane,
            "state": row.get("state", "CLOSED"),
            "closing_reason": row.get("closing_reason", ""),
            "customs_office": row["customs_office"] or "unknown",
            "waiting_for": WAITS_FOR[row["state"]] if is_open else "",
            "age": self._age(row) if is_open else "",
        }
        return derived.get(dimension, str(row.get(dimension)))

    def _age(self, row: Row) -> str:
        hours = (self.as_of - row["opened_at"]) / timedelta(hours=1)
        bands = ((6, "0-6h"), (24, "6-24h"), (72, "1-3d"), (168, "3-7d"))
        return next((band for until, band in bands if hours < until), "7d+")

    def seconds(self, figure: str) -> list[float]:
        """List how long something took, in order."""
        ends = {"first_response": "first_response_at", "resolution": "resolved_at", "handling": "closed_at"}
        if figure == "noticing":
            return sorted((row["opened_at"] - row["troubled_since"]).total_seconds() for row in self.opened())
        end = ends[figure]
        return sorted((row[end] - row["opened_at"]).total_seconds() for row in self.closed() if row[end])

    def median_and_p90(self, figure: str) -> tuple[float, float] | None:
        """Give the median, and the time that nine of ten do not exceed, between two neighbours in proportion."""
        times = self.seconds(figure)
        if not times:
            return None
        place = 0.9 * (len(times) - 1)
        below = int(place)
        above = min(below + 1, len(times) - 1)
        return median(times), times[below] + (times[above] - times[below]) * (place - below)

    def cost(self) -> dict[str, Decimal]:
        """Add up what was paid, by currency."""
        paid: dict[str, Decimal] = {}
        for row in self.cases("paid"):
            paid[row["currency"]] = paid.get(row["currency"], Decimal(0)) + row["cost"]
        return paid
