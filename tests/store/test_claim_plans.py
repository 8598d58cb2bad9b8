"""How PostgreSQL carries out what the store asks for about claims once there are many: by its indexes."""

from collections.abc import Callable
from typing import Any

from factories import NOON, at
from sqlalchemy import Connection, event, text

from schemas.claims import State
from store import claim_offers, claims, dockets, private_settlements
from store.claims import Chosen, Matter
from store.unit_of_work import unit_of_work
from tasks.claims.telling import WAITING_STATES

Ask = Callable[[Connection], object]
FILL = """
INSERT INTO claim (case_no, event, channel, state, version, waybill, claimant_key, origin_case, reference, route,
                   docket_no, opened_at, state_since, next_due_at, tell_due_at, offer_due_at, evidence_due_at,
                   closed_at, history_head)
  SELECT 'CL-' || n, 'damage', 'website',
         CASE WHEN n > 12000 THEN 'CLOSED' WHEN n < 20 THEN 'ACKNOWLEDGED' WHEN n < 40 THEN 'OFFERED'
              WHEN n < 60 THEN 'AWAITING_APPROVAL' WHEN n < 80 THEN 'AGREED' WHEN n < 6000 THEN 'EVIDENCE'
              ELSE 'RECOVERING' END,
         1, 'w' || n, 'k' || n, 'EX-' || n, 'r' || n, CASE WHEN n BETWEEN 40 AND 44 THEN 'docket' END,
         CASE WHEN n > 15000 THEN 'DK-' || n / 50 ELSE '' END, :now, :now,
         CAST(:now AS timestamptz) + (n - 20) * interval '1 minute',
         CAST(:now AS timestamptz) + (n - 20) * interval '1 minute',
         CASE WHEN n BETWEEN 20 AND 39 THEN CAST(:now AS timestamptz) END,
         CASE WHEN n BETWEEN 80 AND 5999 THEN CAST(:now AS timestamptz) + (n - 100) * interval '1 minute' END,
         CASE WHEN n > 12000 THEN CAST(:now AS timestamptz) END, ''
  FROM generate_series(1, 20000) n;
INSERT INTO claim_form (case_no, told_at, channel, taken_by, content, missing, sha256)
  SELECT 'CL-' || n, :now, 'website', '', '{}', '{}', '' FROM generate_series(1, 20000) n;
INSERT INTO claim_payee (case_no, payee, account_sealed, account_tail, account_hash, told_by, told_at)
  SELECT 'CL-' || n, '', '', '', 'h' || n, '', :now FROM generate_series(1, 20000) n;
INSERT INTO plan (case_no, version, content) SELECT 'CL-' || n, 1, '{"version": 1, "resolution": "pay"}'
  FROM generate_series(1, 20000) n;
INSERT INTO claim_offer (case_no, number, by, who, amount, currency, plan_version, state, made_at)
  SELECT 'CL-' || n, 1, 'carrier', '', 1, 'CNY', 1, CASE WHEN n < 40 THEN 'open' ELSE 'accepted' END, :now
  FROM generate_series(1, 20000) n;
INSERT INTO docket (docket_no, state, made_at)
  SELECT 'DK-' || n, CASE WHEN n < 20 THEN 'waiting' ELSE 'decided' END, :now FROM generate_series(1, 5000) n;
INSERT INTO private_settlement (waybill, party, name, amount, currency, settled_on, told_by, told_at)
  SELECT 'w' || n, 'driver', '', 1, 'CNY', DATE '2000-01-01' + n % 9000, '', :now FROM generate_series(1, 20000) n;
ANALYZE;
"""


def scan(**chosen: Any) -> Ask:
    """Choose claims as a step of the automatic path does: so many at a time, locked."""
    return lambda connection: claims.select_claims(connection, Chosen(**chosen), limit=200, lock=True)


ASKED: dict[str, tuple[Ask, str]] = {
    "those in a state": (scan(states=[State.ACKNOWLEDGED]), "ix_claim_state"),
    "those in some states": (scan(states=[State.OFFERED, State.NEGOTIATION]), "ix_claim_state"),
    "those due": (scan(due_by=NOON), "ix_claim_next_due_at"),
    "those to be told how it stands": (
        scan(states=WAITING_STATES, tell_due_by=NOON), "ix_claim_tell_due_at",
    ),
    "offers whose time is over": (scan(offer_due_by=NOON), "ix_claim_offer_due_at"),
    "evidence whose time is over": (scan(evidence_due_by=NOON), "ix_claim_evidence_due_at"),
    "clear ones in no docket yet": (
        scan(states=[State.AWAITING_APPROVAL], undocketed=True), "ix_claim_undocketed",
    ),
    "agreed ones whose account is known": (scan(states=[State.AGREED], payee_known=True), "ix_claim_state"),
    "those of a docket": (scan(docket_no="DK-310"), "ix_claim_docket_no"),
    "those of a parcel": (scan(waybill="w7"), "ix_claim_waybill"),
    "those of a claimant": (scan(claimant_key="k7"), "ix_claim_claimant_key"),
    "those from a case": (scan(origin_case="EX-7"), "ix_claim_origin_case"),
    "those by the claimant's number": (scan(reference="r7"), "ix_claim_reference"),
    "those by their numbers": (scan(case_nos=["CL-7", "CL-8"]), "pk_claim "),
    "what was told last": (scan(case_nos=["CL-7"]), "ix_claim_form_case_no"),
    "whom it is paid to": (scan(case_nos=["CL-7"]), "ix_claim_payee_case_no"),
    "the newest proposal": (scan(case_nos=["CL-7"]), "uq_plan_case_no_version"),
    "the open claim of a matter": (
        lambda connection: claims.open_matters(connection, [Matter("w7", "k7", "damage")]), "ix_claim_",
    ),
    "how often somebody claimed": (
        lambda connection: claims.earlier_claims(connection, ["k7"], since=at(-24)), "ix_claim_claimant_key",
    ),
    "the amounts named about one": (lambda connection: claim_offers.offers_of(connection, "CL-7"), "pk_claim_offer "),
    "dockets that wait": (dockets.waiting, "ix_docket_waiting"),
    "a month's private settlements": (
        lambda connection: private_settlements.listing(connection, since=NOON.date(), until=at(24 * 30).date()),
        "ix_private_settlement_settled_on",
    ),
}  # fmt: skip


def how(connection: Connection, ask: Ask) -> str:
    """Give how PostgreSQL carries out the statement by which the store asks for something."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
        sent.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        ask(connection)
    finally:
        event.remove(connection, "before_cursor_execute", note)
    [(statement, parameters)] = sent
    return "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters))


def test_everything_goes_by_its_index_once_there_is_much(database: str) -> None:
    del database
    with unit_of_work() as connection:
        connection.execute(text(FILL), {"now": NOON})
        plans = {what: how(connection, ask) for what, (ask, _) in ASKED.items()}

    missed = {what: plans[what] for what, (_, index) in ASKED.items() if index not in plans[what]}
    assert missed == {}
