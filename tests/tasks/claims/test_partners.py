"""Claims that a partner tells by its feed: filed once, added to when they change, taken back when it cancels them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from claims import claim_of
from complaints import commands_of, nothing_is_broken, notices_of
from factories import NOON, a_registration
from standins import register

from schemas.claims import Ending, State
from store import claims as claim_store
from store import partners
from store.unit_of_work import unit_of_work
from tasks.claims import partners as partners_task
from tasks.claims.partners import take_in_partner_claims
from tasks.tracking.ingest import receive, take_in_payloads

CLAIM = {
    "id": "clm_example1", "object": "Claim", "tracking_code": "773000000001", "type": "damage", "status": "submitted",
    "description": "Broken cup", "contact_email": "shipper@example.com", "recipient_name": "ELIZABETH SWAN",
    "requested_amount": "100.00", "insurance_amount": "120.00", "created_at": "2026-11-19T08:00:00Z",
    "updated_at": "2026-11-19T08:00:00Z",
}  # fmt: skip


@pytest.fixture(autouse=True)
def parcel(stand_at: Callable[[datetime], None]) -> None:
    register(a_registration())


def told(*claims: dict[str, Any]) -> list[str]:
    """Push claims as EasyPost does, take them in, and give the numbers that it came to."""
    for claim in claims:
        body = json.dumps({"object": "Event", "description": "claim.updated", "result": claim}).encode()
        receive(feed="easypost", format_name="easypost_event", origin="http", body=body, received_at=NOON)
    take_in_payloads.fn()
    return take_in_partner_claims.fn()


def newer(hour: int = 9, **changes: Any) -> dict[str, Any]:
    return {**CLAIM, "updated_at": f"2026-11-19T{hour:02}:00:00Z", **changes}


def outcomes() -> list[str]:
    with unit_of_work() as connection:
        rows = connection.exec_driver_sql("SELECT outcome, content FROM partner_claim ORDER BY reference")
        found = list(rows)
    assert all(row.content == {} for row in found)  # what was told is kept in one place only
    return [row.outcome for row in found]


class TestAPartnersClaim:
    def test_is_filed_under_the_partner_s_number(self) -> None:
        [number] = told(CLAIM)

        claim = claim_of(number)
        assert (claim.reference, claim.channel, claim.state) == ("clm_example1", "partner", State.ACKNOWLEDGED)
        assert (claim.claimant_name, claim.claimant_email, claim.claimed) == (
            "ELIZABETH SWAN", "shipper@example.com", 100,
        )  # fmt: skip
        assert outcomes() == ["filed"]
        assert nothing_is_broken()

    def test_without_a_name_is_a_draft_whose_claimant_is_asked(self) -> None:
        [number] = told({**CLAIM, "recipient_name": None})

        assert (claim_of(number).state, claim_of(number).missing) == (State.DRAFT, ("claimant.name",))
        assert [notice["purpose"] for notice in notices_of(number)] == ["incomplete"]

    def test_told_again_is_the_same_and_does_nothing(self) -> None:
        [number] = told(CLAIM)

        assert told(CLAIM, {**CLAIM}) == []
        assert commands_of(number) == ["file", "acknowledge"]

    def test_told_anew_is_added_to(self) -> None:
        [number] = told(CLAIM)

        assert told(newer(status="approved_partial", approved_amount="60.00", requested_amount="90.00")) == [number]
        claim = claim_of(number)
        assert (claim.claimed, claim.state) == (90, State.ACKNOWLEDGED)
        assert claim.account == "Broken cup / EasyPost: approved_partial / approved 60.00 USD"
        assert commands_of(number) == ["file", "acknowledge", "add"]

    def test_told_out_of_order_stays_as_it_was_told_last(self) -> None:
        [number] = told(newer(requested_amount="90.00"), CLAIM)

        assert told(CLAIM) == []
        assert claim_of(number).claimed == 90

    def test_that_changes_its_address_stays_the_same_claim(self) -> None:
        [number] = told(CLAIM)

        assert told(newer(contact_email="other@example.com")) == [number]

    def test_of_a_run_that_was_cut_off_is_taken_in_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def cut_off(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(partners_task.partners, "settle_claim", cut_off)
            with pytest.raises(KeyboardInterrupt):
                told(CLAIM)

        [number] = take_in_partner_claims.fn()

        with unit_of_work() as connection:
            assert claim_store.standing(connection) == {"ACKNOWLEDGED": 1}
        assert commands_of(number)[:2] == ["file", "acknowledge"]

    def test_of_a_closed_one_opens_nothing(self) -> None:
        [number] = told(CLAIM)
        told(newer(status="cancelled"))

        assert told(newer(10, status="in_review")) == [number]
        assert outcomes() == ["closed"]
        assert claim_of(number).state is State.CLOSED

    def test_that_nobody_can_use_waits_in_quarantine_and_holds_up_no_other(self) -> None:
        [number] = told({**CLAIM, "id": "clm_example2", "status": "pondered"}, CLAIM)

        assert claim_of(number).reference == "clm_example1"
        with unit_of_work() as connection:
            [held] = connection.exec_driver_sql("SELECT record AS raw, reasons FROM quarantine").all()
        assert held.reasons == ["unreadable"]
        raw = json.loads(held.raw)
        assert (raw["unreadable"], raw["record"]["id"]) == ("claim_status_unknown", "clm_example2")


class TestCancelledByThePartner:
    def test_is_withdrawn(self) -> None:
        [number] = told(CLAIM)

        assert told(newer(status="cancelled")) == [number]
        assert (claim_of(number).state, claim_of(number).ending) == (State.CLOSED, Ending.WITHDRAWN)
        assert outcomes() == ["withdrawn"]

    def test_as_a_draft_is_withdrawn_too(self) -> None:
        [number] = told({**CLAIM, "recipient_name": None})
        told(newer(status="cancelled"))

        assert claim_of(number).ending == Ending.WITHDRAWN

    def test_before_it_was_filed_is_nothing(self) -> None:
        assert told(newer(status="cancelled")) == []
        assert outcomes() == ["cancelled before it was filed"]

    def test_after_money_was_agreed_on_is_for_the_desk(self) -> None:
        [number] = told(CLAIM)
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE claim SET state = 'AGREED' WHERE case_no = %(no)s", {"no": number})

        told(newer(status="cancelled"))

        assert claim_of(number).state is State.AGREED
        assert "合作方已撤回该索赔" in str(notices_of(number, audience="department"))

    def test_again_changes_nothing(self) -> None:
        [number] = told(CLAIM)
        told(newer(status="cancelled"))
        told(newer(10, status="cancelled"))

        assert commands_of(number).count("withdraw") == 1


class TestInsurance:
    def test_is_kept_for_who_asks_whether_another_insurer_pays(self) -> None:
        insurance = {
            "id": "ins_example1", "object": "Insurance", "status": "pending", "amount": "120.00000",
            "tracking_code": "773000000001", "updated_at": "2026-11-19T08:00:00Z",
        }  # fmt: skip

        told(insurance)
        told({**insurance, "status": "purchased", "updated_at": "2026-11-19T09:00:00Z"}, insurance)

        with unit_of_work() as connection:
            [kept] = partners.insurances_of(connection, "773000000001")
            assert partners.insurances_of(connection, "773000000002") == []
        assert (kept.status, kept.amount, kept.updated_at) == (
            "purchased", 120, datetime(2026, 11, 19, 9, tzinfo=UTC),
        )  # fmt: skip
