"""The command about promises: promise.

Belongs here: what it takes and prints. Does not belong here: which promise counts (`rules.tracking.promises`).
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from cyclopts import App

from deployments.command.installation import enter
from deployments.command.outcome import Failure
from deployments.command.output import print_json, print_table

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from store.unit_of_work import Connection


def add_to(app: App) -> None:
    """Add this command to the `redress` command."""
    app.command(promise)


def promise(waybill: str, *, json: bool = False) -> None:
    """Show by when a parcel must arrive, who promised it, what else was promised, and when it is expected.

    - `redress promise 773000000001`

    Args:
        waybill: The number of the parcel.
        json: Print JSON.
    """
    zone = enter().zone
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        found = _promise_file(connection, waybill)
    if json:
        print_json(found)
        return
    print(f"{waybill}  {found['lane']}  product {found['product']}")
    print(f"  promised {_local(found['promised_at'], zone)} by {found['promised_by'] or '?'}: {found['outlook']}")
    if found["expected_at"]:
        counted = f"from {found['leg'] or 'pick-up'}, {found['parcels']} deliveries of this lane"
        print(f"  expected {_local(found['expected_at'], zone)} ({counted})")
    print_table(
        ("in force", "promised", "source", "why", "first told", "last told"),
        [
            ("*" if row["in_force"] else "", _local(row["promised_at"], zone), row["source"], row["why"],
             _local(row["first_told_at"], zone), _local(row["told_at"], zone))
            for row in found["candidates"]
        ],
    )  # fmt: skip


def _promise_file(connection: "Connection", waybill: str) -> dict[str, Any]:
    from store.tracking import lanes, shipments
    from tasks import clock

    row = shipments.one(connection, waybill)
    if row is None:
        raise Failure(f"there is no parcel {waybill}")
    now = clock.now()
    estimate = lanes.estimate(connection, waybill, now=now)
    expected_at = estimate.expected_at if estimate else None
    return {
        "waybill": waybill,
        "lane": f"{row['lane_from'] or '?'} → {row['lane_to'] or '?'} ({row['lane_class']})",
        "product": row["product"],
        "promised_at": row["promised_at"],
        "promised_by": row["promised_by"],
        "outlook": _outlook(row, expected_at, now),
        "delivered_at": row["delivered_at"],
        "expected_at": expected_at,
        "leg": estimate.leg if estimate else None,
        "parcels": estimate.parcels if estimate else None,
        "candidates": _candidates(connection, row),
    }


def _outlook(row: dict[str, Any], expected_at: datetime | None, now: datetime) -> str:
    """Say how the parcel stands to its promise; of one that came back or was called off, that it did."""
    from rules.tracking.promises import outlook
    from schemas.promises import Outlook
    from schemas.shipments import FINAL_PHASES, Phase

    arrived = row["phase"] == Phase.DELIVERED
    if row["phase"] in FINAL_PHASES and not arrived:
        return str(row["phase"])
    if row["promised_at"] is None:
        return Outlook.UNKNOWN.value
    arrives_at = row["delivered_at"] if arrived else expected_at
    return outlook(promised_at=row["promised_at"], arrives_at=arrives_at, arrived=arrived, now=now).value


def _candidates(connection: "Connection", row: dict[str, Any]) -> list[dict[str, Any]]:
    """List what was promised, and what the product's table would say where it was never asked."""
    from rules.exceptions.silence import promise_for
    from schemas.promises import PromiseSource
    from store.tracking import promises, shipments

    listed: list[dict[str, Any]] = [
        {
            "promised_at": told.promised_at,
            "source": told.source.value,
            "why": told.detail,
            "first_told_at": told.first_told_at,
            "told_at": told.told_at,
            "in_force": (told.promised_at, told.source) == (row["promised_at"], row["promised_by"]),
        }
        for told in promises.of_waybill(connection, row["waybill"])
    ]
    table = promise_for(shipments.watched_shipment(row).model_copy(update={"promised_at": None}))
    if table is not None and all(item["source"] != PromiseSource.PRODUCT for item in listed):
        listed.append({
            "promised_at": table.at, "source": table.by.value, "why": table.rules, "first_told_at": None,
            "told_at": None, "in_force": False,
        })  # fmt: skip
    return sorted(listed, key=lambda item: [*PromiseSource].index(PromiseSource(item["source"])))


def _local(moment: datetime | None, zone: "ZoneInfo") -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else ""
