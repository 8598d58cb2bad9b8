"""Claimants for tests: whose claim was approved and offered, and who reads the code on his telephone."""

from decimal import Decimal
from typing import Any

import httpx
from claims import claim_of, filed, papers_come, the_desk_works
from complaints import staff_called
from factories import NOON

from schemas.claims import Command, Resolution, State
from schemas.exceptions import Role
from store import claims as claim_store
from store import outbox
from store.keyed import unseal
from store.outbox import Kind
from store.unit_of_work import unit_of_work
from tasks.claims.by_hand import propose_by_hand
from tasks.claims.moving import Step, take_steps
from tasks.claims.offering import offer_claims

TAIL = {"X-Phone-Digits": "1234"}


def approved(number: str) -> str:
    """Have a supervisor approve what is proposed."""
    with unit_of_work() as connection:
        for command, role in ((Command.REQUEST_APPROVAL, Role.SYSTEM), (Command.APPROVE, Role.SUPERVISOR)):
            claim = claim_store.one_claim(connection, number, lock=True)
            take_steps(connection, [Step(claim, command)], now=NOON, who="sup-zhang", role=role)
    return number


def offered(**changes: Any) -> str:
    """Have a claim that asks for 90 offered the 40 that are owed."""
    number = filed(**{"claimed": 90, **changes}).claim_no
    papers_come(number)
    the_desk_works()
    approved(number)
    offer_claims.fn()
    claim = claim_of(number)
    assert (claim.state, claim.offered) == (State.OFFERED, Decimal(40))
    return number


def denied() -> str:
    """Have a claim denied, with reasons that the claimant reads."""
    number = filed().claim_no
    papers_come(number)
    the_desk_works()
    propose_by_hand(
        number, resolution=Resolution.DENY, reasons="包装不符合约定", reasons_en="it was not packed as agreed",
        staff_id=staff_called("ag-sun"),
    )  # fmt: skip
    approved(number)
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
