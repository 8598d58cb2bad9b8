"""The log as the chain of custody reads it."""

import pytest
from custody_logs import FAR_HUB, HUB, a_whole_way
from factories import at
from standins import tell

from rules.exceptions.custody import chain_of_custody
from store.tracking import events
from store.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("database")
WAYBILL = "773000000001"


class TestCustodyOfWaybills:
    def test_gives_each_log_with_its_carrier_and_its_words(self):
        tell(*a_whole_way()[:4], waybill=WAYBILL)
        tell(*a_whole_way()[:1], waybill="773000000002")

        with unit_of_work() as connection:
            read = events.custody_of_waybills(connection, [WAYBILL, "773000000003"])

        assert list(read) == [WAYBILL]
        assert {event.carrier for event in read[WAYBILL]} == {"shentong"}
        custody = chain_of_custody(read[WAYBILL], now=at(8))
        assert (custody.holdings[-1].place, custody.holdings[-1].sent_to) == (HUB, FAR_HUB)

    def test_reads_the_same_events_as_the_fold(self):
        tell(*a_whole_way(), waybill=WAYBILL)

        with unit_of_work() as connection:
            folded = events.of_waybills(connection, [WAYBILL])[WAYBILL]
            read = events.custody_of_waybills(connection, [WAYBILL])[WAYBILL]

        shared = set(type(folded[0]).model_fields)
        assert sorted(event.model_dump(include=shared)["event_id"] for event in read) == sorted(
            event.event_id for event in folded
        )
