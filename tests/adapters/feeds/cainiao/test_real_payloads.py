"""Cainiao's payloads of third parties, read where they lie beside the project; without them there is nothing to do."""

from pathlib import Path

import pytest

from adapters.feeds.registry import recognise, translate

FEEDS = Path(__file__).parents[5] / "shared" / "feeds"
FOLDER = "cainiao_global"

pytestmark = pytest.mark.skipif(
    not FEEDS.is_dir(), reason="the collection of third-party payloads is not beside the project"
)

PAYLOADS = {"unknown_number.json": ""}  # events, record by record; the collection's own index says none
EVERY_PAYLOAD = pytest.mark.parametrize("name", PAYLOADS)


class TestEveryPayload:
    @EVERY_PAYLOAD
    def test_is_understood_record_by_record(self, name):
        records = translate(FOLDER, (FEEDS / FOLDER / name).read_bytes()).records

        assert " ".join(record.event for record in records) == PAYLOADS[name]

    @EVERY_PAYLOAD
    def test_is_recognised(self, name):
        assert recognise((FEEDS / FOLDER / name).read_bytes()) == FOLDER

    def test_is_listed_here(self):
        assert {path.name for path in (FEEDS / FOLDER).iterdir()} == PAYLOADS.keys()


class TestRecognise:
    def test_takes_nobody_elses_payload_for_cainiaos(self):
        others = [path for path in FEEDS.glob("*/*") if path.parent.name != FOLDER]

        assert others
        assert not [path for path in others if recognise(path.read_bytes()) == FOLDER]


class TestOddities:
    def test_an_unknown_number_is_a_success_that_says_nothing(self):
        translation = translate(FOLDER, (FEEDS / FOLDER / "unknown_number.json").read_bytes())

        assert translation.answer == "nothing is known of this number"
        assert translation.promises == ()
