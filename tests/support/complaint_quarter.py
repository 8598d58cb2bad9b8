"""A quarter of complaints by chance, the same for the same seed, with their parcels, tasks, calls and praise.

The facts are chosen with corners in them: drafts, nobody told, findings undecided, two parties of which one answers for
more, limits met on their very second, outlets unknown or named like a formula, moments on the very edge of a day.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from generated_cases import OUTLETS, SHANGHAI, midnight_after, moments
from sqlalchemy import Connection, text

from rules.clocks.anchors import fold
from schemas.clocks import ClockEntry
from schemas.complaints import Channel, ComplaintType, PartyKind, State, Validity

Row = dict[str, Any]
FINDINGS = (*Validity, None, "proposed")
ENDINGS = ("at_once", "accepted", "unobjected", "explained_not_agreed", "withdrawn", "by_hand")
OPEN_STATES = (State.RECEIVED, State.HANDED_OFF, State.AWAITING_APPROVAL, State.ACTING, State.FED_BACK)
ACTIONS = ("APOLOGISE", "RECTIFY", "REDELIVER")


def complaints(number: int, *, first: date, last: date, as_of: datetime, seed: int = 6) -> list[Row]:
    """Make so many complaints that were opened between two days."""
    chance = Random(seed)
    return [
        a_complaint(place, opened_at, chance, as_of=as_of)
        for place, opened_at in enumerate(moments(first, last, number, SHANGHAI, chance), start=1)
    ]


def a_complaint(number: int, opened_at: datetime, chance: Random, *, as_of: datetime) -> Row:
    """Make one complaint with what happened to it."""
    kind = chance.choices(("closed", "open", "draft", "abandoned"), (80, 15, 2, 3))[0]
    answered_at = chance.choice((None, *(opened_at + timedelta(minutes=m) for m in (3, 120, 121, 119, 500))))
    result_at = chance.choice((None, *(opened_at + timedelta(hours=h) for h in (1, 47, 48, 48.01, 200))))
    if answered_at and result_at and answered_at > result_at:
        answered_at = result_at
    objected_at = result_at + timedelta(hours=5) if result_at and chance.random() < 0.1 else None
    again_at = objected_at + timedelta(hours=chance.choice((1, 48, 60))) if objected_at else None
    ended_at = max(filter(None, (opened_at + timedelta(hours=1), answered_at, result_at, again_at)))
    closed_at = chance.choice((ended_at + timedelta(minutes=30), midnight_after(ended_at, SHANGHAI)))
    if kind in {"open", "draft"} or closed_at > as_of:
        kind, closed_at = ("draft" if kind == "draft" else "open"), None
    waybill = chance.choice(("", f"7760{number:08}"))
    state = {"draft": "DRAFT", "open": chance.choice(OPEN_STATES).value}.get(kind, "CLOSED")
    row: Row = {
        "case_no": f"CP-20260901-{number:06}",
        "type": chance.choice(list(ComplaintType)).value,
        "channel": chance.choice(list(Channel)).value,
        "state": state,
        "waybill": waybill,
        "is_repeat": chance.random() < 0.1,
        "tellings": chance.choice((1, 1, 2)),
        "severity": chance.choice((1, 2, 2, 3, 4)),
        "demanded": chance.choice((None, Decimal(0), Decimal(120))),
        "rounds": chance.choice((0, 1, 1, 2)),
        "objections": 1 if objected_at else 0,
        "escalation_level": chance.choice((0, 0, 1)),
        "opened_at": opened_at,
        "closed_at": closed_at,
        "ending": {"abandoned": "abandoned", "closed": chance.choice(ENDINGS)}.get(kind, ""),
        "satisfaction": chance.choice((None, 1, 3, 4, 5)) if kind == "closed" else None,
        "next_due_at": None if closed_at else chance.choice((None, *(as_of + timedelta(hours=h) for h in (-5, 0, 5)))),
        "carrier": chance.choice(("shentong", "sf")) if waybill else "",
        "parcel_outlet": chance.choice(OUTLETS) if waybill else "",
        "answered_at": answered_at,
        "result_at": result_at,
        "objected_at": objected_at,
        "again_at": again_at,
        "kind": kind,
    }  # fmt: skip
    row["finding"] = _finding(chance)
    row["actions"] = chance.sample(ACTIONS, chance.randrange(3))
    row["clock_anchors"] = _anchors(row) if chance.random() < 0.98 else None
    return row


def _finding(chance: Random) -> Row | None:
    found = chance.choice(FINDINGS)
    if found is None:
        return None
    decided = found != "proposed"
    kinds = chance.sample(list(PartyKind), chance.choice((0, 1, 2)))
    shares = {0: (), 1: (100,), 2: chance.choice(((60, 40), (30, 70), (50, 50)))}[len(kinds)]
    return {
        "validity": found if decided else Validity.VALID,
        "decided_by": "qc-li" if decided else "",
        "parties": [
            {"kind": kind.value, "name": chance.choice(OUTLETS), "share": str(share), "basis": ""}
            for kind, share in zip(kinds, shares, strict=True)
        ],
    }


def _anchors(row: Row) -> Row:
    """Fold what happened into what clocks are read from, as the store does."""
    told = [
        ("receive", row["opened_at"]), ("tell_customer", row["answered_at"]), ("feed_back", row["result_at"]),
        ("object", row["objected_at"]), ("feed_back", row["again_at"]), ("archive", row["closed_at"]),
    ]  # fmt: skip
    entries = [
        ClockEntry(command=command, at=at, state=row["state"] if place == last else "HANDED_OFF", profile="complaint")
        for last in [max(place for place, (_, at) in enumerate(told) if at)]
        for place, (command, at) in enumerate(told)
        if at
    ]
    facts = {
        "complained_at": row["opened_at"],
        "first_told_at": row["answered_at"] or row["result_at"],
        "complaint_answered_at": row["result_at"],
    }
    anchors = fold(entries)
    known = {name: at for name, at in facts.items() if at}
    written: Row = anchors.model_copy(update={"facts": known}).model_dump(mode="json")
    return written


def keep_complaints(connection: Connection, rows: Sequence[Row]) -> None:
    """Put complaints with their parcels and tasks into their tables."""
    _insert(
        connection,
        "INSERT INTO shipment (waybill, carrier, destination_outlet, delivered_at, registered_at, consignee_name, "
        "consignee_phone) VALUES (:waybill, :carrier, :parcel_outlet, :opened_at, :opened_at - interval '3 days', "
        "'王五', '19900001234')",
        [row for row in rows if row["waybill"]],
    )
    _insert(
        connection,
        "INSERT INTO complaint (case_no, type, channel, state, version, waybill, is_repeat, tellings, told_at, "
        "severity, demanded, rounds, objections, escalation_level, opened_at, state_since, closed_at, ending, "
        "satisfaction, next_due_at, finding, clock_anchors, history_head) VALUES (:case_no, :type, :channel, "
        ":state, 1, :waybill, :is_repeat, :tellings, :opened_at, :severity, :demanded, :rounds, :objections, "
        ":escalation_level, :opened_at, :opened_at, :closed_at, :ending, :satisfaction, :next_due_at, "
        "CAST(:finding AS jsonb), CAST(:clock_anchors AS jsonb), '')",
        [{**row, **{name: json.dumps(row[name] or {}) for name in ("finding", "clock_anchors")}} for row in rows],
    )
    _insert(
        connection,
        "INSERT INTO complaint_action (case_no, plan_version, action, owner, due_at) "
        "VALUES (:case_no, 1, :action, 'x', now())",
        [{"case_no": row["case_no"], "action": action} for row in rows for action in row["actions"]],
    )


def _insert(connection: Connection, statement: str, rows: Sequence[Row]) -> None:
    if rows:
        connection.execute(text(statement), rows)
