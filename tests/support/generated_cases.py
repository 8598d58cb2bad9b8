"""A quarter of exceptions by chance, the same for the same seed: closed ones in the analysis, open ones as they stand.

The facts are chosen with corners in them: nobody told, nothing promised, outlets unknown or named like a formula,
moments on the very edge of a day.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from schemas.exceptions import ExceptionType, Measure, State
from store import analysis

SHANGHAI = ZoneInfo("Asia/Shanghai")
OUTLETS = ("示例城东网点", "示例城西网点", "示例港口网点", "=HYPERLINK(示例)", "<b>示例网点</b>", "")
CUSTOMS_OFFICES = ("上海海关", "广州海关", "")
CITIES = ("广州", "深圳", "杭州", "北京", "成都", "")
CAUSES = ("carrier.damaged", "carrier.lost", "carrier.dwell", "consignee.absent", "external.weather", "unknown")
REASONS_FOR_CLOSING = ("accepted", "unobjected", "cured", "cured", "by_hand", "explained_not_agreed")


def a_closed_case(number: int, opened_at: datetime, chance: Random, zone: ZoneInfo) -> dict[str, Any]:
    """Make the analysis of one closed case."""
    hours = chance.choice((0.5, 2, 5.99, 6, 6.01, 30, 200)) * chance.uniform(0.5, 1)
    resolved_at = opened_at + timedelta(hours=hours)
    told = chance.choice((None, opened_at + timedelta(minutes=chance.choice((5, 119, 120, 121, 600)))))
    paid = chance.random() < 0.2
    return {
        "case_no": f"EX-G-{number:07}",
        "waybill": f"7740{number:08}",
        "type": chance.choice(list(ExceptionType)).value,
        "origin": chance.choice(("reported", "reported", "silence", "staff")),
        "severity": chance.choice((1, 2, 2, 3, 4)),
        "cause": (cause := chance.choice(CAUSES)),
        "party": cause.split(".", maxsplit=1)[0],
        "carrier": chance.choice(("shentong", "sf", "")),
        "outlet": chance.choice(OUTLETS),
        "customs_office": CUSTOMS_OFFICES[number % len(CUSTOMS_OFFICES)],
        "troubled_since": opened_at - timedelta(minutes=chance.randrange(3000)),
        "opened_at": opened_at,
        "customer_told_at": told,
        "closed_at": chance.choice(
            (resolved_at + timedelta(minutes=chance.randrange(90)), midnight_after(resolved_at, zone))
        ),
        "closing_reason": chance.choice(REASONS_FOR_CLOSING),
        "measures": [chance.choice(list(Measure)).value],
        "cost": Decimal(chance.randrange(100_000)) / 100 if paid else Decimal(0),
        "currency": chance.choice(("CNY", "CNY", "HKD")),
        "rounds": chance.choice((0, 1, 1, 2)),
        "escalation_level": chance.choice((0, 0, 0, 1, 2)),
        "days_late": chance.choice((0, 0, 1, 9)),
        "lane_from": chance.choice(CITIES),
        "lane_to": chance.choice(CITIES),
        "product": chance.choice(("express", "standard", "")),
        "insured": chance.random() < 0.3,
        "promised_at": chance.choice((None, opened_at + timedelta(hours=chance.choice((-30, 0, 30))))),
        "first_response_at": told,
        "first_response_due_at": opened_at + timedelta(hours=2),
        "resolved_at": resolved_at,
        "resolution_due_at": opened_at + timedelta(hours=6),
    }


def midnight_after(moment: datetime, zone: ZoneInfo) -> datetime:
    """Give the first instant of the next day."""
    day = moment.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def moments(first: date, last: date, number: int, zone: ZoneInfo, chance: Random) -> Iterator[datetime]:
    """Choose moments in order between two days, some of them on midnight and just before it."""
    days = (last - first).days + 1
    chosen = []
    for _ in range(number):
        midnight = datetime.combine(first + timedelta(days=chance.randrange(days)), time.min, zone).astimezone(UTC)
        later = chance.choice((0.0, -0.000001, chance.uniform(0, 86_399), chance.uniform(0, 86_399)))
        chosen.append(midnight + timedelta(seconds=later))
    yield from sorted(chosen)


def closed_cases(
    number: int, *, first: date, last: date, zone: ZoneInfo = SHANGHAI, seed: int = 4
) -> list[dict[str, Any]]:
    """Make so many closed cases that were opened between two days."""
    chance = Random(seed)
    return [
        a_closed_case(place, opened_at, chance, zone)
        for place, opened_at in enumerate(moments(first, last, number, zone, chance), start=1)
    ]


def keep_closed(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Put closed cases into the analysis."""
    analysis.record(connection, rows)


OPEN_STATES = (State.RECORDED, State.AWAITING_APPROVAL, State.CARRYING_OUT, State.NEEDS_OPERATOR)


def open_cases(
    number: int, *, first: date, last: date, as_of: datetime, zone: ZoneInfo = SHANGHAI, seed: int = 5
) -> list[dict[str, Any]]:
    """Make so many cases that are still open, with the facts of their shipments."""
    chance = Random(seed)
    rows = []
    for place, opened_at in enumerate(moments(first, last, number, zone, chance), start=1):
        told = chance.choice((None, opened_at + timedelta(hours=1)))
        rows.append(
            {
                "case_no": f"EX-O-{place:07}",
                "waybill": f"7750{place:08}",
                "type": chance.choice(list(ExceptionType)).value,
                "origin": chance.choice(("reported", "silence", "staff")),
                "severity": chance.choice((1, 2, 3, 4)),
                "reason": chance.choice((*CAUSES[:5], "")),
                "state": chance.choice(OPEN_STATES).value,
                "opened_at": opened_at,
                "troubled_since": opened_at - timedelta(hours=chance.randrange(50)),
                "next_due_at": chance.choice((None, as_of + timedelta(hours=chance.choice((-5, 0, 5))))),
                "customer_told_at": told,
                "rounds": chance.choice((0, 1, 2)),
                "escalation_level": chance.choice((0, 1)),
                "carrier": chance.choice(("shentong", "sf")),
                "outlet": chance.choice(OUTLETS),
                "customs_office": CUSTOMS_OFFICES[place % len(CUSTOMS_OFFICES)],
                "lane_from": chance.choice(CITIES),
                "lane_to": chance.choice(CITIES),
                "product": chance.choice(("express", "standard")),
                "insured_amount": chance.choice((None, Decimal(500))),
                "promised_at": chance.choice((None, opened_at + timedelta(hours=chance.choice((-30, 0, 30))))),
            }
        )
    return rows


def keep_open(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Put open cases and their shipments into their tables."""
    connection.execute(
        text(
            "INSERT INTO shipment (waybill, carrier, destination_outlet, lane_from, lane_to, product, insured_amount, "
            "promised_at, consignee_name, consignee_phone) VALUES (:waybill, :carrier, :outlet, :lane_from, :lane_to, "
            ":product, :insured_amount, :promised_at, '王五', '19900001234')"
        ),
        list(rows),
    )
    connection.execute(
        text(
            "INSERT INTO cases (case_no, waybill, type, origin, trigger, state, version, reason, severity, opened_at, "
            "troubled_since, state_since, next_due_at, customer_told_at, rounds, escalation_level, customs_office, "
            "history_head) "
            "VALUES (:case_no, :waybill, :type, :origin, :case_no, :state, 1, :reason, :severity, :opened_at, "
            ":troubled_since, :opened_at, :next_due_at, :customer_told_at, :rounds, :escalation_level, "
            ":customs_office, '')"
        ),
        list(rows),
    )
