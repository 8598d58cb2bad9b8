"""The schema: migrations and tables agree, and the scans go by indexes."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text

from store.complaints import _COLUMNS, _CONDITIONS, _FROM
from store.migrate import is_current, upgrade
from store.tables import metadata


class TestMigrations:
    def test_lead_to_exactly_the_tables_that_the_code_declares(self, database: str) -> None:
        with create_engine(database).connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})

            assert compare_metadata(context, metadata) == []

    def test_change_nothing_when_repeated(self, database: str) -> None:
        upgrade(database)

        assert is_current(database)


FILL = """
INSERT INTO inbox (feed, format, origin, body, sha256, received_at, processed_at)
  SELECT 'f', 'f', 'http', '', '', now(), CASE WHEN n > 20 THEN now() END FROM generate_series(1, 20000) n;
INSERT INTO shipment (waybill, dirty_at, watch_at, advise_at, consignee_phone, consignee_key, delivered_at)
  SELECT 'W' || n, CASE WHEN n < 20 THEN now() END, now() + (n - 20) * interval '1 minute',
         CASE WHEN n < 20 THEN now() END, '1990000' || n, CASE WHEN n >= 20 THEN 'K' || n / 10 END, now()
  FROM generate_series(1, 20000) n;
INSERT INTO change_request (number, waybill, state, version, asked_by, door, taken_by, old, new, four_eyes,
                            requested_at, state_since, ended_at, history_head)
  SELECT 'C' || n, 'W' || n / 3, 'DONE', 1, '', '', '', '{}', '{}', false, now(), now(), now(), ''
  FROM generate_series(1, 20000) n;
INSERT INTO cases (case_no, waybill, type, origin, trigger, state, version, opened_at, troubled_since, state_since,
                   next_due_at, closed_at, history_head)
  SELECT 'C' || n, 'W' || n, 'LOST', 'reported', 't', CASE WHEN n < 20 THEN 'PLANNED' WHEN n < 10000
         THEN 'AWAITING_APPROVAL' ELSE 'CLOSED' END, 1, now(), now(), now(), now() + (n - 20) * interval '1 minute',
         CASE WHEN n >= 10000 THEN now() END, '' FROM generate_series(1, 20000) n;
INSERT INTO event_log (event_id, namespace, format, waybill, carrier, occurred_at, received_at, event, reason,
                       confidence, raw_code, raw_text, location, sequence, mapping_version, inbox_id)
  SELECT gen_random_uuid(), 'n', 'f', 'W' || n / 10, '', now(), now(), 'IN_TRANSIT', '', 'code', '', '', '', '', '', 1
  FROM generate_series(1, 20000) n;
INSERT INTO outbox (kind, key, payload, status, not_before)
  SELECT 'notice', 'k' || n, '{}', CASE WHEN n < 20 THEN 'pending' ELSE 'done' END, now()
  FROM generate_series(1, 20000) n;
INSERT INTO contact_attempt (case_no, channel, at, outcome, by_whom, key)
  SELECT 'C' || n / 3, 'sms', now(), 'no_answer', '', 'k' || n FROM generate_series(1, 20000) n;
INSERT INTO next_contact (case_no, due_at)
  SELECT 'C' || n, now() + (n - 20) * interval '1 minute' FROM generate_series(1, 20000) n;
INSERT INTO gate (case_no, plan_version, owed_for, requested_at, decided)
  SELECT 'C' || n, 1, 'money', now(), n > 20 FROM generate_series(1, 20000) n;
INSERT INTO complaint (case_no, type, channel, state, version, waybill, caller_key, handler, told_at, opened_at,
                       state_since, next_due_at, tell_due_at, answer_due_at, follow_up_at, closed_at, finding,
                       history_head)
  SELECT 'CP-' || n, 'LOSS', 'app', CASE WHEN n < 20 THEN 'RECEIVED' WHEN n < 10000 THEN 'FED_BACK' ELSE 'CLOSED' END,
         1, 'W' || n, 'K' || n / 3, 'ag-' || n / 100, now(), now() - n * interval '1 minute', now(),
         now() + (n - 20) * interval '1 minute', now() + (n - 20) * interval '1 minute',
         now() + (n - 20) * interval '1 minute',
         CASE WHEN n >= 10000 THEN now() + (n - 10020) * interval '1 minute' END,
         CASE WHEN n >= 10000 THEN now() END, '{"validity": "VALID", "decided_by": ""}', ''
  FROM generate_series(1, 20000) n;
INSERT INTO complaint_record (case_no, told_at, channel, taken_by, content, missing, sha256)
  SELECT 'CP-' || n, now(), 'app', '', '{}', '{}', '' FROM generate_series(1, 20000) n;
