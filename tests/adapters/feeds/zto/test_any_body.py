"""Whatever stands in ZTO's fields, the translator answers or refuses, and loses no record."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.lines import canonical_line, refusal_line
from adapters.feeds.registry import recognise, translate

KEYS = st.sampled_from(
    [
        *("data", "result", "billCode", "traces", "scanType", "scanDate", "scanSite", "scanCity", "desc", "remark"),
        *("signMan", "returnType", "status", "statusCode", "message", "msg", "name", "city"),
    ]
)
VALUES = st.one_of(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    st.sampled_from(["签收", "问题件", "退件", "3", "2026-03-01 08:00:00", "9999999999999999", "\ud800", "\x00"]),
)
ENTRIES = st.lists(VALUES | st.dictionaries(KEYS, VALUES, max_size=6), max_size=6)
DOCUMENTS = st.recursive(VALUES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=9))


class TestAnyBody:
    @given(document=DOCUMENTS)
    def test_is_translated_or_refused(self, document: Any):
        body = json.dumps(document).encode()
        named = recognise(body)
        try:
            records = translate("zto_trace", body).records
        except UnreadableEnvelope:
            records = ()
            assert named != "zto_trace"
        for record in records:
            assert refusal_line(record) or canonical_line(record)


class TestEveryEntry:
    @given(entries=ENTRIES)
    def test_of_a_parcels_traces_gives_one_record(self, entries: list[Any]):
        body = json.dumps({"data": [{"billCode": "ZT1", "traces": entries}], "status": True, "msg": ""}).encode()

        records = translate("zto_trace", body).records

        assert [record.where for record in records] == [f"data[0].traces[{place}]" for place in range(len(entries))]
