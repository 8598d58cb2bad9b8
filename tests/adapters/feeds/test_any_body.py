"""Whatever arrives, the parsers answer with a translation or with the one refusal, and never lose a record."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.format import Format
from adapters.feeds.lines import canonical_line, refusal_line
from adapters.feeds.registry import FORMATS, recognise, translate

EVERY_FORMAT = pytest.mark.parametrize("format_name", FORMATS)
EVERY_FORMAT_OF_DOCUMENTS = pytest.mark.parametrize(
    "format_name", [name for name, declared in FORMATS.items() if isinstance(declared, Format)]
)
EVERY_FORMAT_OF_TABLES = pytest.mark.parametrize("format_name", ["csv", "ndjson"])
HEADER = "waybill,occurred_at,event,reason,raw_code,raw_text,location,voids"

KEYS = st.sampled_from(
    [
        *("lastResult", "destResult", "data", "nu", "com", "state", "status", "ischeck", "message", "time", "ftime"),
        *("context", "statusCode", "areaName", "location", "result", "returnCode", "autoCheck", "Body", "WaybillRoute"),
        *("routes", "route", "routeResps", "mailNo", "acceptTime", "opCode", "remark", "id", "orderState", "msgData"),
        *("apiResultData", "errorCode", "errorMsg", "code", "msg", "Head", "ERROR", "service", "reasonName"),
        *("Traces", "LogisticCode", "AcceptTime", "AcceptStation", "Action", "State", "StateEx", "Data", "Success"),
        *("traces", "billCode", "scanType", "scanDate", "module", "mailNo", "detailList", "actionCode", "timeStr"),
        *("globalEtaInfo", "trace", "remark", "acceptAddress", "mailnum", "answer", "response", "description"),
        *("meta", "tracking", "trackings", "checkpoints", "checkpoint", "checkpoint_time", "tag", "subtag", "event"),
        *("tracking_number", "tracking_code", "tracking_details", "datetime", "object", "trackers", "result"),
        *("track_info", "latest_status", "providers", "events", "time_iso", "time_utc", "stage", "sub_status"),
        *("number", "track", "dat", "z0", "z1", "z2", "a", "c", "d", "e", "z", "waybill", "occurred_at", "reason"),
    ]
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
    st.text(alphabet=st.characters(codec=None, categories=["Cs", "Cc", "Lo"])),
    st.sampled_from(
        ["0", "2", "3", "70", "80", "8000", "201", "202", "abort", "60天无变化", "ERR", "快件【临江】已签收"]
    ),
    st.sampled_from(["2026-03-01 08:00:00", "0001-01-01 00:00:00", "9999-12-31 23:59:59", '{"routes": [1]}']),
)
DOCUMENTS = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=8),
    max_leaves=30,
)
ROWS = st.lists(VALUES, max_size=9).map(lambda values: ",".join(map(str, values))) | DOCUMENTS.map(json.dumps)


def answered(format_name: str, body: bytes) -> None:
    """Translate a body, and print each of its records, as a command would; only the one refusal may be raised."""
    try:
        records = translate(format_name, body).records
    except UnreadableEnvelope:
        records = ()
    for record in records:
        line: Any = refusal_line(record) or canonical_line(record)
        json.dumps(line, ensure_ascii=False).encode()
        json.dumps(record.model_dump(mode="json"), allow_nan=False).encode()


class TestAnyBody:
    @EVERY_FORMAT_OF_DOCUMENTS
    @given(document=DOCUMENTS)
    def test_of_json_is_translated_or_refused(self, format_name: str, document: Any):
        answered(format_name, json.dumps(document).encode())

    @EVERY_FORMAT
    @given(body=st.binary(max_size=200))
    def test_of_bytes_is_translated_or_refused(self, format_name: str, body: bytes):
        answered(format_name, body)

    @EVERY_FORMAT_OF_DOCUMENTS
    @given(text=st.text(alphabet="<>/=\"' RouteResponsebdy&;![CDATAaccept_time50?xml", max_size=80))
    def test_of_angle_brackets_is_translated_or_refused(self, format_name: str, text: str):
        answered(format_name, f"<{text}".encode())

    @EVERY_FORMAT_OF_TABLES
    @given(lines=st.lists(st.text(max_size=40) | ROWS, max_size=5), headed=st.booleans())
    def test_of_lines_is_translated_or_refused(self, format_name: str, lines: list[str], headed: bool):
        first = [HEADER if format_name == "csv" else '{"waybill": 1, "occurred_at": 2}'] if headed else []

        answered(format_name, "\n".join([*first, *lines]).encode("utf-8", "surrogatepass"))

    @given(document=DOCUMENTS)
    def test_is_recognised_only_as_what_can_translate_it(self, document: Any):
        body = json.dumps(document).encode()
        name = recognise(body)
        if name is not None:
            translate(name, body)


class TestEveryEntry:
    @given(entries=st.lists(VALUES | st.dictionaries(KEYS, VALUES, max_size=6), max_size=6), state=VALUES)
    def test_of_a_kuaidi100_answer_gives_one_record(self, entries: list[Any], state: Any):
        body = json.dumps({"nu": "KD1", "com": "x", "state": state, "status": "200", "data": entries}).encode()

        records = translate("kuaidi100_query", body).records

        told = [record.where for record in records if record.where.startswith("data[")]
        assert told == [f"data[{place}]" for place in range(len(entries))]

    @given(entries=st.lists(VALUES | st.dictionaries(KEYS, VALUES, max_size=6), max_size=6))
    def test_of_an_sf_push_gives_one_record(self, entries: list[Any]):
        body = json.dumps({"Body": {"WaybillRoute": entries}}).encode()

        records = translate("sf_route_push", body).records

        assert [record.where for record in records] == [f"Body.WaybillRoute[{n}]" for n in range(len(entries))]
