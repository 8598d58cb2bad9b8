"""What an insurer tells at the gateway: signed, taken once, and answered with `repeated` and `retry` whatever it is."""

import gzip
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
from recovering import EAST, books_of, charges_of, on_file, paid_claim, share
from sqlalchemy.exc import OperationalError
from standins import QuietHerald

from adapters.insurer.fake import Behaviour, StandInInsurer
from adapters.insurer.translate import SIGNATURE_HEADER, TIMESTAMP_HEADER, signature
from schemas.recovery import InsuranceState
from store import insurance
from store.unit_of_work import unit_of_work
from tasks.claims.insuring import submit_insurance
from tasks.claims.recovering import recover_claims
from tasks.dispatch.sending import send_outbox
from tasks.publishing import CASE_INFORMED

SECRET = "a secret of the test"
Answer = dict[str, Any]


@pytest.fixture
def claim(database: str, insurer: StandInInsurer) -> str:
    """Have a claim of which 800 of 1,000 CNY are submitted to the insurer."""
    on_file("ag-wu")
    number = paid_claim(share(EAST, "100"))
    recover_claims.fn(number)
    submit_insurance(number, staff_id="ag-wu", why="x")
    send_outbox.fn()
    return number


@pytest.fixture
def client(insurer: StandInInsurer, gateway: Callable[..., httpx.Client]) -> httpx.Client:
    """Give a client of a gateway that knows the insurer's secret."""
    return gateway()


def state_of(claim_no: str) -> InsuranceState:
    with unit_of_work() as connection:
        return insurance.one_case(connection, claim_no).state


def accept(claim_no: str, **changes: Any) -> bytes:
    return json.dumps(
        {"event_id": "e-1", "claim_no": claim_no, "step": "accept", "report_no": "R-1", **changes}
    ).encode()


def signed(body: bytes, *, secret: str = SECRET, seconds: int = 0, **headers: str) -> dict[str, str]:
    timestamp = str(int(time.time()) + seconds)
    return {
        TIMESTAMP_HEADER: timestamp,
        SIGNATURE_HEADER: signature(body, secret=secret, timestamp=timestamp),
        **headers,
    }


def told(client: httpx.Client, body: bytes, headers: Mapping[str, str | bytes] | None = None) -> tuple[int, Answer]:
    shown: Any = signed(body) if headers is None else headers
    answer = client.post("/insurer/callbacks", content=body, headers=shown)
    return answer.status_code, answer.json()


class TestTaken:
    def test_is_a_step_and_the_flows_are_woken(self, claim: str, client: httpx.Client, herald: QuietHerald) -> None:
        assert told(client, accept(claim)) == (
            200, {"event_id": "e-1", "repeated": False, "retry": False, "message": "taken"},
        )  # fmt: skip
        assert state_of(claim) is InsuranceState.ACCEPTED
        assert herald.events == (CASE_INFORMED,)

    def test_is_a_step_once_and_repeated_after_that(
        self, claim: str, client: httpx.Client, herald: QuietHerald
    ) -> None:
        told(client, accept(claim))

        status, answer = told(client, accept(claim))

        assert (status, answer["repeated"], answer["retry"]) == (200, True, False)
        assert herald.told == 1

    def test_is_a_packed_body_that_was_signed_as_it_is_when_unpacked(self, claim: str, client: httpx.Client) -> None:
        body = accept(claim)

        status, _ = told(client, gzip.compress(body), signed(body, **{"content-encoding": "gzip"}))

        assert status == 200


class TestTheInsurer:
    @pytest.mark.parametrize(
        ("behaviours", "books", "charges"),
        [
            ([], {"to_allocate": "200.00"}, ["200.00"]),
            ([Behaviour.CALLS_TWICE], {"to_allocate": "200.00"}, ["200.00"]),
            ([Behaviour.CALLS_OUT_OF_ORDER], {"to_allocate": "200.00"}, ["200.00"]),
            ([Behaviour.CALLS_TWICE, Behaviour.CALLS_OUT_OF_ORDER], {"to_allocate": "200.00"}, ["200.00"]),
            ([Behaviour.GRANTS_PART], {"to_allocate": "600.00"}, ["200.00", "400.00"]),
            ([Behaviour.PAYS_LESS], {"to_allocate": "600.00"}, ["200.00", "400.00"]),
            ([Behaviour.REFUSES], {"to_allocate": "1000.00"}, ["200.00", "800.00"]),
            ([Behaviour.DOES_NOT_ACCEPT], {"to_allocate": "1000.00"}, ["200.00", "800.00"]),
        ],
        ids=["pays", "twice", "out of order", "both", "grants part", "pays less", "refuses", "does not accept"],
    )
    def test_is_understood_however_it_speaks(
        self,
        claim: str,
        insurer: StandInInsurer,
        client: httpx.Client,
        behaviours: list[Behaviour],
        books: dict[str, str],
        charges: list[str],
    ) -> None:
        for behaviour in behaviours:
            insurer.will(behaviour)

        answers = insurer.call_back(str(client.base_url).rstrip("/"), claim)

        assert not answers[-1].retry
        assert books_of(claim) == books
        assert [amount for _, amount, _ in charges_of(claim)] == charges


