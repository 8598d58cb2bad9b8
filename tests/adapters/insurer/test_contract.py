"""The insurer: whatever it does, the client says submitted, refused or not done, and its word is signed."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from factories import NOON
from fastapi import FastAPI, Request, Response
from pydantic import TypeAdapter
from standins import served

from adapters import Refused, Unavailable
from adapters.insurer.client import submit
from adapters.insurer.fake import Behaviour, StandInInsurer, insurer_app
from adapters.insurer.settings import InsurerSettings
from adapters.insurer.translate import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    NotSigned,
    check_moment,
    is_signed,
    signature,
)
from schemas.assessment import ClaimEvent
from schemas.insurers import CallbackAnswer, InsurerCallback, InsurerClaim, InsurerStep

CLAIM = "CL-20261120-000001"
KEY = f"{CLAIM}-I1"
API_KEY = "a key of the test"
SECRET = "a secret of the test"


@pytest.fixture
def insurer() -> StandInInsurer:
    return StandInInsurer(api_key=API_KEY, secret=SECRET, hold_seconds=0.6)


@pytest.fixture
def settings(insurer: StandInInsurer) -> Iterator[InsurerSettings]:
    with served(insurer_app(insurer)) as url:
        yield InsurerSettings(insurer_url=url, insurer_api_key=API_KEY, insurer_timeout_seconds=0.3)


def a_claim(claimed: str = "800.00") -> InsurerClaim:
    return InsurerClaim(
        claim_no=CLAIM, policy_no="P-1", event=ClaimEvent.LOSS, waybill="773000000001", opened_at=NOON,
        paid_to_claimant=Decimal("1000.00"), claimed=Decimal(claimed), currency="CNY",
    )  # fmt: skip


class TestSubmit:
    def test_gives_the_insurers_word_that_it_has_it(self, insurer: StandInInsurer, settings: InsurerSettings) -> None:
        said = submit(a_claim(), key=KEY, settings=settings)

        assert (said.claim_no, said.received, said.report_no) == (CLAIM, True, "R-20261120-000001")
        assert insurer.claims == {KEY: a_claim()}

    def test_submits_once_for_one_key(self, insurer: StandInInsurer, settings: InsurerSettings) -> None:
        first, again = (submit(a_claim(), key=KEY, settings=settings) for _ in range(2))

        assert first == again
        assert (len(insurer.claims), insurer.sent[KEY]) == (1, 2)

    def test_is_refused_with_the_reason(self, insurer: StandInInsurer, settings: InsurerSettings) -> None:
        insurer.will(Behaviour.DOES_NOT_TAKE)

        with pytest.raises(Refused, match="the policy has ended"):
            submit(a_claim(), key=KEY, settings=settings)

    @pytest.mark.parametrize("behaviour", [Behaviour.IS_BUSY, Behaviour.IS_LATE, Behaviour.ANSWERS_FOR_ANOTHER])
    def test_is_put_off_when_the_insurer(
        self, insurer: StandInInsurer, settings: InsurerSettings, behaviour: Behaviour
    ) -> None:
        insurer.will(behaviour)

        with pytest.raises(Unavailable):
            submit(a_claim(), key=KEY, settings=settings)

    def test_is_there_once_when_a_late_answer_is_asked_for_again(
        self, insurer: StandInInsurer, settings: InsurerSettings
    ) -> None:
        insurer.will(Behaviour.IS_LATE)
        with pytest.raises(Unavailable):
            submit(a_claim(), key=KEY, settings=settings)
        insurer.behaves.clear()

        submit(a_claim(), key=KEY, settings=settings)

        assert len(insurer.claims) == 1

    def test_is_put_off_when_the_insurer_does_not_know_us(
        self, insurer: StandInInsurer, settings: InsurerSettings
    ) -> None:
        insurer.api_key = "another"

        with pytest.raises(Unavailable, match="401"):
            submit(a_claim(), key=KEY, settings=settings)

    def test_is_put_off_when_nobody_listens(self) -> None:
        with pytest.raises(Unavailable, match="ConnectError"):
            submit(a_claim(), key=KEY, settings=InsurerSettings(insurer_url="http://127.0.0.1:9"))

    def test_is_refused_without_an_insurer(self) -> None:
        with pytest.raises(Refused, match="REDRESS_INSURER_URL"):
            submit(a_claim(), key=KEY, settings=InsurerSettings(insurer_url=""))

    @pytest.mark.parametrize(
        ("status", "body"),
        [(200, "{}"), (200, "taken"), (302, ""), (404, '{"detail": "Not Found"}'), (500, ""), (502, ""), (503, "")],
    )
    def test_takes_something_else_that_answers_for_nothing(self, status: int, body: str) -> None:
        app = FastAPI()
        answer = Response(body, status_code=status, media_type="application/json")
        app.api_route("/{path:path}", methods=["POST"])(lambda path: answer)

        with served(app) as url, pytest.raises(Unavailable):
            submit(a_claim(), key=KEY, settings=InsurerSettings(insurer_url=url))


@pytest.fixture
def heard() -> list[tuple[bytes, dict[str, str]]]:
    return []


@pytest.fixture
def gateway(heard: list[tuple[bytes, dict[str, str]]]) -> Iterator[str]:
    """Serve somebody who hears callbacks, takes each step once, and asks for those again that come too early."""
    app, taken = FastAPI(), []

    @app.post("/insurer/callbacks")
    async def hear(request: Request) -> CallbackAnswer:
        body = await request.body()
        heard.append((body, dict(request.headers)))
        step = InsurerStep(json.loads(body)["step"])
        if step in taken:
            return CallbackAnswer(repeated=True)
        if list(InsurerStep)[len(taken)] is not step:
            return CallbackAnswer(retry=True)
        taken.append(step)
        return CallbackAnswer()

    with served(app) as url:
        yield url


class TestCallBack:
    def test_tells_three_steps_that_can_be_read(
        self, insurer: StandInInsurer, gateway: str, heard: list[tuple[bytes, dict[str, str]]]
    ) -> None:
        insurer.take(KEY, a_claim())

        assert insurer.call_back(gateway, CLAIM) == [CallbackAnswer()] * 3

        shape: TypeAdapter[InsurerCallback] = TypeAdapter(InsurerCallback)
        assert [shape.validate_json(body).step for body, _ in heard] == list(InsurerStep)

    def test_signs_each(self, insurer: StandInInsurer, gateway: str, heard: list[tuple[bytes, dict[str, str]]]) -> None:
        insurer.take(KEY, a_claim())
        insurer.call_back(gateway, CLAIM)

        for body, headers in heard:
            shown = {"timestamp": headers[TIMESTAMP_HEADER], "shown": headers[SIGNATURE_HEADER]}
            assert is_signed(body, secret=SECRET, **shown)
            assert not is_signed(body + b" ", secret=SECRET, **shown)
            assert not is_signed(body, secret="another", **shown)

    def test_tells_twice_and_out_of_order_until_each_is_taken(self, insurer: StandInInsurer, gateway: str) -> None:
        insurer.will(Behaviour.CALLS_TWICE)
        insurer.will(Behaviour.CALLS_OUT_OF_ORDER)
        insurer.take(KEY, a_claim())

        answers = insurer.call_back(gateway, CLAIM)

        assert sum(not (answer.repeated or answer.retry) for answer in answers) == 3
        assert not answers[-1].retry

    @pytest.mark.parametrize(
        ("behaviours", "said"),
        [
            ([], [("accept", None), ("result", "800.00"), ("bill", "800.00")]),
            ([Behaviour.GRANTS_PART], [("accept", None), ("result", "400.00"), ("bill", "400.00")]),
            ([Behaviour.PAYS_LESS], [("accept", None), ("result", "800.00"), ("bill", "400.00")]),
            ([Behaviour.REFUSES], [("accept", None), ("result", "0")]),
            ([Behaviour.DOES_NOT_ACCEPT], [("accept", None)]),
        ],
    )
    def test_tells_what_the_insurer_pays(
        self, insurer: StandInInsurer, behaviours: list[Behaviour], said: list[tuple[str, str | None]]
    ) -> None:
        for behaviour in behaviours:
            insurer.will(behaviour, claim_no=CLAIM)
        insurer.take(KEY, a_claim())

        steps: list[dict[str, Any]] = insurer.steps_of(CLAIM)

        assert [(step["step"], step.get("claim_amount", step.get("amount"))) for step in steps] == said


class TestCheckMoment:
    def test_takes_a_moment_near_to_now(self) -> None:
        check_moment(str(int(NOON.timestamp()) - 299), now=NOON)

    @pytest.mark.parametrize("minutes", [-5.1, 5.1])
    def test_refuses_one_that_is_too_far(self, minutes: float) -> None:
        signed_at = NOON + timedelta(minutes=minutes)

        with pytest.raises(NotSigned, match="too far"):
            check_moment(str(int(signed_at.timestamp())), now=NOON)

    @pytest.mark.parametrize("timestamp", ["", "soon", "-1", "1" * 13, "１７００"])
    def test_refuses_what_is_none(self, timestamp: str) -> None:
        with pytest.raises(NotSigned, match="seconds since 1970"):
            check_moment(timestamp, now=datetime.now(UTC))


class TestStandIn:
    def test_needs_its_key(self, settings: InsurerSettings) -> None:
        assert httpx.post(f"{settings.insurer_url}/claims", json={}).status_code == 401

    def test_can_be_told_how_to_behave_and_to_call_back_over_http(
        self, insurer: StandInInsurer, settings: InsurerSettings, gateway: str
    ) -> None:
        headers = {"X-API-Key": API_KEY}
        httpx.put(f"{settings.insurer_url}/behaviour/{CLAIM}?behaviour=refuses", headers=headers).raise_for_status()
        submit(a_claim(), key=KEY, settings=settings)
        url = f"{settings.insurer_url}/claims/{CLAIM}/call-back"
        answers = httpx.post(url, params={"url": gateway}, headers=headers, timeout=30).json()

        assert [answer["retry"] for answer in answers] == [False, False]

    def test_signs_for_the_moment_at_which_it_speaks(self) -> None:
        now = str(int(time.time()))

        assert signature(b"{}", secret="a", timestamp=now) != signature(b"{}", secret="a", timestamp="0")


class TestWhatIsPrinted:
    def test_shows_no_key(self) -> None:
        assert API_KEY not in repr(InsurerSettings(insurer_api_key=API_KEY))
