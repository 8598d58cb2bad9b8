"""A stand-in for an insurer, speaking the real protocol over HTTP on loopback, for the demo and the tests.

It takes claims by their keys, and calls back in three steps that it signs. It can be told to behave as insurers do on
bad days: to refuse, to pay part, to answer late, to call twice and out of order. It tells a step again as long as it is
asked to.
"""

import argparse
import json
import time
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from hmac import compare_digest
from threading import Lock
from typing import Annotated, Any

import httpx
import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException
from fastapi.responses import JSONResponse, Response

from adapters.insurer.translate import SIGNATURE_HEADER, TIMESTAMP_HEADER, signature
from schemas.insurers import CallbackAnswer, InsurerClaim, Submission

TELLINGS_MAX = 20


class Behaviour(StrEnum):
    """What it does with a claim, or with the submission of one."""

    DOES_NOT_ACCEPT = "does_not_accept"
    REFUSES = "refuses"  # accepts, and then pays nothing
    GRANTS_PART = "grants_part"
    PAYS_LESS = "pays_less"  # than it granted
    CALLS_TWICE = "calls_twice"
    CALLS_OUT_OF_ORDER = "calls_out_of_order"
    DOES_NOT_TAKE = "does_not_take"  # the submission
    IS_BUSY = "is_busy"
    IS_LATE = "is_late"  # answers when nobody waits any more, and has it
    ANSWERS_FOR_ANOTHER = "answers_for_another"


class StandInInsurer:
    """The claims that it has, by their keys, and what it told of them."""

    def __init__(self, *, api_key: str = "", secret: str = "", hold_seconds: float = 1.0) -> None:
        self.claims: dict[str, InsurerClaim] = {}
        self.sent: Counter[str] = Counter()  # how often each key was sent
        self.behaves: dict[str, set[Behaviour]] = {}
        self.answers: list[CallbackAnswer] = []
        self.api_key = api_key
        self.secret = secret
        self.hold_seconds = hold_seconds
        self.part = Decimal("0.5")
        self._lock = Lock()

    def will(self, behaviour: Behaviour, *, claim_no: str = "*") -> None:
        """Behave so with a claim, or with all."""
        self.behaves.setdefault(claim_no, set()).add(behaviour)

    def does(self, behaviour: Behaviour, claim_no: str) -> bool:
        """Say whether it behaves so with a claim."""
        return any(behaviour in self.behaves.get(name, set()) for name in (claim_no, "*"))

    def take(self, key: str, claim: InsurerClaim) -> Response:
        """Take a claim as it is told to behave."""
        with self._lock:
            self.sent[key] += 1
            if self.does(Behaviour.IS_BUSY, claim.claim_no):
                return Response(status_code=429)
            if self.does(Behaviour.DOES_NOT_TAKE, claim.claim_no):
                return _said(Submission(claim_no=claim.claim_no, received=False, reason="the policy has ended"), 422)
            is_new = key not in self.claims
            self.claims.setdefault(key, claim)
        if self.does(Behaviour.IS_LATE, claim.claim_no):
            time.sleep(self.hold_seconds)
        named = "CL-20000101-999999" if self.does(Behaviour.ANSWERS_FOR_ANOTHER, claim.claim_no) else claim.claim_no
        return _said(Submission(claim_no=named, received=True, report_no=_report_no(claim)), 201 if is_new else 200)

    def steps_of(self, claim_no: str) -> list[dict[str, Any]]:
        """Give what it tells of a claim, in the order in which it tells it."""
        claim = next(one for one in self.claims.values() if one.claim_no == claim_no)
        steps = self._in_order(claim)
        if self.does(Behaviour.CALLS_OUT_OF_ORDER, claim_no):
            steps.reverse()
        if self.does(Behaviour.CALLS_TWICE, claim_no):
            steps = [step for step in steps for _ in range(2)]
        return steps

    def _in_order(self, claim: InsurerClaim) -> list[dict[str, Any]]:
        named = {"claim_no": claim.claim_no}
        accept = {**named, "event_id": f"{claim.claim_no}-1", "step": "accept", "report_no": _report_no(claim)}
        if self.does(Behaviour.DOES_NOT_ACCEPT, claim.claim_no):
            return [{**accept, "accepted": False, "reason": "not covered"}]
        result = {**named, "event_id": f"{claim.claim_no}-2", "step": "result", "currency": claim.currency}
        if self.does(Behaviour.REFUSES, claim.claim_no):
            return [accept, {**result, "claim_amount": "0", "refusal_reason": "the packaging was insufficient"}]
        ratio = self.part if self.does(Behaviour.GRANTS_PART, claim.claim_no) else Decimal(1)
        granted = _cents(claim.claimed * ratio)
        paid = _cents(granted * self.part) if self.does(Behaviour.PAYS_LESS, claim.claim_no) else granted
        result |= {"claim_amount": str(granted), "compensation_ratio": str(ratio * 100)}
        bill = {
            **named, "event_id": f"{claim.claim_no}-3", "step": "bill", "payee": "the carrier", "amount": str(paid),
            "currency": claim.currency, "pay_time": claim.opened_at.isoformat(), "report_no": _report_no(claim),
        }  # fmt: skip
        return [accept, result, bill]

    def call_back(self, url: str, claim_no: str) -> list[CallbackAnswer]:
        """Tell all steps of a claim to a gateway, those again that it asks to hear again; give its answers in turn."""
        waiting = self.steps_of(claim_no)
        heard: list[CallbackAnswer] = []
        for _ in range(TELLINGS_MAX):
            if not waiting:
                break
            answers = [self.tell(url, step) for step in waiting]
            heard += answers
            waiting = [step for step, answer in zip(waiting, answers, strict=True) if answer.retry]
        self.answers += heard
        return heard

    def tell(self, url: str, step: dict[str, Any]) -> CallbackAnswer:
        """Tell one step, signed for now."""
        body = json.dumps(step, ensure_ascii=False).encode()
        timestamp = str(int(time.time()))
        headers = {
            TIMESTAMP_HEADER: timestamp,
            SIGNATURE_HEADER: signature(body, secret=self.secret, timestamp=timestamp),
            "content-type": "application/json",
        }
        answer = httpx.post(f"{url}/insurer/callbacks", content=body, headers=headers, timeout=30, trust_env=False)
        return CallbackAnswer.model_validate_json(answer.content)


