"""What detection does for parcels that somebody must care for: queue the outlet's advice, find what was not kept."""

from collections.abc import Collection
from datetime import datetime

from rules.preferences.breaches import TELLING, breaches, troubles_of
from schemas.exceptions import Trouble
from store import preferences
from store.tracking import events
from store.unit_of_work import Connection
from tasks.settings import business_settings


def heed_wishes(connection: Connection, waybills: Collection[str], *, now: datetime) -> dict[str, tuple[Trouble, ...]]:
    """Have the outlets told that hold these parcels, and give the troubles of those on which a wish was not kept.

    One query reads parcels and preferences, one the events; none where there is no parcel to care for.
    """
    if not waybills:
        return {}
    parcels = preferences.cared_for(connection, waybills)
    preferences.queue_advice_on(connection, [parcel.waybill for parcel in parcels if parcel.in_last_mile], at=now)
    told = events.told_of(connection, waybills, of=TELLING)
    zone = business_settings().zone
    found = {
        parcel.waybill: troubles_of(breaches(parcel.entries, told[parcel.waybill], goods=parcel.goods, zone=zone))
        for parcel in parcels
        if parcel.waybill in told
    }
    return {waybill: troubles for waybill, troubles in found.items() if troubles}
