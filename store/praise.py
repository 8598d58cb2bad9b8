"""Positive feedback of customers (R110): every word of thanks, once told and never edited."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Connection, Identity, Index, Table, Text, text

from schemas.praise import Praise, PraiseKept
from store.metadata import INSTANT, created_at, metadata

praise = Table(
    "praise",
    metadata,
    Column("praise_id", BigInteger, Identity(), primary_key=True),
    Column("told_at", INSTANT, nullable=False),
    Column("channel", Text, nullable=False),
    Column("outlet", Text, nullable=False, server_default=""),
    Column("courier", Text, nullable=False, server_default=""),  # a staff id
    Column("waybill", Text, nullable=False, server_default=""),
    Column("words", Text, nullable=False),
    Column("taken_by", Text, nullable=False, server_default=""),
    created_at(),
    Index("ix_praise_told_at", "told_at"),
)


def add(connection: Connection, told: Praise) -> PraiseKept:
    """Keep a word of thanks and give it with its number."""
    number = connection.execute(
        text(
            "INSERT INTO praise (told_at, channel, outlet, courier, waybill, words, taken_by) VALUES "
            "(:told_at, :channel, :outlet, :courier, :waybill, :words, :taken_by) RETURNING praise_id"
        ),
        {**told.model_dump(), "channel": told.channel.value},
    ).scalar_one()
    return PraiseKept(praise_id=number, **told.model_dump())


def listing(
    connection: Connection, *, since: datetime | None = None, outlet: str = "", limit: int = 50
) -> list[PraiseKept]:
    """Read words of thanks, the newest first: all, or those told since then or about one outlet."""
    rows = connection.execute(
        text(
            f"SELECT {', '.join(PraiseKept.model_fields)} FROM praise "  # noqa: S608  # names are the project's own
            "WHERE (CAST(:since AS timestamptz) IS NULL OR told_at >= :since) AND (:outlet = '' OR outlet = :outlet) "
            "ORDER BY told_at DESC, praise_id DESC LIMIT :limit"
        ),
        {"since": since, "outlet": outlet, "limit": limit},
    )
    return [PraiseKept.model_validate(row._asdict()) for row in rows]
