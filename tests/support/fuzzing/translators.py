"""What must hold for whatever a translator is given: it answers or refuses, soon, and loses nothing."""

import json
import time
from typing import Any

from fuzzing.figures import HANG_SECONDS, Figures
from fuzzing.mutants import Named

from adapters.feeds import registry
from adapters.feeds.documents import decoded
from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.format import TableFormat
from adapters.feeds.lines import canonical_line, refusal_line
from schemas.tracking import Translation


def check(one: Named, figures: Figures) -> None:
    """Have a mutant recognised, and translated as its own format and as what it was recognised as, and check it all."""
    own = one.seed.format if one.seed.format in registry.FORMATS else "kuaidi100_push"
    begun = time.thread_time()
    recognised = registry.recognise(one.mutant.body)
    told = _translated(own, one.mutant.body)
    if recognised not in {None, own}:
        _check_records(_translated(recognised, one.mutant.body))
    if recognised is None:
        registry.described(one.mutant.body)
    seconds = time.thread_time() - begun
    figures.note(one.name, seconds, told.reason_code if isinstance(told, UnreadableEnvelope) else "translated")
    assert seconds < HANG_SECONDS, f"it took {seconds:.2f} s"
    _check_records(told)
    _check_promise_of_envelope(own, one.mutant.body, told)
    if isinstance(told, Translation):
        figures.records += len(told.records)
        _check_nothing_lost(one, told)


def _translated(name: str, body: bytes) -> Translation | UnreadableEnvelope:
    try:
        return registry.translate(name, body)
    except UnreadableEnvelope as refusal:
        return refusal


def _check_records(told: Translation | UnreadableEnvelope) -> None:
    if isinstance(told, UnreadableEnvelope):
        assert told.reason_code
        assert told.where
        return
    for record in told.records:
        assert record.where
        assert record.occurred_at is None or record.occurred_at.utcoffset() is not None
        line: Any = refusal_line(record) or canonical_line(record)
        json.dumps(line, ensure_ascii=False, allow_nan=False).encode(errors="backslashreplace")  # as it is printed
        json.dumps(record.raw, sort_keys=True, allow_nan=False).encode()  # as it is held
    for promise in told.promises:
        assert promise.where
        assert promise.waybill
        assert promise.promised_at.utcoffset() is not None


def _check_promise_of_envelope(name: str, body: bytes, told: Translation | UnreadableEnvelope) -> None:
    """Make sure that what the gateway would refuse is what cannot be translated."""
    try:
        registry.check_envelope(name, body)
    except UnreadableEnvelope:
        refused = True
    else:
        refused = False
    assert refused == isinstance(told, UnreadableEnvelope), f"refused by the gateway: {refused}, translated: {told}"


def _check_nothing_lost(one: Named, told: Translation) -> None:
    if one.mutant.entries is not None:
        path = f"{one.seed.entries}["
        read = (*told.records, *told.claims, *told.insurances)
        places = sorted(one_read.where for one_read in read if one_read.where.startswith(path))
        assert places == sorted(f"{path}{place}]" for place in range(one.mutant.entries)), (
            f"{one.mutant.entries} entries"
        )
    if isinstance(registry.FORMATS.get(one.seed.format), TableFormat):
        _check_no_line_lost(one, told)


def _check_no_line_lost(one: Named, told: Translation) -> None:
    text = decoded(one.mutant.body).lstrip("\r\n")
    text = text if "\n" in text or one.seed.format == "ndjson" else text.replace("\r", "\n")
    lines = text.split("\n")[1 if one.seed.format == "csv" else 0 :]
    if one.seed.format == "csv" and '"' in text:
        assert len(told.records) <= len(lines)
        return
    written = sum(bool(line.strip()) for line in lines)
    assert len(told.records) == written, f"{written} lines gave {len(told.records)} records"
