"""Telling the outlets what is asked for, before they deliver: once for each parcel and version of the wishes (R111)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from prefect import task

from rules.preferences.goods import inspection_owed_for
from rules.preferences.learning import LOOK_BACK_DAYS, learned_times
from rules.preferences.standing import DISPATCH_KINDS, dispatch_version, in_force
from rules.preferences.wording import dispatch_advice, withdrawn_advice
from schemas.preferences import DeclaredPreference, PreferenceKind
from store import outbox, preferences
from store.outbox import Letter
from store.preferences import CaredFor
from store.tracking import shipments
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.exceptions.letters import RESPONSIBLE, department_message
from tasks.settings import business_settings

BATCH = 500
HASHED = 2000
"""Parcels dealt with in one transaction."""


@task
def advise_outlets() -> int:
    """Tell the outlet of every parcel that has come near its door what is asked for; give the number of letters.

    Detection, a declaration and a changed consignee queue the parcels, so a pass costs what has changed.
    """
    _key_consignees()
    letters = 0
    while True:
        with unit_of_work() as connection:
            waybills = preferences.claim_to_advise(connection, limit=BATCH)
            letters += _advise(connection, preferences.cared_for(connection, waybills), clock.now())
        if len(waybills) < BATCH:
            return letters


def _key_consignees() -> None:
    """Hash the numbers of shipments that are older than preferences, or came while there was no key."""
    while True:
        with unit_of_work() as connection:
            if shipments.key_consignees(connection, limit=HASHED) < HASHED:
                return


def _advise(connection: Connection, parcels: Sequence[CaredFor], now: datetime) -> int:
    standing = {parcel.waybill: _asked(parcel, now) for parcel in parcels}
    unspoken = {
        parcel.consignee
        for parcel in parcels
        if parcel.consignee and PreferenceKind.TIME_WINDOW not in standing[parcel.waybill]
    }
    taken = preferences.handed_over(connection, unspoken, since=now - timedelta(days=LOOK_BACK_DAYS))
    letters: list[Letter] = []
    advised: list[tuple[str, str]] = []
    for parcel in parcels:
        letter, marker = _letter(parcel, standing[parcel.waybill], taken.get(parcel.consignee, []), now)
        letters += [letter] if letter is not None else []
        advised.append((parcel.waybill, marker))
    outbox.put(connection, letters)
    preferences.note_advised(connection, advised)
    return len(letters)


def _asked(parcel: CaredFor, now: datetime) -> dict[PreferenceKind, DeclaredPreference]:
    standing = in_force(parcel.entries, at=now)
    return {kind: entry for kind, entry in standing.items() if kind in DISPATCH_KINDS}


def _letter(
    parcel: CaredFor, standing: dict[PreferenceKind, DeclaredPreference], taken: Sequence[datetime], now: datetime
) -> tuple[Letter | None, str]:
    """Write what is news to the outlet, and of which wishes it has then been told."""
    owed_for = inspection_owed_for(parcel.goods, at=now)
    asked = ",".join(standing)  # what begins or ends by its own dates is news too
    marker = f"{parcel.consignee[:12]}:v{dispatch_version(parcel.entries)}:{asked}:{owed_for}"
    if not parcel.in_last_mile or marker == parcel.advised:
        return None, parcel.advised
    if standing or owed_for:
        learned = learned_times(taken, zone=business_settings().zone)
        message = dispatch_advice(
            parcel.waybill, standing, owed_for=owed_for, learned=learned, consignee_name=parcel.consignee_name
        )
    elif parcel.advised:
        message, marker = withdrawn_advice(parcel.waybill), ""
    else:
        return None, ""
    key = f"advice:{parcel.waybill}:{marker or f'withdrawn after {parcel.advised}'}"
    return (
        department_message("", message, key=key, purpose="dispatch_advice", to=parcel.outlet or RESPONSIBLE, now=now),
        marker,
    )