class TestToldAgain:
    def test_is_a_step_that_comes_too_early(self, claim: str, client: httpx.Client) -> None:
        body = accept(claim, step="result", claim_amount="800.00", currency="CNY")

        status, answer = told(client, body)

        assert (status, answer["repeated"], answer["retry"]) == (409, False, True)
        assert answer["message"] == "accept comes first"

    @pytest.mark.parametrize(
        "fault", [OperationalError("", {}, Exception("gone")), RuntimeError("a mistake")], ids=["away", "a mistake"]
    )
    def test_is_a_step_that_the_engine_cannot_take_now(
        self, claim: str, client: httpx.Client, monkeypatch: pytest.MonkeyPatch, fault: Exception
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise fault

        monkeypatch.setattr("deployments.gateway.insurer.hear_insurer", fail)

        status, answer = told(client, accept(claim))

        assert (status, answer["retry"]) == (503, True)
        assert "gone" not in answer["message"]
        assert state_of(claim) is InsuranceState.SUBMITTED

    def test_is_what_comes_before_a_secret_is_set(
        self, claim: str, gateway: Callable[..., httpx.Client], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("REDRESS_INSURER_CALLBACK_SECRET")

        status, answer = told(gateway(), accept(claim))

        assert (status, answer["retry"]) == (503, True)
        assert "REDRESS_INSURER_CALLBACK_SECRET" in answer["message"]


class TestRefused:
    def test_is_what_is_not_signed_so(self, claim: str, client: httpx.Client) -> None:
        body = accept(claim)
        for headers in (
            {},
            signed(body, secret="another"),
            signed(body + b" "),
            signed(body) | {TIMESTAMP_HEADER: str(int(time.time()) + 1)},
            {**signed(body), SIGNATURE_HEADER: "é".encode()},
        ):
            status, answer = told(client, body, headers)
            assert (status, answer["repeated"], answer["retry"]) == (401, False, False)
        assert state_of(claim) is InsuranceState.SUBMITTED

    @pytest.mark.parametrize("seconds", [-301, 310], ids=["played again", "of the future"])
    def test_is_what_was_signed_for_another_moment(self, claim: str, client: httpx.Client, seconds: int) -> None:
        body = accept(claim)

        status, answer = told(client, body, signed(body, seconds=seconds))

        assert (status, answer["retry"]) == (401, False)
        assert "too far from now" in answer["message"]

    @pytest.mark.parametrize(
        ("body", "said"),
        [
            (b"{", "Invalid JSON"),
            (b'{"step": "thanks"}', "step"),
            (b'{"step": "accept", "event_id": "e"}', "claim_no"),
            (b'{"step": "accept", "event_id": "e", "claim_no": "CL-20261120-000001", "report_no": "\\u0000"}', "NUL"),
        ],
        ids=["no JSON", "no step", "no claim", "nothing to store"],
    )
    def test_is_what_cannot_be_read_with_what_is_wrong(self, client: httpx.Client, body: bytes, said: str) -> None:
        status, answer = told(client, body)

        assert (status, answer["repeated"], answer["retry"]) == (422, False, False)
        assert said in answer["message"]

    def test_is_what_is_too_large(self, client: httpx.Client) -> None:
        status, answer = told(client, b" " * 64_001)

        assert (status, answer["retry"]) == (413, False)

    def test_is_what_is_told_of_a_claim_that_no_insurer_is_asked_about(self, client: httpx.Client) -> None:
        status, answer = told(client, accept("CL-20261120-999999"))

        assert (status, answer["retry"]) == (404, False)
        assert "no insurer is asked about CL-20261120-999999" in answer["message"]

    def test_is_what_contradicts_what_was_told(self, claim: str, client: httpx.Client) -> None:
        told(client, accept(claim))

        for body in (accept(claim, report_no="R-2"), accept(claim, event_id="e-2", report_no="R-2")):
            status, answer = told(client, body)
            assert (status, answer["repeated"], answer["retry"]) == (409, False, False)

    def test_is_whoever_comes_too_often(self, claim: str, gateway: Callable[..., httpx.Client]) -> None:
        client = gateway(client_requests_per_minute_max=1)
        told(client, accept(claim))

        status, answer = told(client, accept(claim))

        assert (status, answer["retry"]) == (429, True)


class TestSecrets:
    def test_can_follow_one_another(
        self, claim: str, gateway: Callable[..., httpx.Client], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REDRESS_INSURER_CALLBACK_SECRET__NEXT", "the next one")
        client, body = gateway(), accept(claim)

        assert told(client, body, signed(body, secret="the next one"))[0] == 200
        assert told(client, body)[1]["repeated"]
        with unit_of_work() as connection:
            told_by = connection.exec_driver_sql("SELECT told_by FROM insurance_event").scalar_one()
        assert told_by == "insurer (NEXT)"
