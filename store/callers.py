"""Who calls: what is known of a customer by his keyed hash, from the complaints that he told (R63)."""

from typing import NamedTuple

from sqlalchemy import Connection, text


class Caller(NamedTuple):
    """A customer who complained before."""

    complaints: int
    newest: str  # the number of the complaint that he told last


def caller(connection: Connection, caller_key: str) -> Caller | None:
    """Find who complained under this key; None when nobody did."""
    row = connection.execute(
        text(
            "SELECT count(*) AS complaints, (array_agg(case_no ORDER BY told_at DESC, case_no DESC))[1] AS newest "
            "FROM complaint WHERE caller_key = :caller_key AND caller_key <> ''"
        ),
        {"caller_key": caller_key},
    ).one()
    return Caller(row.complaints, row.newest) if row.complaints else None
