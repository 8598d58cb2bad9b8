"""Charges and insurers' cases in the database: moved only as their tables allow, and found by their indexes."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from factories import NOON, at
from recovering import EAST
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from schemas.complaints import PartyKind
from schemas.insurers import InsurerAccepts, InsurerStep
from schemas.ledger import Period
from schemas.recovery import Charge, ChargeState, InsuranceCase, InsuranceContact, InsuranceState
from store import charges, insurance
from store.charges import Moved, NoSuchCharge, StaleCharge
from store.insurance import NoSuchInsurance, StaleInsurance
from store.unit_of_work import unit_of_work

CLAIM = "CL-20261120-000001"


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


def a_charge(number: int = 1, **changes: Any) -> Charge:
    values = {
        "key": f"{CLAIM}-C{number}", "claim_no": CLAIM, "number": number, "kind": PartyKind.OUTLET, "party": EAST,
        "share": Decimal(60), "amount": Decimal("600.00"), "currency": "CNY", "basis": "方案\x00",
        "state": ChargeState.NOTICED, "noticed_at": NOON, "object_until": NOON + timedelta(days=7),
    }  # fmt: skip
    return Charge(**{**values, **changes})


def a_case(**changes: Any) -> InsuranceCase:
    values = {
        "claim_no": CLAIM, "insurer": "示例财险", "state": InsuranceState.PREPARING, "claimed": Decimal("800.00"),
        "currency": "CNY", "opened_by": "redress", "opened_at": NOON, "state_since": NOON, "contact_due_at": at(24),
    }  # fmt: skip
    return InsuranceCase(**{**values, **changes})


class TestCharges:
    def test_are_read_as_they_were_written(self, connection: Connection) -> None:
        charges.add(connection, [a_charge(), a_charge(2)])
        charges.add(connection, [])

        [first, _] = charges.of_claims(connection, [CLAIM, "CL-2"])[CLAIM]

        assert first == a_charge(basis="方案\ufffd", share=Decimal("60.0000"))

    def test_have_a_number_once_in_each_claim(self, connection: Connection) -> None:
        charges.add(connection, [a_charge()])

        with pytest.raises(IntegrityError, match="uq_charge_claim_no_number"):
            charges.add(connection, [a_charge(key="another")])

    @pytest.mark.parametrize("changes", [{"amount": Decimal("0.00")}, {"recovered": Decimal("600.01")}])
    def test_owe_something_and_no_more_than_that(self, connection: Connection, changes: dict[str, Any]) -> None:
        with pytest.raises(IntegrityError, match="ck_charge_owes"):
            charges.add(connection, [a_charge(**changes)])

    def test_become_what_their_table_allows(self, connection: Connection) -> None:
        charges.add(connection, [a_charge()])
        objected = {"objected_by": EAST, "objection": "封签\x00完好", "objected_at": NOON}

        charges.move(connection, Moved(a_charge(), ChargeState.OBJECTED, objected))

        one = charges.one_charge(connection, a_charge().key, lock=True)
        assert (one.state, one.objected_by, one.objection) == (ChargeState.OBJECTED, EAST, "封签\ufffd完好")
        with pytest.raises(StaleCharge, match="not possible now"):
            charges.move(connection, Moved(one, ChargeState.RECOVERED, {}))
        with pytest.raises(StaleCharge, match="not possible now"):
            charges.make_final(connection, [one.model_copy(update={"state": ChargeState.LIFTED})], at=NOON)

    def test_are_moved_by_nobody_who_read_them_before(self, connection: Connection) -> None:
        charges.add(connection, [a_charge()])
        charges.make_final(connection, [a_charge()], at=NOON)

        with pytest.raises(StaleCharge, match="moved by somebody else"):
            charges.move(connection, Moved(a_charge(), ChargeState.OBJECTED, {}))
        with pytest.raises(StaleCharge, match="moved by somebody else"):
            charges.make_final(connection, [a_charge()], at=NOON)

    def test_are_not_there_under_another_number(self, connection: Connection) -> None:
        with pytest.raises(NoSuchCharge, match="there is no charge x"):
            charges.one_charge(connection, "x")


class TestInsurance:
    def test_is_read_as_it_was_written(self, connection: Connection) -> None:
        insurance.open_cases(connection, [a_case()])
        insurance.open_cases(connection, [])

        assert insurance.of_claims(connection, [CLAIM]) == {CLAIM: a_case()}
        assert insurance.one_case(connection, CLAIM, lock=True) == a_case()

    def test_becomes_what_its_table_allows(self, connection: Connection) -> None:
        insurance.open_cases(connection, [a_case(report_no="R-1")])
        case = insurance.one_case(connection, CLAIM)

        insurance.move(connection, case, InsuranceState.SUBMITTED, {"submissions": 1, "report_no": ""}, at=at(1))

        moved = insurance.one_case(connection, CLAIM)
        assert (moved.state, moved.state_since, moved.submissions, moved.report_no) == (
            InsuranceState.SUBMITTED, at(1), 1, "R-1",
        )  # fmt: skip
        with pytest.raises(StaleInsurance, match="moved by somebody else"):
            insurance.move(connection, case, InsuranceState.SUBMITTED, {}, at=at(1))
        with pytest.raises(StaleInsurance, match="not possible now"):
            insurance.move(connection, moved, InsuranceState.PAID, {}, at=at(1))

    def test_keeps_each_step_once(self, connection: Connection) -> None:
        told = InsurerAccepts(event_id="e", claim_no=CLAIM, step=InsurerStep.ACCEPT, report_no="R-1")
        insurance.add_event(connection, told, told_by="insurer", at=NOON)

        assert insurance.events_of(connection, CLAIM) == [told]
        assert insurance.events_of(connection, "CL-2", event_id="e") == [told]
        assert insurance.events_of(connection, "CL-2") == []
        again = told.model_copy(update={"event_id": "f"})
        with pytest.raises(IntegrityError, match="uq_insurance_event_claim_no_step"):
            insurance.add_event(connection, again, told_by="insurer", at=NOON)

    def test_keeps_when_the_desk_asked(self, connection: Connection) -> None:
        insurance.open_cases(connection, [a_case()])
        contact = InsuranceContact(claim_no=CLAIM, at=NOON, by="ag-wu", note="still open")

        insurance.add_contact(connection, contact)
        insurance.note_contact(connection, CLAIM, at=NOON, due_at=at(48))

        assert insurance.contacts_of(connection, CLAIM) == [contact]
        assert insurance.contact_due(connection, now=at(47)) == []
        assert [case.contacts for case in insurance.contact_due(connection, now=at(48))] == [1]

    def test_is_not_there_where_nobody_is_asked(self, connection: Connection) -> None:
        with pytest.raises(NoSuchInsurance, match="no insurer is asked about CL-2"):
            insurance.one_case(connection, "CL-2")


FILL = """
INSERT INTO charge (key, claim_no, number, kind, party, share, amount, currency, state, noticed_at, object_until)
  SELECT 'CL-' || n || '-C1', 'CL-' || n, 1, 'outlet', 'P' || mod(n, 500), 100, 10, 'CNY',
         CASE WHEN n < 20 THEN 'noticed' WHEN n < 40 THEN 'objected' WHEN n < 2000 THEN 'charged' ELSE 'recovered' END,
         now(), now() + (n - 10) * interval '1 minute' FROM generate_series(1, 20000) n;
