"""Claimants for tests: whose claim was approved and offered, and who reads the code on his telephone."""

from decimal import Decimal
from typing import Any

import httpx
from claims import claim_of, filed, to_the_gate, to_the_offer
from complaints import staff_called, supervisor_answers
from factories import NOON

from schemas.claims import Resolution, State
from store import outbox
from store.keyed import unseal
from store.outbox import Kind
from store.unit_of_work import unit_of_work
from tasks.claims.by_hand import propose_by_hand
from tasks.claims.offering import offer_claims
from tasks.claims.triaging import triage_claims

TAIL = {"X-Phone-Digits": "5678"}


def offered(**changes: Any) -> str:
    """Have a claim that asks for 90 offered the 40 that are owed."""
    number = filed(**{"claimed": 90, **changes}).claim_no
    claim = to_the_offer(number, NOON)
    assert (claim.state, claim.offered) == (State.OFFERED, Decimal(40))
    return number


def denied() -> str:
    """Have a claim denied, with reasons that the claimant reads."""
    number = filed().claim_no
    to_the_gate(number)
    propose_by_hand(
        number,
        resolution=Resolution.DENY,
        reasons="包装不符合约定",
        reasons_en="it was not packed as agreed",
        staff_id=staff_called("ag-sun"),
    )
    triage_claims.fn()
    supervisor_answers(number, NOON)
    offer_claims.fn()
    assert claim_of(number).state is State.DENIED
    return number


def code_of(number: str) -> str:
    """Read the last code that was sent about a claim, as its receiver does."""
    with unit_of_work() as connection:
        codes = [item for item in outbox.of_case(connection, number) if item["kind"] == Kind.CODE]
    return unseal(codes[-1]["payload"]["sealed"])


def code_for(client: httpx.Client, number: str) -> str:
    """Have a code sent to the claimant, and read it."""
    client.post(f"/claims/{number}/code", headers=TAIL).raise_for_status()
    return code_of(number)


def answer(client: httpx.Client, number: str, said: str, *, code: str | None = None, **told: Any) -> httpx.Response:
    """Answer as the claimant does, with a code that was sent for it unless another is given."""
    given = code_for(client, number) if code is None else code
    return client.post(f"/claims/{number}/answer", json={"answer": said, "code": given, **told}, headers=TAIL)
