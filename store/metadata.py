"""The one metadata that all tables join, with names for constraints that migrations can rely on."""

from datetime import datetime

from sqlalchemy import Column, DateTime, MetaData, func

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

INSTANT = DateTime(timezone=True)


def created_at() -> "Column[datetime]":
    """Make the column that says when a row was written."""
    return Column("created_at", INSTANT, nullable=False, server_default=func.now())
