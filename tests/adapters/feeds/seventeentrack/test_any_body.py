"""Whatever 17TRACK's fields hold, and whoever fills them, no entry is lost and nothing breaks."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.lines import canonical_line, refusal_line
from adapters.feeds.pushing import NotAllowed, Pushed
from adapters.feeds.registry import recognise, translate
from adapters.feeds.seventeentrack.push import PUSH_V1

FORMATS = pytest.mark.parametrize("format_name", ["17track_v1", "17track_v2"])
KEYS = st.sampled_from(
    [
        *("event", "data", "sign", "number", "no", "carrier", "tag", "track", "track_info", "code", "message", "error"),
        *("accepted", "rejected", "errors", "latest_status", "latest_event", "status", "sub_status", "tracking"),
        *("providers", "provider", "events", "time_iso", "time_utc", "description", "stage", "location", "address"),
        *(
            "time_metrics",
            "estimated_delivery_date",
            "to",
            "from",
            "e",
            "z0",
            "z1",
            "z2",
            "z9",
            "a",
            "c",
            "d",
            "z",
            "w1",
        ),
    ]
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.text(alphabet=st.characters(codec=None, categories=["Cs", "Cc", "Lo"]), max_size=4),
    st.sampled_from(["TRACKING_UPDATED", "TRACKING_STOPPED", "Expired", "Delivered", "20", "-18010002", "NotFound"]),
    st.sampled_from(["2026-03-01T08:00:00+08:00", "0001-01-01T00:00:00+14:00", "9999-12-31 23:59"]),
)
DOCUMENTS = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=8),
    max_leaves=30,
)


class TestAnyDocument:
    @FORMATS
    @given(document=DOCUMENTS)
    def test_is_translated_or_refused(self, format_name: str, document: Any):
        try:
            records = translate(format_name, json.dumps(document).encode()).records
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

    @given(document=st.dictionaries(KEYS, DOCUMENTS, max_size=5))
    def test_that_nobody_signed_is_never_let_in(self, document: Any):
        assert PUSH_V1.check is not None
        with pytest.raises(NotAllowed):
            PUSH_V1.check(Pushed(body=json.dumps(document).encode()), "an-account-key")


class TestEveryEntry:
    @given(entries=st.lists(VALUES | st.dictionaries(KEYS, VALUES, max_size=6), max_size=6), status=VALUES)
    def test_of_a_list_of_v2_gives_one_record(self, entries: list[Any], status: Any):
        info = {"latest_status": {"status": status}, "tracking": {"providers": [{"events": entries}]}}
        body = json.dumps({"number": "TR1", "track_info": info}).encode()

        told = [r.where for r in translate("17track_v2", body).records if "providers" in r.where]

        assert told == [f"track_info.tracking.providers[0].events[{place}]" for place in range(len(entries))]

    @given(entries=st.lists(VALUES | st.dictionaries(KEYS, VALUES, max_size=6), max_size=6), state=VALUES)
    def test_of_a_list_of_v1_gives_one_record(self, entries: list[Any], state: Any):
        body = json.dumps({"number": "TR1", "track": {"e": state, "z2": entries}}).encode()

        told = [r.where for r in translate("17track_v1", body).records if "z2" in r.where]

        assert told == [f"track.z2[{place}]" for place in range(len(entries))]
