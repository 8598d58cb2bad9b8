"""POST /cases/NO/contacts: what came of an attempt to reach a customer, told by those who made it."""

from typing import Any

import httpx
import pytest
from standins import open_case

from schemas.channels import ContactAttempt
from store import contacts
from store.unit_of_work import unit_of_work

KEY = {"X-API-Key": "made-up-key"}
TOLD: dict[str, Any] = {
    "channel": "voice_call", "outcome": "no_answer", "by": "李四 0231", "at": "2026-11-20T12:00:00+08:00",
    "note": "响铃无人接听",
}  # fmt: skip


@pytest.fixture
def case_no(database: str) -> str:
    return open_case()


def kept(case_no: str) -> list[ContactAttempt]:
    with unit_of_work() as connection:
        return contacts.of_cases(connection, [case_no]).get(case_no, [])


@pytest.fixture(autouse=True)
def _at_noon(stand_at: object) -> None:
    del stand_at


class TestContacts:
    def test_are_kept_as_they_are_told(self, client: httpx.Client, case_no: str) -> None:
        answer = client.post(f"/cases/{case_no}/contacts", json=TOLD, headers=KEY)

        assert (answer.status_code, answer.json()["case_no"]) == (201, case_no)
        [attempt] = kept(case_no)
        assert (attempt.channel, attempt.outcome, attempt.by, attempt.note) == (
            "voice_call", "no_answer", "李四 0231", "响铃无人接听",
        )  # fmt: skip

    def test_are_of_now_where_nobody_says_when(self, client: httpx.Client, case_no: str) -> None:
        told = {name: TOLD[name] for name in ("channel", "outcome", "by")}

        assert client.post(f"/cases/{case_no}/contacts", json=told, headers=KEY).json()["at"] == "2026-11-20T04:00:00Z"

    def test_sent_again_under_one_name_are_kept_once(self, client: httpx.Client, case_no: str) -> None:
        named = {**KEY, "Idempotency-Key": "7f1"}

        answers = [client.post(f"/cases/{case_no}/contacts", json=TOLD, headers=named) for _ in range(2)]
        other = client.post(f"/cases/{case_no}/contacts", json=TOLD | {"outcome": "reached"}, headers=named)

        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json() == answers[1].json()
        assert other.status_code == 422
        assert len(kept(case_no)) == 1

    def test_without_a_name_are_kept_each_time(self, client: httpx.Client, case_no: str) -> None:
        for _ in range(2):
            client.post(f"/cases/{case_no}/contacts", json=TOLD, headers=KEY)

        assert len(kept(case_no)) == 2

    @pytest.mark.parametrize(
        ("change", "at"),
        [
            ({"channel": "pigeon"}, "channel"),
            ({"outcome": "under_way"}, "outcome"),
            ({"by": ""}, "by"),
            ({"note": "x" * 2001}, "note"),
            ({"at": "2026-11-20T12:00:00"}, "at"),
            ({"at": "2026-11-20T13:00:00+08:00"}, "at"),
            ({"surprise": 1}, "surprise"),
        ],
        ids=["channel", "not told yet", "nobody", "long note", "no zone", "still to come", "unknown field"],
    )
    def test_that_are_wrong_are_refused_with_where(
        self, client: httpx.Client, case_no: str, change: dict[str, Any], at: str
    ) -> None:
        answer = client.post(f"/cases/{case_no}/contacts", json=TOLD | change, headers=KEY)

        assert answer.status_code == 422
        assert [fault["at"] for fault in answer.json()["detail"]] == [at]
        assert kept(case_no) == []

    def test_of_an_unknown_case_are_refused(self, client: httpx.Client) -> None:
        assert client.post("/cases/EX-0/contacts", json=TOLD, headers=KEY).status_code == 404

    def test_larger_than_a_body_may_be_are_refused(self, client: httpx.Client, case_no: str) -> None:
        answer = client.post(f"/cases/{case_no}/contacts", content=b" " * 20_001, headers=KEY)

        assert answer.status_code == 413

    def test_under_an_unusable_name_are_refused(self, client: httpx.Client, case_no: str) -> None:
        answer = client.post(f"/cases/{case_no}/contacts", json=TOLD, headers={**KEY, "Idempotency-Key": "a b"})

        assert answer.status_code == 400

    def test_need_the_api_key(self, client: httpx.Client, case_no: str) -> None:
        assert client.post(f"/cases/{case_no}/contacts", json=TOLD).status_code == 401
        assert kept(case_no) == []
