"""What was approved in another case, paid as a claim (R56): where none follows from it, the carrier's desk pays."""

import pytest
from claims import claim_of
from complaints import filed as complaint_filed
from complaints import the_parcel_is_late
from factories import NOON

from adapters.carrier_desk.fake import StandInDesk
from schemas.complaints import ComplaintType
from store import outbox
from store.outbox import Kind, Letter
from store.unit_of_work import unit_of_work
from tasks.claims.from_cases import leads_to_claim
from tasks.dispatch.sending import send_due


@pytest.fixture(autouse=True)
def paid_as_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDRESS_COMPENSATE_BY", "claim")
    the_parcel_is_late()


def a_complaint(about: ComplaintType) -> str:
    return complaint_filed(type=about).complaint_no


def compensation(case_no: str) -> Letter:
    payload = {
        "case_no": case_no, "waybill": "773000000001", "carrier": "shentong", "measure": "COMPENSATE",
        "amount": "30.00",
    }  # fmt: skip
    return Letter(Kind.WORK_ORDER, f"{case_no}:COMPENSATE", case_no, payload, NOON)


def sent(*letters: Letter) -> list[str]:
    """Send these orders, and give the claims that were filed instead of one."""
    with unit_of_work() as connection:
        outbox.put(connection, letters)
    assert send_due(kinds=[Kind.WORK_ORDER]) == {"done": len(letters), "waiting": 0, "refused": 0}
    with unit_of_work() as connection:
        orders = [outbox.of_case(connection, letter.case_no) for letter in letters]
    answers = [row["answer"] for rows in orders for row in rows if row["kind"] == Kind.WORK_ORDER]
    return [answer["claim"] for answer in answers if "claim" in answer]


class TestLeadsToClaim:
    def test_asks_what_the_case_is_about(self) -> None:
        assert leads_to_claim(a_complaint(ComplaintType.DAMAGE))
        assert not leads_to_claim(a_complaint(ComplaintType.ATTITUDE))

    def test_knows_no_case_that_there_is_not(self) -> None:
        with pytest.raises(LookupError):
            leads_to_claim("CP-20261120-000099")


class TestCompensation:
    def test_is_filed_as_a_claim_and_ordered_where_none_follows(self, desk: StandInDesk) -> None:
        attitude, damage = a_complaint(ComplaintType.ATTITUDE), a_complaint(ComplaintType.DAMAGE)

        [claim] = sent(compensation(attitude), compensation(damage))

        assert claim_of(claim).origin_case == damage
        assert list(desk.sent) == [f"{attitude}:COMPENSATE"]
