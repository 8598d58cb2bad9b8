"""Requests that their sender named, so that one that is sent again is answered as before and does nothing twice.

The row is written in the transaction of what the request does: it is there if and only if that was committed.
"""

import json
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from store.metadata import INSTANT, metadata

taken_request = Table(
    "taken_request",
    metadata,
    Column("sender", Text, primary_key=True),  # the door and what opened it: two senders may choose the same key
    Column("key", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),  # its hash
    Column("answer", JSONB),
    Column("at", INSTANT, nullable=False),
)


class OtherContent(RuntimeError):
    """The sender used the key before, for something else."""


class NamedRequest(NamedTuple):
    """Whose request it is, what he named it, and the hash of what it holds."""

    sender: str
    key: str
    content: bytes


def once(
    connection: Connection, request: NamedRequest | None, work: Callable[[], dict[str, Any]], *, at: datetime
) -> dict[str, Any]:
    """Do what a request asks for, or give what was answered to it before; without a name it is done each time.

    One that another transaction is at is waited for.

    Raises:
        OtherContent: the name was used for another request.

    """
    if request is None:
        return work()
    named = {"sender": request.sender, "key": request.key}
    claimed = connection.execute(
        text(
            "INSERT INTO taken_request (sender, key, content, at) VALUES (:sender, :key, :content, :at) "
            "ON CONFLICT (sender, key) DO NOTHING"
        ),
        {**named, "content": request.content, "at": at},
    )
    if not claimed.rowcount and (answered := answered_before(connection, request)) is not None:
        return answered
    answer = work()
    connection.execute(
        text("UPDATE taken_request SET answer = CAST(:answer AS jsonb) WHERE sender = :sender AND key = :key"),
        {**named, "answer": json.dumps(answer, default=str)},
    )
    return answer


def answered_before(connection: Connection, request: NamedRequest | None) -> dict[str, Any] | None:
    """Give what was answered to a request before, or None when it is new or has no name.

    Raises:
        OtherContent: the name was used for another request.

    """
    if request is None:
        return None
    row = connection.execute(
        text("SELECT content, answer FROM taken_request WHERE sender = :sender AND key = :key"),
        {"sender": request.sender, "key": request.key},
    ).one_or_none()
    if row is None:
        return None
    if bytes(row.content) != request.content:
        raise OtherContent("the Idempotency-Key was used before, for a request with other content")
    answer: dict[str, Any] = row.answer
    return answer


def known_names(connection: Connection, sender: str, keys: Collection[str]) -> set[str]:
    """Say under which of these names a sender's requests were taken before."""
    rows = connection.execute(
        text("SELECT key FROM taken_request WHERE sender = :sender AND key = ANY(:keys)"),
        {"sender": sender, "keys": list(keys)},
    )
    return set(rows.scalars())


def note(connection: Connection, done: Sequence[tuple[NamedRequest, dict[str, Any]]], *, at: datetime) -> None:
    """Write down many requests that are done in this transaction, each with its answer."""
    if done:
        connection.execute(
            text(
                "INSERT INTO taken_request (sender, key, content, answer, at) VALUES (:sender, :key, :content, "
                "CAST(:answer AS jsonb), :at) ON CONFLICT (sender, key) DO NOTHING"
            ),
            [{**request._asdict(), "answer": json.dumps(answer, default=str), "at": at} for request, answer in done],
        )


def forget(connection: Connection, *, before: datetime) -> int:
    """Remove what was answered before then, and count it: nobody sends so old a request again."""
    return connection.execute(text("DELETE FROM taken_request WHERE at < :before"), {"before": before}).rowcount
