"""The figures about complaints once more, from the raw rows and in plain Python: nothing here knows the SQL."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from generated_cases import SHANGHAI

Row = dict[str, Any]
WAITS_FOR = {
    "RECEIVED": "system",
    "HANDED_OFF": "agent",
    "AWAITING_APPROVAL": "supervisor",
    "ACTING": "agent",
    "FED_BACK": "customer",
}


class RecountOfComplaints:
    """One period, counted from rows as `complaint_quarter` makes them."""

    def __init__(self, rows: Iterable[Row], *, start: datetime, end: datetime, as_of: datetime) -> None:
        self.start, self.end, self.as_of = start, end, as_of
        self.all = list(rows)
        self.rows = [row for row in self.all if row["kind"] in {"open", "closed"} and self._lived(row)]

    def _lived(self, row: Row) -> bool:
        return row["opened_at"] < self.end and (row["closed_at"] is None or row["closed_at"] >= self.start)

    def received(self) -> list[Row]:
        return [row for row in self.rows if row["opened_at"] >= self.start]

    def closed(self) -> list[Row]:
        return [row for row in self.rows if row["closed_at"] and row["closed_at"] < self.end]

    def cases(self, figure: str) -> list[Row]:
        """List the complaints that a figure counts."""
        received, closed = self.received(), self.closed()
        still = [row for row in self.rows if row["closed_at"] is None]

        def is_(validity: str) -> list[Row]:
            return [row for row in received if self.validity(row) == validity]

        def kept(limit: Callable[[Row], bool | None], wanted: bool) -> list[Row]:
            return [row for row in received if limit(row) is wanted]

        def ended(ending: str) -> list[Row]:
            return [row for row in closed if row["ending"] == ending]

        told: dict[str, Callable[[], list[Row]]] = {
            "carried_over": lambda: [row for row in self.rows if row["opened_at"] < self.start],
            "received": lambda: received,
            "closed": lambda: closed,
            "left_open": lambda: [row for row in self.rows if row not in closed],
            "drafts": lambda: [
                row for row in self.all
                if row["kind"] in {"draft", "abandoned"} and self.start <= row["opened_at"] < self.end
            ],
            "severe": lambda: [row for row in received if row["severity"] in (3, 4)],
            "repeats": lambda: [row for row in received if row["is_repeat"]],
            "from_regulator": lambda: [row for row in received if row["channel"] == "regulator"],
            "demanding": lambda: [row for row in received if row["demanded"]],
            "decided": lambda: [row for row in received if self.validity(row) != "UNDECIDED"],
            "valid": lambda: is_("VALID"),
            "customer_caused": lambda: is_("CUSTOMER_CAUSED"),
            "malicious": lambda: is_("MALICIOUS"),
            "unproven": lambda: is_("UNPROVEN"),
            "undecided": lambda: is_("UNDECIDED"),
            "answered_in_time": lambda: kept(self.answer_kept, True),
            "answered_late": lambda: kept(self.answer_kept, False),
            "result_in_time": lambda: kept(self.result_kept, True),
            "result_late": lambda: kept(self.result_kept, False),
            "law_in_time": lambda: kept(self.law_kept, True),
            "law_late": lambda: kept(self.law_kept, False),
            "tickets": lambda: [row for row in received if self.group(row, "source") == "tickets"],
            "at_the_door": lambda: [row for row in received if row["channel"] == "at_the_door"],
            "courier_notes": lambda: [row for row in received if row["channel"] == "courier_note"],
            "at_once": lambda: ended("at_once"),
            "accepted": lambda: ended("accepted"),
            "unobjected": lambda: ended("unobjected"),
            "explained": lambda: ended("explained_not_agreed"),
            "withdrawn": lambda: ended("withdrawn"),
            "by_hand": lambda: ended("by_hand"),
            "objected": lambda: [row for row in closed if row["objections"]],
            "replanned": lambda: [row for row in closed if row["rounds"] == 2],
            "escalated": lambda: [row for row in closed if row["escalation_level"]],
            "rated": lambda: [row for row in closed if row["satisfaction"]],
            "satisfied": lambda: [row for row in closed if row["satisfaction"] in (4, 5)],
            "still_open": lambda: still,
            "overdue": lambda: [row for row in still if row["next_due_at"] and row["next_due_at"] <= self.as_of],
            "still_severe": lambda: [row for row in still if row["severity"] in (3, 4)],
        }  # fmt: skip
        return told[figure]()

    def count(self, figure: str) -> int:
        return len(self.cases(figure))

    def by(self, figure: str, dimension: str) -> Counter[str]:
        """Count the complaints of a figure by group."""
        return Counter(self.group(row, dimension) for row in self.cases(figure))

    def validity(self, row: Row) -> str:
        found = row["finding"]
        return str(found["validity"].value) if found and found["decided_by"] else "UNDECIDED"

    def answer_kept(self, row: Row) -> bool | None:
        """Two hours from the opening."""
        return self._kept(row, done_at=row["answered_at"] or row["result_at"], due_at=row["opened_at"] + _H(2))

    def result_kept(self, row: Row) -> bool | None:
        """Forty-eight hours from the opening, or from an objection."""
        if row["objected_at"]:
            return self._kept(row, done_at=row["again_at"], due_at=row["objected_at"] + _H(48))
        return self._kept(row, done_at=row["result_at"], due_at=row["opened_at"] + _H(48))

    def law_kept(self, row: Row) -> bool | None:
        """To the end of the seventh day after the one of the complaint."""
        day = row["opened_at"].astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
        return self._kept(row, done_at=row["result_at"], due_at=day + timedelta(days=8))

    def _kept(self, row: Row, *, done_at: datetime | None, due_at: datetime) -> bool | None:
        if row["clock_anchors"] is None:
            return None
        if done_at:
            return done_at <= due_at
        if row["closed_at"]:
            return False if due_at < row["closed_at"] else None
        return False if due_at <= self.as_of else None

    def group(self, row: Row, dimension: str) -> str:
        """Say which group of a dimension a complaint belongs to."""
        is_open = row["closed_at"] is None
        main = self._main_party(row)
        names_outlet = main is not None and main["kind"] == "outlet" and main["name"]
        derived = {
            "source": {"at_the_door": "at_the_door", "courier_note": "courier_notes"}.get(row["channel"], "tickets"),
            "validity": self.validity(row),
            "party": main["kind"] if main else "",
            "outlet": main["name"] if main and names_outlet else row["parcel_outlet"],
            "waiting_for": WAITS_FOR[row["state"]] if is_open else "",
            "age": self._age(row) if is_open else "",
            "month": f"{row['opened_at'].astimezone(SHANGHAI):%Y-%m}",
            "satisfaction": str(row["satisfaction"]),
        }
        return derived.get(dimension, str(row.get(dimension)))

    def _main_party(self, row: Row) -> Row | None:
        """Find the party that answers for most; the first of equals."""
        if self.validity(row) == "UNDECIDED":
            return None
        parties: list[Row] = row["finding"]["parties"]
        return max(parties, key=lambda party: int(party["share"]), default=None)

    def _age(self, row: Row) -> str:
        hours = (self.as_of - row["opened_at"]) / timedelta(hours=1)
        bands = ((6, "0-6h"), (24, "6-24h"), (72, "1-3d"), (168, "3-7d"))
        return next((band for until, band in bands if hours < until), "7d+")


def _H(hours: float) -> timedelta:  # noqa: N802 - reads as a unit
    return timedelta(hours=hours)