INSERT INTO complaint_action (case_no, plan_version, action, owner, due_at, state)
  SELECT 'CP-' || n, 1, 'RECTIFY', '', now() + (n - 20) * interval '1 minute',
         CASE WHEN n < 10000 THEN 'open' ELSE 'verified' END FROM generate_series(1, 20000) n;
INSERT INTO consequence (case_no, kind, party, amount, state, proposed_at, contest_until)
  SELECT 'CP-' || n, 'penalty', 'p', 50, CASE WHEN n < 20 THEN 'proposed' ELSE 'confirmed' END, now(), now()
  FROM generate_series(1, 20000) n;
INSERT INTO appeal (case_no, state, version, regulator, regulator_no, about, jurisdiction, complaint_no, received_at,
                    opened_at, state_since, tell_due_at, history_head)
  SELECT 'A' || n, 'INVESTIGATING', 1, '', n, 'LOSS', 'CN', 'P' || n, now(), now(), now(),
         now() + (n - 20) * interval '1 minute', '' FROM generate_series(1, 20000) n;
ANALYZE;
"""


def _complaints(*chosen: str, **bound: str) -> str:
    """Write the scan for complaints that a step works on, as the store asks for it."""
    wanted = " AND ".join(_CONDITIONS[name] for name in chosen)
    query = (
        f"SELECT {_COLUMNS} {_FROM} WHERE c.case_no > '' AND {wanted} ORDER BY c.case_no LIMIT 200 "
        "FOR UPDATE OF c SKIP LOCKED"
    )
    for name in chosen:
        query = query.replace(f":{name}", bound.get(name, "now()"))
    return query


SCANS = {
    "unprocessed payloads": (
        "SELECT id FROM inbox WHERE processed_at IS NULL AND stopped_because IS NULL ORDER BY id LIMIT 10",
        "ix_inbox_unprocessed",
    ),
    "shipments with news": (
        "SELECT waybill FROM shipment WHERE dirty_at IS NOT NULL ORDER BY dirty_at LIMIT 10",
        "ix_shipment_dirty_at",
    ),
    "silent shipments": (
        "SELECT waybill FROM shipment WHERE watch_at <= now() ORDER BY watch_at LIMIT 10",
        "ix_shipment_watch_at",
    ),
    "parcels of a consignee": (
        "SELECT waybill FROM shipment WHERE consignee_phone = '19900001234' AND consignee_phone <> ''",
        "ix_shipment_consignee_phone",
    ),
    "cases in a state": (
        "SELECT case_no FROM cases WHERE state = ANY('{PLANNED}') AND closed_at IS NULL ORDER BY case_no LIMIT 10",
        "ix_cases_state",
    ),
    "cases in any of several states": (
        """SELECT case_no FROM unnest(CAST('{PLANNED,AWAITING_APPROVAL}' AS text[])) AS wanted, LATERAL (SELECT case_no
        FROM cases WHERE state = wanted AND closed_at IS NULL AND case_no > 'C11' ORDER BY case_no LIMIT 500) AS here
        ORDER BY case_no LIMIT 500""",
        "ix_cases_state",
    ),
    "overdue cases": (
        "SELECT case_no FROM cases WHERE next_due_at <= now() AND closed_at IS NULL",
        "ix_cases_next_due_at",
    ),
    "overdue cases after one": (
        """SELECT case_no FROM cases JOIN shipment USING (waybill) WHERE closed_at IS NULL AND next_due_at <= now()
        AND (next_due_at, case_no) > (now() - interval '9 minutes', 'C11') AND last_escalated_at IS NULL
        ORDER BY next_due_at, case_no LIMIT 500 FOR UPDATE OF cases SKIP LOCKED""",
        "ix_cases_next_due_at",
    ),
    "events of a waybill": ("SELECT event_id FROM event_log WHERE waybill = '773'", "ix_event_log_waybill"),
    "due items of the outbox": (
        "SELECT id FROM outbox WHERE status = 'pending' AND kind = 'notice' AND not_before <= now()",
        "ix_outbox_due",
    ),
    "parcels whose outlets are to be told": (
        "SELECT waybill FROM shipment WHERE advise_at IS NOT NULL ORDER BY advise_at LIMIT 10",
        "ix_shipment_advise_at",
    ),
    "numbers that nobody has hashed": (
        "SELECT waybill FROM shipment WHERE consignee_key IS NULL AND consignee_phone <> '' ORDER BY waybill LIMIT 10",
        "ix_shipment_unkeyed",
    ),
    "deliveries of a consignee": (
        "SELECT waybill FROM shipment WHERE consignee_key = 'K7' AND consignee_key <> '' AND delivered_at >= now()",
        "ix_shipment_consignee_key",
    ),
    "requests about a waybill": (
        "SELECT count(*) FROM change_request WHERE waybill = 'W7' AND requested_at > now()",
        "ix_change_request_waybill",
    ),
    "due items of a kind in order": (
        """SELECT id FROM unnest(CAST('{notice,work_order}' AS text[])) AS wanted, LATERAL (SELECT id FROM outbox
        WHERE status = 'pending' AND kind = wanted AND not_before <= now() ORDER BY not_before, id LIMIT 10
        FOR UPDATE SKIP LOCKED) AS due""",
        "ix_outbox_due",
    ),
    "customers whose turn it is": (
        "SELECT case_no FROM next_contact WHERE due_at <= now() ORDER BY due_at, case_no LIMIT 500",
        "ix_next_contact_due_at",
    ),
    "attempts to reach the customer of a case": (
        """SELECT outcome FROM contact_attempt a WHERE case_no = ANY('{C7}') AND (outcome <> 'under_way' OR NOT EXISTS
        (SELECT FROM contact_attempt b WHERE b.key = a.key AND b.outcome <> 'under_way')) ORDER BY at, attempt_id""",
        "ix_contact_attempt_case_no",
    ),
    "open gates after one": (
        """SELECT gate_id FROM gate WHERE NOT decided AND (case_no, gate_id) > ('C11', 11)
        ORDER BY case_no, gate_id LIMIT 10""",
        "ix_gate_undecided",
    ),
    "complaints in a state": (
        _complaints("states", states="'{RECEIVED}'").replace(" ORDER", " AND c.closed_at IS NULL ORDER"),
        "ix_complaint_state",
    ),
    "overdue complaints": (_complaints("due_by", "escalated_before"), "ix_complaint_next_due_at"),
    "complaints whose customers wait for word": (_complaints("tell_due_by"), "ix_complaint_tell_due_at"),
    "complaints whose result nobody objected to": (_complaints("answer_due_by"), "ix_complaint_answer_due_at"),
    "complaints whose parcel is to be looked after": (_complaints("follow_up_by"), "ix_complaint_follow_up_at"),
    "complaints of a caller": (_complaints("caller_key", caller_key="'K7'"), "ix_complaint_caller_key"),
    "complaints about a parcel": (_complaints("waybill", waybill="'W7'"), "ix_complaint_waybill"),
    "the matter that a complaint is about": (
        """SELECT c.case_no FROM complaint c WHERE c.waybill = 'W7' AND c.waybill <> '' AND c.type = 'LOSS'
        AND (c.closed_at IS NULL OR c.told_at >= now() AND c.ending <> 'abandoned')
        ORDER BY c.opened_at DESC, c.case_no DESC LIMIT 1 FOR UPDATE""",
        "ix_complaint_waybill",
    ),
    "how often a caller has complained": (
        """SELECT coalesce(sum(tellings), 0) FROM complaint WHERE caller_key = 'K7' AND caller_key <> ''
        AND opened_at >= now() - interval '30 days'""",
        "ix_complaint_caller_key",
    ),
    "what an agent has": (
        "SELECT count(*) FROM complaint c WHERE c.handler = 'ag-7' AND c.handler <> '' AND c.closed_at IS NULL",
        "ix_complaint_handler",
    ),
    "what was told of a complaint": (
        "SELECT content FROM complaint_record WHERE case_no = 'CP-7' ORDER BY record_id DESC LIMIT 1",
        "ix_complaint_record_case_no",
    ),
    "tasks that are late": (
        "SELECT action_id FROM complaint_action WHERE state = 'open' AND due_at <= now() ORDER BY due_at LIMIT 500",
        "ix_complaint_action_due_at",
    ),
    "penalties that nobody has ruled about": (
        """SELECT consequence_id FROM consequence WHERE state IN ('proposed', 'contested')
        ORDER BY contest_until LIMIT 100""",
        "ix_consequence_unruled",
    ),
    "appeals that somebody is to be told of": (
        "SELECT case_no FROM appeal WHERE tell_due_at <= now() AND closed_at IS NULL ORDER BY case_no LIMIT 500",
        "ix_appeal_tell_due_at",
    ),
    "appeals after a complaint": (
        "SELECT case_no FROM appeal WHERE complaint_no = 'P7' AND complaint_no <> ''",
        "ix_appeal_complaint_no",
    ),
    "open gates": ("SELECT gate_id FROM gate WHERE NOT decided ORDER BY case_no", "ix_gate_undecided"),
}


class TestScans:
    def test_go_by_their_indexes_once_there_is_much_to_scan(self, database: str) -> None:
        with create_engine(database).begin() as connection:
            connection.exec_driver_sql(FILL)
            plans = {
                what: "\n".join(row[0] for row in connection.execute(text(f"EXPLAIN {query}")))
                for what, (query, _) in SCANS.items()
            }

        missed = {what: plans[what] for what, (_, index) in SCANS.items() if index not in plans[what]}
        assert missed == {}
