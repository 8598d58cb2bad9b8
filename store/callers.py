"""Who calls: what is known of a customer by his keyed hash, from the complaints and claims that he told (R63)."""

from typing import NamedTuple

from sqlalchemy import Connection, text


class Caller(NamedTuple):
    """A customer who complained or claimed before, and the number of what he told last of either; empty for none."""

    complaints: int
    newest_complaint: str
    claims: int
    newest_claim: str


def caller(connection: Connection, caller_key: str) -> Caller | None:
    """Find who complained or claimed under this key; None when nobody did."""
    row = connection.execute(
        text(
            "SELECT * FROM (SELECT count(*) AS complaints, coalesce((array_agg(case_no ORDER BY told_at DESC, "
            "case_no DESC))[1], '') AS newest_complaint FROM complaint WHERE caller_key = :key "
            "AND caller_key <> '') c, "
            "(SELECT count(*) AS claims, coalesce((array_agg(case_no ORDER BY opened_at DESC, case_no DESC))[1], '') "
            "AS newest_claim FROM claim WHERE claimant_key = :key AND claimant_key <> '') l"
        ),
        {"key": caller_key},
    ).one()
    return Caller(**row._asdict()) if row.complaints or row.claims else None
