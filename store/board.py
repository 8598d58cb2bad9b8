"""What the board shows: read across the aggregates in one go, for people and for the demo."""

from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from schemas import claims, complaints
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
CLAIMS_MOVING = (
    claims.State.FILED,
    claims.State.ACKNOWLEDGED,
    claims.State.ASSESSMENT,
    claims.State.ASSESSED,
    claims.State.APPROVED,
    claims.State.PAID,
)
"""States out of which the engine moves a claim, whatever is known of it; out of others where `_MOVES_A_CLAIM` holds."""
_MOVES_A_CLAIM = {
    claims.State.LIABILITY: (  # nobody has proposed who answers, or whoever must say so has
        "c.liability IS NULL OR c.liability ->> 'decided_by' <> '' AND c.liability ->> 'contested_by' = '' "
        "AND (NOT c.is_major OR c.liability ->> 'confirmed_by' <> '')"
    ),
    claims.State.AWAITING_APPROVAL: "c.route = 'docket' AND c.docket_no = ''",  # it is clear, and not gathered yet
    claims.State.AGREED: (  # an account is known, and whoever is paid for the sender has his assignment
        "EXISTS (SELECT FROM claim_payee y WHERE y.case_no = c.case_no AND y.failed_at IS NULL AND ("
        "c.relation = 'sender' AND y.payee = (SELECT content #>> '{claimant,name}' FROM claim_form f "
        "WHERE f.case_no = c.case_no ORDER BY form_id DESC LIMIT 1) "
        "OR EXISTS (SELECT FROM evidence e WHERE e.case_no = c.case_no AND e.kind = 'assignment_of_claim') "
        "OR EXISTS (SELECT FROM evidence_waiver w WHERE w.case_no = c.case_no AND w.kind = 'assignment_of_claim')))"
    ),
    claims.State.PAYING: (
        "EXISTS (SELECT FROM payout p WHERE p.claim_no = c.case_no AND p.number = c.payouts "
        "AND p.state NOT IN ('requested', 'batched', 'reversing'))"
    ),
}
_CLAIM_MOVES = " OR ".join(f"c.state = '{state}' AND ({moves})" for state, moves in _MOVES_A_CLAIM.items())
_WAITING = text(
    "WITH about (case_no, type, severity, score) AS (SELECT case_no, type, severity, severity_score FROM cases "
    "UNION ALL SELECT case_no, type, severity, severity_score FROM complaint "
    "UNION ALL SELECT case_no, event, severity, severity_score FROM claim "
    "UNION ALL SELECT d.docket_no, 'docket', max(c.severity), max(c.severity_score) "  # as grave as its gravest claim
    "FROM docket_claim d JOIN claim c USING (case_no) GROUP BY d.docket_no), "
    "docketed AS (SELECT docket_no AS case_no, CAST(sum(amount) AS text) AS amount FROM docket_claim GROUP BY 1), "
    "waiting AS (SELECT g.case_no, g.flow_run_id, c.type, c.severity, "
    "coalesce(p.content->>'amount', d.amount, '0') AS amount, g.owed_for, c.score, count(*) OVER () AS total, "
    "row_number() OVER (PARTITION BY split_part(g.case_no, '-', 1) "  # of each procedure
    "ORDER BY c.severity DESC, c.score DESC, g.case_no) AS place "
    "FROM gate g JOIN about c USING (case_no) LEFT JOIN docketed d USING (case_no) "
    "LEFT JOIN plan p ON p.case_no = g.case_no AND p.version = g.plan_version "
    "WHERE NOT g.decided AND g.flow_run_id IS NOT NULL) "
    "SELECT case_no, flow_run_id, type, severity, amount, owed_for, total FROM waiting WHERE place <= :shown "
    "ORDER BY severity DESC, score DESC, case_no"
)
_UNDER_WAY = text(
    "SELECT (SELECT count(*) FROM inbox WHERE processed_at IS NULL) "  # noqa: S608  # of constants
    "+ (SELECT count(*) FROM shipment WHERE dirty_at IS NOT NULL) "
    "+ (SELECT count(*) FROM cases WHERE closed_at IS NULL AND NOT state = ANY(:resting)) "
    "+ (SELECT count(*) FROM complaint c WHERE closed_at IS NULL AND (NOT state = ANY(:complaints_resting) "
    "OR state = :verifying AND NOT EXISTS (SELECT FROM inquiry i WHERE i.case_no = c.case_no "
    "AND i.state IN ('open', 'reminded')))) "
    f"+ (SELECT count(*) FROM claim c WHERE closed_at IS NULL AND (state = ANY(:claims_moving) OR {_CLAIM_MOVES})) "
    "+ (SELECT count(*) FROM gate WHERE NOT decided AND flow_run_id IS NULL "  # of a docket's claim the docket's asks
    "AND NOT EXISTS (SELECT FROM claim c WHERE c.case_no = gate.case_no AND c.route = 'docket'))"
)


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
    claims: dict[str, int]  # by state
    appeals: dict[str, int]
    waiting: list[WaitingRun]
    waiting_runs: int
    under_way: int  # payloads, shipments, cases, complaints, claims and runs that the engine has still to move


def board(connection: Connection, *, runs_shown: int = 5) -> Board:
    """Read the board; the runs shown are those of each procedure's most severe cases."""
    rows = connection.execute(_WAITING, {"shown": runs_shown}).all()
    under_way = connection.execute(
        _UNDER_WAY,
        {
            "resting": [state.value for state in RESTING],
            "complaints_resting": [state.value for state in COMPLAINTS_RESTING],
            "verifying": complaints.State.VERIFYING.value,
            "claims_moving": [state.value for state in CLAIMS_MOVING],
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
