"""Taking down what consignees ask for, and showing what is on file of one."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import NamedTuple

from rules.phones import normalised_phone
from rules.preferences.learning import LOOK_BACK_DAYS, learned_times
from rules.preferences.standing import contact_profile, in_force
from schemas.preferences import (
    ContactProfile,
    Declaration,
    DeclaredPreference,
    Door,
    LearnedTimes,
    PreferenceKind,
)  # fmt: skip
from store import preferences
from store.consignees import consignee_key
from store.preferences import Taken
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.settings import business_settings


class NoPhone(ValueError):
    """What stands in the place of a phone number is none; `places` counts the declarations that it is true of."""

    def __init__(self, places: Sequence[int]) -> None:
        """Name the declarations, not what they say."""
        super().__init__("the phone number is none that can be understood")
        self.places = places


def take_down(declarations: Sequence[Declaration], *, door: Door, taken_by: str) -> list[Taken]:
    """Take down what was declared, all of it or nothing; what is on file already changes nothing.

    Raises:
        NoPhone: one of the phone numbers is none.
    """
    if wrong := [place for place, item in enumerate(declarations) if not normalised_phone(item.phone)]:
        raise NoPhone(wrong)
    with unit_of_work() as connection:
        return preferences.declare(connection, declarations, door=door, taken_by=taken_by, at=clock.now())


class OnFile(NamedTuple):
    """What is on file of one consignee."""

    entries: list[DeclaredPreference]
    in_force: dict[PreferenceKind, DeclaredPreference]
    learned: tuple[LearnedTimes, ...]


def on_file(phone: str) -> OnFile:
    """Read what a consignee ever asked for, what of it is in force, and what his deliveries teach.

    Raises:
        NoPhone: the phone number is none.
    """
    if not normalised_phone(phone):
        raise NoPhone([0])
    now = clock.now()
    with unit_of_work() as connection:
        entries = preferences.of_phone(connection, phone)
        key = consignee_key(phone)
        taken = preferences.handed_over(connection, [key], since=now - timedelta(days=LOOK_BACK_DAYS)).get(key, [])
    return OnFile(entries, in_force(entries, at=now), learned_times(taken, zone=business_settings().zone))


def contact_profiles(connection: Connection, phones: Collection[str]) -> dict[str, ContactProfile]:
    """Say of each of these numbers how its owner wants to be written to (R113), in one query."""
    keys = {phone: consignee_key(phone) for phone in phones}
    entries = preferences.of_consignees(connection, [key for key in keys.values() if key])
    now = clock.now()
    return {phone: contact_profile(entries.get(key, ()), at=now) for phone, key in keys.items()}
