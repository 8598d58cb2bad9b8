"""How the order of a list of records is told."""

from datetime import UTC, datetime, timedelta

from adapters.feeds.order import chronological, newest, places_within_second

START = datetime(2026, 3, 1, tzinfo=UTC)


def times(*minutes: int | None) -> list[datetime | None]:
    return [None if minute is None else START + timedelta(minutes=minute) for minute in minutes]


class TestChronological:
    def test_turns_a_list_that_begins_with_the_newest(self):
        assert list(chronological(times(3, 2, 1), newest_first=False)) == [2, 1, 0]

    def test_keeps_a_list_that_begins_with_the_oldest(self):
        assert list(chronological(times(1, 2, 3), newest_first=True)) == [0, 1, 2]

    def test_looks_past_times_that_could_not_be_read(self):
        assert list(chronological(times(None, 3, 1, None), newest_first=False)) == [3, 2, 1, 0]

    def test_follows_the_providers_habit_where_all_times_are_equal(self):
        assert list(chronological(times(1, 1), newest_first=True)) == [1, 0]
        assert list(chronological(times(1, 1), newest_first=False)) == [0, 1]

    def test_orders_nothing(self):
        assert list(chronological([], newest_first=True)) == []


class TestPlacesWithinSecond:
    def test_counts_from_the_oldest(self):
        happened = times(5, 5, 5, 1)

        assert places_within_second(happened, chronological(happened, newest_first=True)) == [
            "0002",
            "0001",
            "0000",
            "0000",
        ]

    def test_gives_a_longer_list_the_places_of_the_shorter_one(self):
        short, long = times(5, 5, 1), times(9, 9, 5, 5, 1)

        places = [places_within_second(known, chronological(known, newest_first=True)) for known in (short, long)]

        assert places[1][2:] == places[0]


class TestNewest:
    def test_finds_the_latest_wherever_it_stands(self):
        happened = times(1, 9, 2, None)

        assert newest(happened, chronological(happened, newest_first=True)) == 1

    def test_takes_the_last_of_those_in_one_second(self):
        happened = times(9, 9, 1)

        assert newest(happened, chronological(happened, newest_first=True)) == 0

    def test_follows_the_list_where_no_time_could_be_read(self):
        assert newest([None, None], range(1, -1, -1)) == 0

    def test_finds_nothing_in_nothing(self):
        assert newest([], range(0)) is None
