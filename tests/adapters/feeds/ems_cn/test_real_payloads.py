"""China EMS's payloads of third parties, read where they lie beside the project; without them nothing is to do."""

from pathlib import Path

import pytest

from adapters.feeds.lines import canonical_line, refusal_line
from adapters.feeds.registry import recognise, translate

FEEDS = Path(__file__).parents[5] / "shared" / "feeds"
FOLDER = "ems_cn_xml"

pytestmark = pytest.mark.skipif(
    not FEEDS.is_dir(), reason="the collection of third-party payloads is not beside the project"
)

PAYLOADS = {"auth_error.xml": "", "one_trace.xml": "PICKED_UP"}  # as many events as the collection's own index says
EVERY_PAYLOAD = pytest.mark.parametrize("name", PAYLOADS)


def translated(name: str):
    return translate(FOLDER, (FEEDS / FOLDER / name).read_bytes())


class TestEveryPayload:
    @EVERY_PAYLOAD
    def test_is_understood_record_by_record(self, name):
        records = translated(name).records

        assert " ".join(record.event for record in records) == PAYLOADS[name]
        assert not [record.where for record in records if record.confidence == "unknown"]

    @EVERY_PAYLOAD
    def test_is_recognised(self, name):
        assert recognise((FEEDS / FOLDER / name).read_bytes()) == FOLDER

    def test_is_listed_here(self):
        assert {path.name for path in (FEEDS / FOLDER).iterdir()} == PAYLOADS.keys()


class TestRecognise:
    def test_takes_nobody_elses_payload_for_china_emss(self):
        others = [path for path in FEEDS.glob("*/*") if path.parent.name != FOLDER]

        assert others
        assert not [path for path in others if recognise(path.read_bytes()) == FOLDER]


class TestOddities:
    def test_an_answer_that_came_without_its_number_can_be_looked_at_but_not_used(self):
        (record,) = translated("one_trace.xml").records

        assert refusal_line(record) == {"refused": "waybill_missing", "at": "traces.trace[0]"}
        assert canonical_line(record)["waybill"] == ""

    def test_a_time_without_a_zone_is_chinas(self):
        (record,) = translated("one_trace.xml").records

        assert record.occurred_at.isoformat() == "2017-08-06T00:50:00+00:00"
        assert record.clock == "declared"

    def test_a_place_in_pinyin_stays_as_it_is_written(self):
        (record,) = translated("one_trace.xml").records

        assert record.location == record.raw["acceptAddress"][0] != ""

    def test_another_root_element_is_the_refusal(self):
        assert translated("auth_error.xml").answer.startswith("V02: ")