def _report_no(claim: InsurerClaim) -> str:
    return f"R-{claim.claim_no.removeprefix('CL-')}"


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _said(submission: Submission, status: int) -> Response:
    return JSONResponse(submission.model_dump(mode="json"), status)


def insurer_app(insurer: StandInInsurer) -> FastAPI:
    """Make the HTTP face of a stand-in insurer."""

    def known(x_api_key: Annotated[str, Header()] = "") -> None:
        if not compare_digest(x_api_key.encode(), insurer.api_key.encode()):
            raise HTTPException(401, "who is this?")

    app = FastAPI(title="Stand-in insurer", dependencies=[Depends(known)])

    @app.post("/claims")
    def take(claim: InsurerClaim, idempotency_key: Annotated[str, Header(min_length=1, max_length=200)]) -> Response:
        return insurer.take(idempotency_key, claim)

    @app.put("/behaviour/{claim_no}", status_code=204)
    def behave(claim_no: str, behaviour: Behaviour) -> None:
        insurer.will(behaviour, claim_no=claim_no)

    @app.post("/claims/{claim_no}/call-back")
    def call_back(claim_no: str, url: str) -> list[CallbackAnswer]:
        return insurer.call_back(url, claim_no)

    return app


def main() -> None:
    """Serve a stand-in insurer on loopback."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--api-key", default="")
    parser.add_argument("--secret", required=True, help="what REDRESS_INSURER_CALLBACK_SECRET of the gateway is")
    arguments = parser.parse_args()
    app = insurer_app(StandInInsurer(api_key=arguments.api_key, secret=arguments.secret))
    uvicorn.run(app, host="127.0.0.1", port=arguments.port, log_level="warning")


if __name__ == "__main__":
    main()
