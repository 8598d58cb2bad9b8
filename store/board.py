"""What the board shows: read across the aggregates in one go, for people and for the demo."""

from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from schemas import complaints
from schemas.exceptions import State
from store.appeals import standing as appeals_standing
from store.cases import standing
from store.claims import standing as claims_standing
from store.complaints import standing as complaints_standing
from store.tracking.quality import totals

RESTING = (State.AWAITING_APPROVAL, State.NEEDS_OPERATOR, State.FED_BACK, State.CLOSED)
"""States in which a case waits for a person, or for nothing."""
COMPLAINTS_RESTING = (
    complaints.State.DRAFT,
    complaints.State.VERIFYING,  # somebody was asked; once everybody has answered, the engine moves it on
    complaints.State.PLANNED,  # departments must agree
    complaints.State.AWAITING_APPROVAL,
    complaints.State.NEEDS_OPERATOR,
    complaints.State.FED_BACK,
    complaints.State.CONCLUDED,  # something is missing of its archive
    complaints.State.CLOSED,
)
"""States in which a complaint waits for a person, or for nothing."""


class WaitingRun(NamedTuple):
    """A suspended run that waits for a supervisor."""

    case_no: str
    flow_run_id: str
    type: str
    severity: int
    amount: str
    owed_for: str


class Board(NamedTuple):
    """Where everything stands."""

    tracking: dict[str, Any]
    states: dict[str, int]
    complaints: dict[str, int]  # by state
    claims: dict[str, int]
    appeals: dict[str, int]
    waiting: list[WaitingRun]
    waiting_runs: int
    under_way: int  # payloads, shipments, cases, complaints and runs that the engine has still to move


def board(connection: Connection, *, runs_shown: int = 5) -> Board:
    """Read the board; the runs shown are those of the most severe cases, of whatever kind."""
    rows = connection.execute(
        text(
            "SELECT g.case_no, g.flow_run_id, c.type, c.severity, coalesce(p.content->>'amount', "
            "(SELECT CAST(sum(d.amount) AS text) FROM docket_claim d WHERE d.docket_no = g.case_no), '0') AS amount, "
            "g.owed_for, count(*) OVER () AS total FROM gate g JOIN (SELECT case_no, type, severity, severity_score "
            "FROM cases UNION ALL SELECT case_no, type, severity, severity_score FROM complaint "
            "UNION ALL SELECT case_no, event, severity, severity_score FROM claim "
            "UNION ALL SELECT docket_no, 'docket', 2, 0 FROM docket) c USING (case_no) "
            "LEFT JOIN plan p ON p.case_no = g.case_no AND p.version = g.plan_version "
            "WHERE NOT g.decided AND g.flow_run_id IS NOT NULL "
            "ORDER BY c.severity DESC, c.severity_score DESC, g.case_no LIMIT :shown"
        ),
        {"shown": runs_shown},
    ).all()
    under_way = connection.execute(
        text(
            "SELECT (SELECT count(*) FROM inbox WHERE processed_at IS NULL) "
            "+ (SELECT count(*) FROM shipment WHERE dirty_at IS NOT NULL) "
            "+ (SELECT count(*) FROM cases WHERE closed_at IS NULL AND NOT state = ANY(:resting)) "
            "+ (SELECT count(*) FROM complaint c WHERE closed_at IS NULL AND (NOT state = ANY(:complaints_resting) "
            "OR state = :verifying AND NOT EXISTS (SELECT FROM inquiry i WHERE i.case_no = c.case_no "
            "AND i.state IN ('open', 'reminded')))) "
            "+ (SELECT count(*) FROM gate WHERE NOT decided AND flow_run_id IS NULL)"
        ),
        {
            "resting": [state.value for state in RESTING],
            "complaints_resting": [state.value for state in COMPLAINTS_RESTING],
            "verifying": complaints.State.VERIFYING.value,
        },
    ).scalar_one()
    return Board(
        tracking=totals(connection),
        states=standing(connection)["state"],
        complaints=complaints_standing(connection),
        claims=claims_standing(connection),
        appeals=appeals_standing(connection),
        waiting=[WaitingRun(*row[:6]) for row in rows],
        waiting_runs=rows[0].total if rows else 0,
        under_way=int(under_way),
    )
