"""POST /change-requests and the code: who asks is shown by the code alone, and a refusal tells a stranger nothing."""

from typing import Any

import httpx
import pytest
from change_requests import code_for, request_of, wrong_code_for
from factories import a_registration, an_event
from standins import register, tell

from schemas.change_requests import ChangeState
from schemas.tracking import Event

KEY = {"X-API-Key": "made-up-key"}
ASKED: dict[str, Any] = {
    "waybill": "773000000001",
    "asked_by": "sender",
    "sender_phone_tail": "5678",
    "change": {"consignee_phone": "19900007777"},
}


@pytest.fixture
def asked(client: httpx.Client) -> Any:
    """Give the means to ask for a change of a booked parcel."""
    register(a_registration())
    return lambda **changes: client.post("/change-requests", json=ASKED | changes, headers=KEY)


def give(client: httpx.Client, number: str, code: str) -> httpx.Response:
    return client.post(f"/change-requests/{number}/code", json={"code": code}, headers=KEY)


class TestRequest:
    def test_is_answered_with_its_number_and_where_the_code_went(self, asked: Any) -> None:
        answer = asked()

        assert answer.status_code == 201
        told = answer.json()
        assert (told["state"], told["code_sent_to"]) == ("CODE_SENT", "199****5678")
        assert code_for(told["number"]) not in answer.text

    def test_of_a_stranger_is_refused_alike_whatever_is_wrong(self, asked: Any) -> None:
        wrong_tail, no_such = asked(sender_phone_tail="0000"), asked(waybill="773000000009")

        assert wrong_tail.status_code == no_such.status_code == 403
        assert wrong_tail.json() == no_such.json()

    def test_too_often_is_told_when_to_come_back(self, asked: Any) -> None:
        for _ in range(3):
            asked(sender_phone_tail="0000")

        answer = asked()
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) == 86_400

    def test_after_delivery_is_refused(self, asked: Any) -> None:
        tell(an_event(Event.DELIVERED, -1))

        assert asked().status_code == 409

    @pytest.mark.parametrize(
        ("change", "status"),
        [
            ({"asked_by": "consignee", "change": {"consignee_address": "另一示例路 2 号"}}, 403),
            ({"change": {"consignee_phone": "199****7777"}}, 422),
            ({"change": {"consignee_phone": "19900001234"}}, 422),
        ],
        ids=["not his to ask", "no number", "what is on file"],
    )
    def test_that_cannot_be_made_is_refused(self, asked: Any, change: dict[str, Any], status: int) -> None:
        assert asked(**change).status_code == status

    @pytest.mark.parametrize(
        ("change", "at"),
        [
            ({"waybill": "x"}, "waybill"),
            ({"asked_by": "a friend"}, "asked_by"),
            ({"sender_phone_tail": "567"}, "sender_phone_tail"),
            ({"change": {}}, "change"),
            ({"change": {"consignee_name": "a\0b"}}, "change.consignee_name"),
            ({"surprise": 1}, "surprise"),
        ],
    )
    def test_that_is_wrong_is_refused_with_where(self, asked: Any, change: dict[str, Any], at: str) -> None:
        answer = asked(**change)

        assert answer.status_code == 422
        assert [fault["at"] for fault in answer.json()["detail"]] == [at]

    def test_needs_the_api_key(self, client: httpx.Client) -> None:
        assert client.post("/change-requests", json=ASKED).status_code == 401
        assert client.post("/change-requests/CR-1/code", json={"code": "123456"}).status_code == 401


class TestCode:
    def test_has_the_change_made(self, client: httpx.Client, asked: Any) -> None:
        number = asked().json()["number"]

        answer = give(client, number, code_for(number))

        assert (answer.status_code, answer.json()["state"]) == (200, "SENT_TO_CARRIER")

    def test_that_is_wrong_five_times_ends_it(self, client: httpx.Client, asked: Any) -> None:
        number = asked().json()["number"]
        right, wrong = code_for(number), wrong_code_for(number)

        assert [give(client, number, wrong).status_code for _ in range(5)] == [403] * 5
        assert give(client, number, right).status_code == 409
        assert request_of(number).state is ChangeState.REFUSED

    @pytest.mark.parametrize("code", ["", "12345", "1234567", "١٢٣٤٥٦", 123456])
    def test_that_is_none_is_not_counted(self, client: httpx.Client, asked: Any, code: Any) -> None:
        number = asked().json()["number"]

        assert give(client, number, code).status_code == 422
        assert request_of(number).tries == 0

    def test_of_no_request_is_refused(self, client: httpx.Client) -> None:
        assert give(client, "CR-20261120-999999", "123456").status_code == 404
