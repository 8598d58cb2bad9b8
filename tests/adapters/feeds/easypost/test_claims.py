"""EasyPost's claims and insurances: pushed, listed or alone, the same thing told; what nobody can use says why."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.feeds.easypost.claims import TYPES
from adapters.feeds.registry import check_envelope, recognise, translate
from schemas.assessment import ClaimEvent
from schemas.claims import ClaimChannel, Relation
from schemas.partners import PartnerStatus

FEEDS = Path(__file__).parents[5] / "shared" / "feeds"
collection = pytest.mark.skipif(not FEEDS.is_dir(), reason="the collection of third-party payloads is not there")
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


def a_claim(**told: Any) -> dict[str, Any]:
    return {
        "id": "clm_example1", "object": "Claim", "insurance_id": "ins_example1", "tracking_code": "EP0000000001",
        "type": "damage", "status": "submitted", "status_detail": "Claim was created.", "description": "Broken cup",
        "contact_email": "shipper@example.com", "recipient_name": None, "requested_amount": "100.00",
        "insurance_amount": "120.00000", "approved_amount": None, "salvage_value": None, "attachments": [],
        "created_at": "2026-03-01T08:00:00Z", "updated_at": "2026-03-02T08:00:00Z", "history": [], **told,
    }  # fmt: skip


def an_insurance(**told: Any) -> dict[str, Any]:
    return {
        "id": "ins_example1", "object": "Insurance", "status": "purchased", "amount": "120.00000",
        "tracking_code": "EP0000000001", "updated_at": "2026-03-02T08:00:00Z", "tracker": {"object": "Tracker"}, **told,
    }  # fmt: skip


def body(value: Any) -> bytes:
    return json.dumps(value).encode()


def pushed(result: dict[str, Any], description: str = "claim.updated") -> dict[str, Any]:
    return {"id": "evt_1", "object": "Event", "description": description, "result": result}


class TestClaim:
    def test_is_a_form_of_the_partner_s_channel_under_its_number(self) -> None:
        [claim] = translate("easypost_claim", body(a_claim())).claims

        form = claim.form
        assert (claim.partner, claim.reference, claim.status) == ("easypost", "clm_example1", PartnerStatus.SUBMITTED)
        assert (claim.updated_at, form.reference) == (AT, "clm_example1")
        assert (form.channel, form.waybill, form.event) == (ClaimChannel.PARTNER, "EP0000000001", ClaimEvent.DAMAGE)
        assert (form.claimant.email, form.claimant.relation) == ("shipper@example.com", Relation.SENDER)
        assert (form.claimed, form.currency) == (Decimal(100), "USD")
        assert form.account == "Broken cup / EasyPost: submitted / Claim was created."

    def test_asks_for_what_is_lost_less_what_the_goods_still_bring(self) -> None:
        [claim] = translate("easypost_claim", body(a_claim(salvage_value="30.00"))).claims

        [parcel] = claim.form.parcels
        assert (parcel.value, parcel.lost_value) == (Decimal(120), Decimal(70))

    @pytest.mark.parametrize(("kind", "event"), TYPES.items())
    def test_is_about_what_its_type_says(self, kind: str, event: ClaimEvent) -> None:
        assert translate("easypost_claim", body(a_claim(type=kind))).claims[0].form.event is event

    @pytest.mark.parametrize("status", list(PartnerStatus))
    def test_says_how_it_stands_with_the_partner(self, status: PartnerStatus) -> None:
        [claim] = translate("easypost_claim", body(a_claim(status=status.value, approved_amount="80.00"))).claims

        assert claim.status is status
        assert f"EasyPost: {status.value}" in claim.form.account
        assert claim.form.account.endswith("approved 80.00 USD")

    def test_is_the_same_pushed_listed_and_alone(self) -> None:
        alone = translate("easypost_claim", body(a_claim())).claims[0]
        [listed] = translate("easypost_claim", body({"claims": [a_claim()], "has_more": False})).claims
        [told] = translate("easypost_event", body(pushed(a_claim()))).claims

        assert {one.model_copy(update={"where": ""}).model_dump_json() for one in (alone, listed, told)} == {
            alone.model_copy(update={"where": ""}).model_dump_json()
        }
        assert (alone.where, listed.where, told.where) == ("body", "claims[0]", "result")

    def test_changed_when_its_newest_line_says_so_where_nothing_else_does(self) -> None:
        history = [{"timestamp": "2026-03-02T08:00:00Z"}, {"timestamp": "2026-03-01T08:00:00Z"}]

        [claim] = translate("easypost_claim", body(a_claim(updated_at=None, history=history))).claims

        assert claim.updated_at == AT

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"status": "pondered"}, "claim_status_unknown"),
            ({"status": None}, "claim_status_unknown"),
            ({"type": "regret"}, "claim_type_unknown"),
            ({"id": None}, "claim_unreadable"),
            ({"id": "c" * 81}, "claim_unreadable"),
            ({"id": "a\0b"}, "claim_unreadable"),
            ({"updated_at": "soon", "history": []}, "claim_unreadable"),
            ({"requested_amount": "a lot"}, "claim_unreadable"),
            ({"requested_amount": "-1.00"}, "claim_unreadable"),
            ({"requested_amount": "1e400"}, "claim_unreadable"),
            ({"requested_amount": "NaN"}, "claim_unreadable"),
            ({"requested_amount": "1.005"}, "claim_unreadable"),
            ({"tracking_code": "'; DROP TABLE claim"}, "claim_unreadable"),
        ],
        ids=str,
    )
    def test_that_cannot_be_used_is_a_record_that_says_why(self, changes: dict[str, Any], why: str) -> None:
        told = translate("easypost_claim", body({"claims": [a_claim(), a_claim(**changes)], "has_more": False}))

        [record] = told.records
        assert (record.unreadable, record.where) == (why, "claims[1]")
        assert record.raw["object"] == "Claim"
        assert len(told.claims) == 1

    def test_that_cannot_be_used_is_told_of_where_it_is_the_whole_payload(self) -> None:
        [record] = translate("easypost_claim", body(a_claim(status="lost"))).records

        assert (record.unreadable, record.where) == ("claim_status_unknown", "body")

    @pytest.mark.parametrize("entry", ["x", None, [], 7, {}])
    def test_in_a_page_is_told_of_whatever_it_is(self, entry: Any) -> None:
        for folder, page in (("easypost_claim", "claims"), ("easypost_insurance", "insurances")):
            told = translate(folder, body({page: [entry], "has_more": False}))

            assert [record.where for record in told.records] == [f"{page}[0]"]


class TestInsurance:
    def test_says_who_else_insures_the_shipment_and_tells_no_scan(self) -> None:
        told = translate("easypost_insurance", body(an_insurance()))

        [insurance] = told.insurances
        assert (insurance.waybill, insurance.amount, insurance.currency) == ("EP0000000001", Decimal(120), "USD")
        assert (insurance.status, insurance.updated_at, told.records) == ("purchased", AT, ())

    def test_is_the_same_pushed(self) -> None:
        told = translate("easypost_event", body(pushed(an_insurance(), "insurance.purchased")))

        assert (len(told.insurances), told.answer) == (1, "insurance: purchased")

    @pytest.mark.parametrize(
        "changes",
        [{"id": ""}, {"tracking_code": None}, {"updated_at": "soon"}, {"amount": "1e9"}, {"id": "i" * 5000}],
        ids=["no number", "no parcel", "no time", "more than there is", "a number without end"],
    )
    def test_that_cannot_be_used_is_a_record_that_says_so(self, changes: dict[str, Any]) -> None:
        told = translate("easypost_insurance", body({"insurances": [an_insurance(**changes)], "has_more": False}))

        assert [record.unreadable for record in told.records] == ["insurance_unreadable"]


class TestFormats:
    def test_are_told_apart_by_what_stands_in_them(self) -> None:
        assert recognise(body(a_claim())) == "easypost_claim"
        assert recognise(body(an_insurance())) == "easypost_insurance"
        assert recognise(body(pushed(a_claim()))) == "easypost_event"
        assert recognise(body(pushed(an_insurance()))) == "easypost_event"

    def test_let_a_push_of_a_claim_through_the_door(self) -> None:
        check_envelope("easypost_event", body(pushed(a_claim())))

    @collection
    @pytest.mark.parametrize(
        ("folder", "claims", "insurances"), [("easypost_claim", 5, 0), ("easypost_insurance", 0, 6)]
    )
    def test_read_every_payload_of_the_collection(self, folder: str, claims: int, insurances: int) -> None:
        told = [translate(folder, path.read_bytes()) for path in sorted((FEEDS / folder).iterdir())]

        assert sum(len(one.claims) for one in told) == claims
        assert sum(len(one.insurances) for one in told) == insurances
        assert sum(len(one.records) for one in told) == 0
