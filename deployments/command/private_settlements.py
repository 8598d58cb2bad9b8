"""The commands about matters that somebody settled with the customer himself: private-settlements add, list.

Belongs here: what they take and print. Does not belong here: how it ends a claim (`tasks.claims.private`), and how it
is counted (`redress report claims`).
"""

import getpass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Literal

from cyclopts import App

from deployments.command.installation import enter
from deployments.command.outcome import Failure, WrongUsage
from deployments.command.output import print_json, print_table

if TYPE_CHECKING:
    from schemas.ledger import Money

Party = Literal["market", "branch", "driver", "loader"]


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    group = App(name="private-settlements", help="Matters that somebody settled with the customer himself: add, list.")
    group.command(add)
    group.command(listing, name="list")
    app.command(group)


def add(
    *,
    party: Party,
    name: str,
    amount: str,
    on: datetime,
    currency: str = "CNY",
    waybill: str = "",
    claim: str = "",
    note: str = "",
    staff: str = "",
    json: bool = False,
) -> None:
    """Take down that a market, a branch, a driver or a loader settled a matter himself; an open claim ends with it.

    - `redress private-settlements add --party driver --name 赵六 --amount 120 --on 2026-11-20 --claim CL-...`

    Args:
        party: The class of whoever settled it.
        name: Who he is, or what the branch or market is called.
        amount: What he paid, such as 120 or 120.50.
        on: The day on which it was settled.
        currency: Of the amount.
        waybill: The parcel that it was about.
        claim: The claim that it was about.
        note: What else is to be known.
        staff: Your staff id; the name of your account when it is left out.
        json: Print JSON.
    """
    enter()
    from schemas.claims import PrivateParty
    from store.claims import NoSuchClaim
    from tasks.claims.private import NotTakenDown, settle_privately
    from tasks.stepping import NotAllowed

    try:
        kept = settle_privately(
            party=PrivateParty(party), name=name, money=_money(amount, currency), on=on.date(), waybill=waybill,
            claim_no=claim, note=note, staff_id=staff or getpass.getuser(),
        )  # fmt: skip
    except (NotTakenDown, NotAllowed, NoSuchClaim) as fault:
        raise Failure(str(fault)) from fault
    if json:
        print_json(kept.model_dump(mode="json"))
    else:
        ended = f"; {kept.claim_no} is closed" if kept.claim_no else ""
        print(f"PS-{kept.settlement_id} is on file{ended}.")


def _money(amount: str, currency: str) -> "Money":
    from pydantic import ValidationError

    from schemas.ledger import Money

    try:
        return Money(amount=Decimal(amount), currency=currency)
    except InvalidOperation as fault:
        raise WrongUsage(f"--amount: {amount!r} is no number") from fault
    except ValidationError as fault:
        first = fault.errors(include_input=False)[0]
        raise WrongUsage(f"--{first['loc'][0]}: {first['msg']}") from None


def listing(*, month: str = "", json: bool = False) -> None:
    """List what was settled privately in a month, the oldest first.

    Args:
        month: Such as 2026-11; this month when it is left out.
        json: Print JSON.
    """
    zone = enter().zone
    from rules.reporting.periods import NoSuchPeriod
    from tasks import clock
    from tasks.claims.private import private_settlements_of

    try:
        kept = private_settlements_of(month or f"{clock.now().astimezone(zone):%Y-%m}")
    except NoSuchPeriod as fault:
        raise WrongUsage(f"--month: {fault}") from fault
    if json:
        print_json([one.model_dump(mode="json") for one in kept])
        return
    print_table(
        ("no", "day", "party", "name", "amount", "", "claim", "waybill", "told by"),
        [
            (f"PS-{one.settlement_id}", one.settled_on, one.party.value, one.name, one.amount, one.currency,
             one.claim_no, one.waybill, one.told_by)
            for one in kept
        ],
    )  # fmt: skip
