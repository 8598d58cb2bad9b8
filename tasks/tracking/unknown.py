"""Codes that no mapping knows: kept as exceptions, counted for each feed, and shown until somebody maps them."""

from typing import Any

from prefect import task

from store.tracking import quality
from store.unit_of_work import unit_of_work


@task
def list_unknown_codes() -> list[dict[str, Any]]:
    """List them with how often they came, the most frequent first; without their texts, which may name people."""
    with unit_of_work() as connection:
        codes = quality.unknown_codes(connection)
    return [
        {name: code[name] for name in ("feed", "namespace", "raw_code", "seen")}
        | {"last_seen_at": code["last_seen_at"].isoformat(timespec="seconds")}
        for code in codes
    ]
