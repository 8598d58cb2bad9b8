"""Whatever stands in Kdniao's fields, the translator answers or refuses, and loses no record."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.kdniao.push import PUSH
from adapters.feeds.lines import canonical_line, refusal_line
from adapters.feeds.pushing import NotAllowed, Pushed
from adapters.feeds.registry import recognise, translate

NAMES = ("LogisticCode", "ShipperCode", "Traces", "State", "StateEx", "Success", "Reason", "EBusinessID", "PushTime")
NAMES += ("Data", "RequestData", "AcceptTime", "AcceptStation", "Action", "Location", "Remark", "EstimatedDeliveryTime")
KEYS = st.sampled_from([*NAMES, *(name[0].lower() + name[1:] for name in NAMES), "outWaybillNo", "carrierCode"])
VALUES = st.one_of(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    st.sampled_from(
        ["0", "2", "3", "401", "402", "2026-3-1 8:00:00", "0001-01-01 00:00:00", "9999-12-31", "快件已签收"]
    ),
    st.sampled_from(['{"Traces": [1]}', "[" * 50, "\ud800", "\x00"]),
)
ENTRIES = st.lists(VALUES | st.dictionaries(KEYS, VALUES, max_size=6), max_size=6)
DOCUMENTS = st.recursive(VALUES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=9))


class TestAnyBody:
    @given(document=DOCUMENTS)
    def test_is_translated_or_refused(self, document: Any):
        body = json.dumps(document).encode()
        named = recognise(body)
        try:
            records = translate("kdniao_push", body).records
        except UnreadableEnvelope:
            records = ()
            assert named not in ("kdniao_push", "kdniao_track")
        for record in records:
            assert refusal_line(record) or canonical_line(record)

    @given(document=DOCUMENTS, signed=VALUES)
    def test_that_nobody_signed_is_not_allowed(self, document: Any, signed: Any):
        posted = json.dumps({"RequestData": document, "DataSign": signed}).encode()
        for pushed in (
            Pushed(body=posted),
            Pushed(body=b"", form={"RequestData": str(document), "DataSign": str(signed)}),
        ):
            try:
                PUSH.check(pushed, "a-key")
            except NotAllowed:
                continue
            raise AssertionError(pushed)


class TestEveryEntry:
    @given(entries=ENTRIES, state=VALUES)
    def test_of_an_answer_gives_one_record(self, entries: list[Any], state: Any):
        body = json.dumps({"LogisticCode": "KN1", "State": state, "Traces": entries}).encode()

        records = translate("kdniao_track", body).records

        told = [record.where for record in records if record.where.startswith("Traces[")]
        assert told == [f"Traces[{place}]" for place in range(len(entries))]
