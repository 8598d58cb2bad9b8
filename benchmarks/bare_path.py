"""The least that PostgreSQL must do for the rows of an ingest: COPY and merge, with nothing before it.

The rows are those that the bench has just taken in, written out by PostgreSQL itself, in batches of the same size, each
in a transaction of its own: no translation, no checks, no making of text.
"""

import io
import time
from contextlib import closing

from psycopg2.extensions import cursor as Cursor  # noqa: N812  # the driver's own class name is lower case

from benchmarks.surroundings import DATABASE
from deployments.engine.postgres import Cluster
from store.tracking.events import LOGGED

_LISTED = ", ".join(LOGGED)
_SHAPE = "CREATE TABLE bare_event_log (LIKE event_log INCLUDING ALL)"
_WRITTEN = "COPY (SELECT {listed} FROM event_log WHERE inbox_id >= {first} AND inbox_id < {end}) TO STDOUT"
_INCOMING = "CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS SELECT {listed} FROM event_log WITH NO DATA"
_MERGE = (
    "INSERT INTO bare_event_log ({listed}) SELECT {listed} FROM incoming ORDER BY event_id "
    "ON CONFLICT (event_id) DO NOTHING RETURNING event_id"
)


def bare_rows_per_second(cluster: Cluster) -> float:
    """Put what is in the event log into an identical, empty one, and give the rate of COPY and merge alone."""
    rows, seconds = 0, 0.0
    with closing(cluster.connect(DATABASE)) as connection, connection.cursor() as cursor:
        cursor.execute(_SHAPE)
        cursor.execute("SELECT max(id) FROM inbox")
        [(last,)] = cursor.fetchall()
        for first in range(1, last + 1):
            batch = io.StringIO()
            cursor.copy_expert(_WRITTEN.format(listed=_LISTED, first=first, end=first + 1), batch)
            batch.seek(0)
            connection.commit()
            begun = time.perf_counter()
            rows += _merged(cursor, batch)
            connection.commit()
            seconds += time.perf_counter() - begun
    return rows / seconds


def _merged(cursor: Cursor, batch: io.StringIO) -> int:
    cursor.execute(_INCOMING.format(listed=_LISTED))
    cursor.copy_expert(f"COPY incoming ({_LISTED}) FROM STDIN", batch)
    cursor.execute(_MERGE.format(listed=_LISTED))
    return len(cursor.fetchall())
