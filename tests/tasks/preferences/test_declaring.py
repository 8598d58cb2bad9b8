"""Taking preferences down: who, when, through which door; amended and never edited; the number kept once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from factories import a_declaration, a_registration, an_event, at
from standins import register, tell

from schemas.preferences import (
    CallFirst,
    Declarer,
    Door,
    NeverLocker,
    Place,
    PreferenceKind,
    PreferredLanguage,
    Source,
)
from schemas.tracking import Event
from store.preferences import Taken
from store.unit_of_work import unit_of_work
from tasks.preferences.declaring import NoPhone, contact_profiles, on_file, take_down

PHONE = "199-0000-1234"


def declared(*preferences, **changes):
    return take_down([a_declaration(*preferences, **changes)], door=Door.COMMAND, taken_by="ag-sun")


class TestTakeDown:
    def test_keeps_who_said_it_when_and_through_which_door(self):
        declared()

        [entry] = on_file(PHONE).entries
        assert entry.source == Source(declared_by=Declarer.CONSIGNEE, door=Door.COMMAND, taken_by="ag-sun")
        assert entry.recorded_at == at(0)

    def test_knows_the_consignee_by_any_spelling_of_his_number(self):
        declared(phone="0086 199 0000 1234")

        assert len(on_file("１９９００００１２３４").entries) == 1
        assert on_file("19900005678").entries == []

    def test_amends_and_never_edits(self, stand_at):
        declared(Place(place="前台"))
        stand_at(at(1))
        declared(Place(place="一楼保安室"))

        known = on_file(PHONE)
        assert [entry.preference.place for entry in known.entries] == ["前台", "一楼保安室"]
        assert known.in_force[PreferenceKind.PLACE].version == 2

    def test_withdraws_what_stays_on_file(self):
        declared(NeverLocker(), CallFirst())

        assert declared(withdrawn=(PreferenceKind.CALL_FIRST,)) == [Taken(2, (PreferenceKind.CALL_FIRST,))]
        assert list(on_file(PHONE).in_force) == [PreferenceKind.NEVER_LOCKER]
        assert len(on_file(PHONE).entries) == 3

    def test_changes_nothing_when_it_is_said_again(self):
        assert declared() == [Taken(1, (PreferenceKind.NEVER_LOCKER,))]
        assert declared() == [Taken(1, ())]

    def test_takes_two_declarations_of_one_consignee_in_their_order(self):
        both = [a_declaration(Place(place="前台")), a_declaration(Place(place="门口"), phone="19900001234")]

        take_down(both, door=Door.GATEWAY, taken_by="wms")

        assert on_file(PHONE).in_force[PreferenceKind.PLACE].preference == Place(place="门口")

    def test_counts_declarations_of_one_consignee_that_come_at_once(self):
        with ThreadPoolExecutor(8) as pool:
            taken = list(pool.map(lambda number: declared(Place(place=f"{number} 号楼前台")), range(8)))

        assert sorted(item.version for [item] in taken) == list(range(1, 9))

    def test_takes_nothing_when_one_number_is_none(self):
        with pytest.raises(NoPhone) as refused:
            take_down([a_declaration(), a_declaration(phone="王五家里的电话")], door=Door.GATEWAY, taken_by="wms")

        assert refused.value.places == [1]
        assert on_file(PHONE).entries == []

    def test_keeps_the_number_nowhere(self):
        declared()

        with unit_of_work() as connection:
            kept = connection.exec_driver_sql("SELECT preference::text FROM preference").scalars().all()
        assert not any("0000" in row for row in kept)


class TestOnFile:
    def test_holds_what_was_learned_from_parcels_that_the_consignee_took_himself(self, stand_at):
        for day in range(1, 11):
            waybill = f"77310000{day:04d}"
            register(a_registration(waybill=waybill), at=at(-24 * day))
            tell(an_event(Event.DELIVERED, -24 * day), waybill=waybill, at=at(-24 * day))

        learned = on_file(PHONE).learned

        assert {times.start.hour for times in learned} == {12}
        assert on_file("19900005678").learned == ()

    def test_refuses_what_is_no_number(self):
        with pytest.raises(NoPhone):
            on_file("王五")


class TestContactProfiles:
    def test_are_read_for_many_numbers_at_once(self):
        declared(PreferredLanguage(language="en"))

        with unit_of_work() as connection:
            found = contact_profiles(connection, [PHONE, "19900005678", "none"])

        assert {phone: profile.language for phone, profile in found.items()} == {
            PHONE: "en", "19900005678": None, "none": None,
        }  # fmt: skip
