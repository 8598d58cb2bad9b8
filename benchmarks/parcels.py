"""Parcels in trouble, booked and pushed through the gateway as in real life. Nothing is measured here."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import httpx

from benchmarks.payloads import CARRIER, COLLECTED, DAMAGED, Scan, push, waybill
from benchmarks.surroundings import EngineUnderLoad
from deployments.sample_day.kuaidi100 import FORM, PATH, signed_form
from schemas.shipments import Party, ShipmentRegistration

WORTH = Decimal(800)
"""What each is worth, in CNY: compensation for damage needs a supervisor's decision."""


def send_damaged(engine: EngineUnderLoad, count: int) -> None:
    """Book so many parcels and push that each was damaged."""
    now = datetime.now(UTC)
    rng = Random(1)
    numbers = [waybill(number) for number in range(count)]
    book(engine, numbers, now=now)
    with httpx.Client(base_url=engine.gateway, timeout=30, trust_env=False) as gateway:
        for number in numbers:
            told = push(number, (COLLECTED, DAMAGED), rng=rng, now=now)
            form = signed_form(told, salt=engine.credentials.kuaidi100_salt)
            gateway.post(PATH, content=form, headers={"Content-Type": FORM}).raise_for_status()


def book(engine: EngineUnderLoad, numbers: Sequence[str], *, now: datetime) -> None:
    """Register parcels with the gateway."""
    booked = [booking(number, now).model_dump(mode="json") for number in numbers]
    headers = {"X-API-Key": engine.credentials.api_key}
    httpx.post(
        f"{engine.gateway}/shipments", json=booked, headers=headers, timeout=30, trust_env=False
    ).raise_for_status()


def booking(number: str, now: datetime) -> ShipmentRegistration:
    """Make what was agreed about one parcel; it is not late yet."""
    return ShipmentRegistration(
        waybill=number,
        carrier=CARRIER,
        consignee=Party(name="王五", phone="19900001234", address="示例市示例路 1 号"),
        goods="陶瓷餐具",
        declared_value=WORTH,
        destination_outlet="示例城西网点",
        promised_at=now + timedelta(days=2),
    )


def told_of(number: str, scan: Scan, *, now: datetime) -> bytes:
    """Give the payload that tells of one scan after the parcel was collected."""
    return json.dumps(push(number, (COLLECTED, scan), rng=Random(number), now=now), ensure_ascii=False).encode()