INSERT INTO claim (case_no, event, channel, state, version, opened_at, state_since, closed_at, history_head)
  SELECT 'CL-' || n, 'loss', 'website', CASE WHEN n < 2000 THEN 'RECOVERING' ELSE 'CLOSED' END, 1, now(), now(),
         CASE WHEN n >= 2000 THEN now() END, '' FROM generate_series(1, 20000) n;
INSERT INTO insurance_case (claim_no, insurer, state, claimed, currency, opened_by, opened_at, state_since,
                            contact_due_at)
  SELECT 'CL-' || n, 'i', CASE WHEN n < 20 THEN 'preparing' WHEN n < 200 THEN 'submitted' ELSE 'paid' END, 10, 'CNY',
         '', now(), now(), now() + (n - 10) * interval '1 minute' FROM generate_series(1, 20000) n;
INSERT INTO insurance_event (event_id, claim_no, step, content, told_by, received_at)
  SELECT 'e' || n, 'CL-' || n, 'accept', jsonb_build_object('event_id', 'e' || n, 'step', 'accept', 'claim_no',
         'CL-20261120-000001'), '', now() FROM generate_series(1, 20000) n;
INSERT INTO insurance_contact (claim_no, at, by, note)
  SELECT 'CL-' || n, now(), '', '' FROM generate_series(1, 20000) n;
ANALYZE;
"""


class TestScans:
    def test_go_by_their_indexes_once_there_is_much_to_scan(
        self, connection: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        connection.exec_driver_sql(FILL)
        asked: list[tuple[str, dict[str, Any]]] = []
        execute = Connection.execute

        def noted(self: Connection, statement: Any, values: Any = None, **more: Any) -> Any:
            asked.append((str(statement), values))
            return execute(self, statement, values, **more)

        with monkeypatch.context() as patched:
            patched.setattr(Connection, "execute", noted)
            charges.unobjected(connection, now=at(0), limit=10)
            charges.listing(connection, states=[ChargeState.OBJECTED, ChargeState.UNAPPROVED])
            charges.listing(connection, party="P7", states=[ChargeState.CHARGED])
            charges.of_claims(connection, ["CL-7"])
            charges.listing(connection, claim_no="CL-7")
            insurance.contact_due(connection, now=at(0))
            insurance.listing(connection)
            insurance.preparing(connection, limit=10)
            insurance.events_of(connection, "CL-7", event_id="e7")
            insurance.contacts_of(connection, "CL-7")

        plans = ["\n".join(connection.execute(text(f"EXPLAIN {query}"), values).scalars()) for query, values in asked]
        wanted = [
            "ix_charge_noticed", "ix_charge_waiting", "ix_charge_owed", "uq_charge_claim_no_number",
            "uq_charge_claim_no_number", "ix_insurance_case_open", "ix_insurance_case_open",
            "ix_insurance_case_preparing", "uq_insurance_event_claim_no_step", "ix_insurance_contact_claim_no",
        ]  # fmt: skip
        assert [index for index, plan in zip(wanted, plans, strict=True) if index not in plan] == [], plans


class TestSettlements:
    def test_of_an_empty_ledger_are_none(self, connection: Connection) -> None:
        period = Period(since=NOON, until=at(24))

        assert charges.settlements(connection, period, month="2026-11") == []
