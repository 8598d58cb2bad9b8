"""Whatever AfterShip's fields hold, and whoever fills them, no checkpoint is lost and nothing breaks."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.lines import canonical_line, refusal_line
from adapters.feeds.registry import recognise, translate

KEYS = st.sampled_from(
    [
        *(
            "meta",
            "code",
            "type",
            "message",
            "data",
            "trackings",
            "tracking",
            "tracking_number",
            "slug",
            "tag",
            "subtag",
        ),
        *("subtag_message", "checkpoints", "checkpoint", "checkpoint_time", "location", "city", "ts", "event", "msg"),
        *("event_id", "expected_delivery", "latest_estimated_delivery", "source", "datetime", "datetime_max"),
    ]
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.text(alphabet=st.characters(codec=None, categories=["Cs", "Cc", "Lo"]), max_size=4),
    st.sampled_from(["tracking_update", "Expired", "Pending_001", "Exception_001", "Delivered", "Carrier EDD", ""]),
    st.sampled_from(["2026-03-01T08:00:00+08:00", "2026-03-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59"]),
)
DOCUMENTS = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=8),
    max_leaves=30,
)


class TestAnyDocument:
    @given(document=DOCUMENTS)
    def test_is_translated_or_refused(self, document: Any):
        try:
            records = translate("aftership", json.dumps(document).encode()).records
        except UnreadableEnvelope:
            return
        for record in records:
            line: Any = refusal_line(record) or canonical_line(record)
            json.dumps(line, ensure_ascii=False)

    @given(document=DOCUMENTS)
    def test_that_is_recognised_can_be_translated(self, document: Any):
        body = json.dumps(document).encode()
        name = recognise(body)
        if name is not None:
            translate(name, body)


class TestEveryCheckpoint:
    @given(entries=st.lists(VALUES | st.dictionaries(KEYS, VALUES, max_size=6), max_size=6), tag=VALUES)
    def test_gives_one_record(self, entries: list[Any], tag: Any):
        told = {"tracking_number": "AS1", "slug": "sample-express", "tag": tag, "checkpoints": entries}

        records = translate("aftership", json.dumps(told).encode()).records

        assert [r.where for r in records if r.where.startswith("checkpoints")] == [
            f"checkpoints[{place}]" for place in range(len(entries))
        ]
