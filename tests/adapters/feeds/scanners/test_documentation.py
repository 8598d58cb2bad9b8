"""What docs/scanner-files.md shows is what is read."""

from pathlib import Path

from adapters.feeds.registry import recognise, translate
from adapters.feeds.scanners.columns import COLUMNS
from schemas.tracking import Event, Reason

DOCUMENT = (Path(__file__).parents[4] / "docs" / "scanner-files.md").read_text("utf-8")
PLAIN, LINE, TAKEN_BACK = (block.encode() for block in DOCUMENT.split("```\n")[1::2])


class TestExamples:
    def test_are_recognised(self):
        assert [recognise(example) for example in (PLAIN, LINE, TAKEN_BACK)] == ["csv", "ndjson", "csv"]

    def test_say_what_the_page_says(self):
        told = [(record.event, record.reason, record.confidence) for record in translate("csv", PLAIN).records]

        assert told == [
            (Event.ARRIVED_HUB, None, "code"),
            (Event.DELIVERY_FAILED, Reason.CONSIGNEE_REFUSED, "code"),
            (Event.EXCEPTION, Reason.CARRIER_DAMAGED, "text"),
        ]

    def test_can_all_be_used(self):
        records = [*translate("csv", PLAIN).records, *translate("ndjson", LINE).records]
        records += translate("csv", TAKEN_BACK).records

        assert not [record.where for record in records if record.unreadable or record.occurred_at is None]
        assert records[-1].voids


class TestFields:
    def test_are_all_described(self):
        assert [name for name in COLUMNS if f"\n| `{name}` |" not in DOCUMENT] == []
