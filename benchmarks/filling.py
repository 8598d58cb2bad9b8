"""Cases by the million, put straight into the tables. Nothing is measured here.

They stand as the engine would have left them, but for their history, of which there is the first entry, unsealed.
"""

import json
from datetime import datetime
from decimal import Decimal

from schemas.exceptions import Measure, Plan, State
from store.unit_of_work import Connection
from tasks.exceptions.letters import start_run

PLAN = Plan(
    version=1,
    measures=(Measure.INSPECT_AND_PHOTOGRAPH, Measure.COMPENSATE),
    amount=Decimal(800),
    basis=("remedy:DAMAGED#1", "value:declared"),
    cause="carrier.damaged",
)
_NUMBERS = "generate_series({first}, {last}) AS n"
_SHIPMENTS = """
INSERT INTO shipment (waybill, registered_at, carrier, consignee_name, consignee_phone, consignee_address, goods,
    declared_value, destination_outlet, promised_at, phase, last_event, last_event_at, last_location, events)
SELECT 'BENCH' || lpad(n::text, 9, '0'), %(now)s, 'shentong', '王五', '19900001234', '示例市示例路 1 号', '陶瓷餐具',
    800, '示例城西网点', %(now)s + interval '2 days', 'IN_TRANSIT', 'EXCEPTION', %(now)s, '示例市转运中心', 2
FROM {numbers}
"""
_CASES = """
INSERT INTO cases (case_no, waybill, type, origin, trigger, state, version, reason, severity, investigator, rounds,
    opened_at, troubled_since, state_since, next_due_at, due_kind, clock_profile, history_head)
SELECT 'EX-BENCH-' || lpad(n::text, 9, '0'), 'BENCH' || lpad(n::text, 9, '0'), 'DAMAGED', 'reported', 'event-' || n,
    %(state)s, 6, 'carrier.damaged', 2, 'redress', 1, %(now)s, %(now)s, %(now)s,
    CASE WHEN n <= %(old)s AND n %% 2 = 0 THEN %(now)s - interval '1 hour' ELSE %(now)s + interval '1 day' END
        + n * interval '1 ms',
    'resolution', 'bench', sha256(n::text::bytea) FROM {numbers}
"""
_HISTORY = """
INSERT INTO case_history (case_no, seq, at, command, from_state, to_state, stage, who, role, reason, note,
    policy_version, details, hash)
SELECT 'EX-BENCH-' || lpad(n::text, 9, '0'), 6, %(now)s, 'request_approval', 'PLANNED', %(state)s, 'COORDINATE',
    'redress', 'system', 'money', '', 'bench', '{{"plan_version": 1}}', sha256(n::text::bytea) FROM {numbers}
"""
_PLANS = """
INSERT INTO plan (case_no, version, content)
SELECT 'EX-BENCH-' || lpad(n::text, 9, '0'), 1, %(plan)s FROM {numbers}
"""
_GATES = """
INSERT INTO gate (case_no, plan_version, owed_for, requested_at)
SELECT 'EX-BENCH-' || lpad(n::text, 9, '0'), 1, 'money', %(now)s FROM {numbers}
"""
_RUNS = """
INSERT INTO outbox (kind, key, case_no, payload, not_before)
SELECT %(kind)s, replace(%(key)s, 'NUMBER', no), no, CAST(replace(%(payload)s, 'NUMBER', no) AS jsonb), %(now)s
FROM (SELECT 'EX-BENCH-' || lpad(n::text, 9, '0') AS no FROM {numbers}) AS numbered
"""
AT_ONCE = 50_000


def put_cases(connection: Connection, numbers: range, *, state: State, now: datetime, old: int = 0) -> None:
    """Put open cases with their parcels into the tables.

    Of the first `old` every second is overdue, the others are due tomorrow: cases lie in the order in which they were
    opened, and are due in about that order.
    """
    asked = start_run("NUMBER", plan_version=PLAN.version, now=now)  # as a case asks, whatever its number
    values = {
        "now": now, "state": state.value, "old": old, "plan": PLAN.model_dump_json(), "kind": asked.kind.value,
        "key": asked.key, "payload": json.dumps(asked.payload),
    }  # fmt: skip
    tables = [_SHIPMENTS, _CASES, _HISTORY, _PLANS]
    if state is State.AWAITING_APPROVAL:
        tables += [_GATES, _RUNS]
    for statement in tables:
        between = _NUMBERS.format(first=numbers[0], last=numbers[-1])
        connection.exec_driver_sql(statement.format(numbers=between), values)
