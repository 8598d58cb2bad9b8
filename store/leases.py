"""Leases: which worker executes which run, renewed while it does, so that a dead worker's runs can be told."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, Index, Table, Text, text

from store.metadata import INSTANT, metadata

LEASE = timedelta(seconds=30)

run_lease = Table(
    "run_lease",
    metadata,
    Column("flow_run_id", Text, primary_key=True),
    Column("worker", Text, nullable=False),
    Column("until", INSTANT, nullable=False),
    Index("ix_run_lease_until", "until"),
)


def take(connection: Connection, flow_run_id: str, *, worker: str, now: datetime) -> None:
    """Record that this worker executes the run from now on."""
    connection.execute(
        text(
            "INSERT INTO run_lease (flow_run_id, worker, until) VALUES (:id, :worker, :until) "
            "ON CONFLICT (flow_run_id) DO UPDATE SET worker = excluded.worker, until = excluded.until"
        ),
        {"id": flow_run_id, "worker": worker, "until": now + LEASE},
    )


def renew(connection: Connection, flow_run_ids: Collection[str], *, now: datetime) -> None:
    """Keep the leases of runs that are being executed."""
    connection.execute(
        text("UPDATE run_lease SET until = :until WHERE flow_run_id = ANY(:ids)"),
        {"ids": list(flow_run_ids), "until": now + LEASE},
    )


def give_back(connection: Connection, flow_run_id: str) -> None:
    """Record that the run is no longer executed."""
    connection.execute(text("DELETE FROM run_lease WHERE flow_run_id = :id"), {"id": flow_run_id})


def drop_dead(connection: Connection, *, now: datetime) -> list[str]:
    """Remove the leases that ran out and give their runs."""
    rows = connection.execute(text("DELETE FROM run_lease WHERE until <= :now RETURNING flow_run_id"), {"now": now})
    return [row.flow_run_id for row in rows]


def drop_all_of(connection: Connection, worker: str) -> list[str]:
    """Remove the leases of a worker that has just started, so cannot be executing anything, and give their runs."""
    rows = connection.execute(
        text("DELETE FROM run_lease WHERE worker = :worker RETURNING flow_run_id"), {"worker": worker}
    )
    return [row.flow_run_id for row in rows]


def live(connection: Connection, *, now: datetime) -> set[str]:
    """List the runs that somebody executes."""
    rows = connection.execute(text("SELECT flow_run_id FROM run_lease WHERE until > :now"), {"now": now})
    return {row.flow_run_id for row in rows}
