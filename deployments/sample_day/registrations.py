"""Shipment registrations: what was agreed when each parcel was accepted, as JSON for the gateway (R115, R116)."""

import json
from collections.abc import Iterator, Sequence

from deployments.sample_day.clock import CHINA
from deployments.sample_day.telling import Telling

PATH = "/shipments"
REGISTRATIONS_PER_POST_MAX = 200


def registration(telling: Telling) -> dict[str, object]:
    """Render one parcel's registration."""
    parcel = telling.parcel
    return {
        "waybill": parcel.waybill,
        "carrier": parcel.carrier.code,
        "product": parcel.product.name,
        "sender": {"name": parcel.sender, "phone": parcel.sender_phone},
        "consignee": {
            "name": parcel.consignee,
            "phone": parcel.consignee_phone,
            "address": parcel.consignee_address,
        },
        "goods": parcel.goods.name,
        "weight_kg": float(parcel.weight_kg),
        "freight": str(parcel.freight),
        "declared_value": str(parcel.declared_value),
        "currency": "CNY",
        "insured": parcel.insured_amount is not None,
        "insured_amount": None if parcel.insured_amount is None else str(parcel.insured_amount),
        "perishable": parcel.goods.perishable,
        "customer_tier": parcel.customer_tier,
        "origin_city": parcel.origin.name,
        "destination_city": parcel.destination.name,
        "origin_outlet": parcel.origin_outlet,
        "destination_outlet": parcel.destination_outlet,
        "picked_up_at": telling.booked_pickup_at and telling.booked_pickup_at.astimezone(CHINA).isoformat(),
        "promised_at": telling.promised_at and telling.promised_at.astimezone(CHINA).isoformat(),
        "payment": parcel.payment,
    }


def registration_bodies(tellings: Sequence[Telling]) -> Iterator[tuple[bytes, int]]:
    """Render the registrations in posts: each body and the number of its parcels."""
    for start in range(0, len(tellings), REGISTRATIONS_PER_POST_MAX):
        batch = tellings[start : start + REGISTRATIONS_PER_POST_MAX]
        rows = [registration(telling) for telling in batch]
        yield json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode(), len(rows)
