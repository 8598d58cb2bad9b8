"""The commands about money that leaves: payments list, batch, result, reconcile, withdraw, reverse.

Belongs here: what they take and print; payees and accounts are masked. Does not belong here: how a payout is made and
booked (`tasks.claims`).
"""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cyclopts import App

from deployments.command.installation import enter
from deployments.command.outcome import Failure, WrongUsage
from deployments.command.output import local, print_json, print_table

if TYPE_CHECKING:
    from schemas.payments import Payout

State = Literal["requested", "batched", "paid", "refused", "withdrawn", "reversing", "reversed"]
Why = Literal["wrong_payee", "wrong_amount", "paid_twice", "fraud", "returned_by_bank", "other"]


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    group = App(name="payments", help="Money that leaves: list, batch, result, reconcile, withdraw, reverse.")
    group.command(listing, name="list")
    group.command(batch)
    group.command(result)
    group.command(reconcile)
    group.command(withdraw)
    group.command(reverse)
    app.command(group)


def listing(
    *,
    claim: str | None = None,
    state: list[State] | None = None,
    uncertain: bool = False,
    limit: int = 100,
    json: bool = False,
) -> None:
    """List payouts, newest first, with payee and account masked.

    - `redress payments list --uncertain`: those of which nobody knows yet whether they were paid

    Args:
        claim: Only those of this claim.
        state: Only those in this state; may be given more than once.
        uncertain: Only those that are asked about.
        limit: At most so many.
        json: Print JSON.
    """
    zone = enter().zone
    from schemas.payments import PayoutState
    from store import payouts
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        lines = payouts.listing(
            connection,
            claim_no=claim,
            states=[PayoutState(one) for one in state] if state else None,
            uncertain=uncertain,
            limit=limit,
        )
    if json:
        print_json([line.model_dump(mode="json") for line in lines])
        return
    print_table(
        ("payout", "payee", "account", "amount", "state", "order", "batch", "reference", "since", "reason"),
        [
            (
                line.key,
                line.payee,
                line.account,
                f"{line.amount} {line.currency}",
                line.state.value,
                line.order,
                line.batch_no,
                line.provider_reference,
                local(line.state_since, zone),
                line.reason,
            )
            for line in lines
        ],
    )


def batch(*, json: bool = False) -> None:
    """Gather what waits for the bank into batches, write their files, and list the newest batches.

    Args:
        json: Print JSON.
    """
    zone = enter().zone
    from adapters import Refused
    from store import payout_batches
    from store.outbox import Kind
    from store.unit_of_work import unit_of_work
    from tasks.claims.batching import gather_batches
    from tasks.dispatch.sending import send_due

    try:
        made = {one.batch_no for one in gather_batches.fn(who=getpass.getuser())}
    except Refused as refused:
        raise Failure(str(refused)) from refused
    send_due(kinds=[Kind.PAYOUT_BATCH])
    with unit_of_work() as connection:
        batches = payout_batches.listing(connection)
    if json:
        print_json([{**one.model_dump(mode="json"), "new": one.batch_no in made} for one in batches])
    else:
        print_table(
            ("batch", "payouts", "total", "made", "file", "sha256"),
            [
                (
                    one.batch_no,
                    one.payouts,
                    f"{one.total} {one.currency}",
                    local(one.made_at, zone),
                    one.file_name if one.written else "not written",
                    one.sha256[:16],
                )
                for one in batches
            ],
        )
    if unwritten := [one.batch_no for one in batches if not one.written]:
        raise Failure(f"not written: {', '.join(unwritten)}; `redress payments batch` tries again")


def result(file: Path, *, json: bool = False) -> None:
    """Settle payouts by a result file of the bank; exit 1 when a line of it was not used.

    - `redress payments result results.csv`

    Args:
        file: The file, as docs/payments.md describes it.
        json: Print JSON.
    """
    enter()
    from adapters.payments.bank_file import UnreadableFile
    from tasks.claims.batching import take_in_results

    try:
        report = take_in_results.fn(file)
    except UnreadableFile as unreadable:
        raise WrongUsage(str(unreadable)) from unreadable
    if json:
        print_json(report.model_dump(mode="json"))
    else:
        print(
            f"{report.paid} paid, {report.refused} refused, {report.returned} returned, "
            f"{report.known_already} known already."
        )
        if report.lines_refused:
            print_table(
                ("line", "payout", "not used because"),
                [(one.line, one.key, one.reason) for one in report.lines_refused],
            )
    if report.lines_refused:
        raise Failure(f"{len(report.lines_refused)} lines of {file} were not used")


def reconcile(*, day: str | None = None, json: bool = False) -> None:
    """Compare a day's payouts with the provider's and the bank's statements; exit 1 when they differ.

    Args:
        day: The day, such as 2026-11-27; yesterday where none is given.
        json: Print JSON.
    """
    enter()
    from datetime import date

    from tasks.claims.reconciling import reconcile as compare

    try:
        named = date.fromisoformat(day) if day else None
    except ValueError as fault:
        raise WrongUsage(f"--day {day} is no day such as 2026-11-27") from fault
    compared = compare.fn(named)
    if json:
        print_json(compared.model_dump(mode="json"))
    else:
        for source, lines in compared.compared.items():
            print(f"{source}: {lines} lines of its statement were compared.")
        for source, why in compared.not_compared.items():
            print(f"{source}: not compared: {why}")
        if compared.discrepancies:
            print_table(
                ("what", "source", "payout or claim", "ours", "theirs"),
                [(one.kind.value, one.source, one.key, one.ours, one.theirs) for one in compared.discrepancies],
            )
    if compared.discrepancies or compared.not_compared:
        raise Failure(f"{len(compared.discrepancies)} differences, {len(compared.not_compared)} not compared")


def withdraw(payout: str, *, staff: str, why: str, json: bool = False) -> None:
    """Withdraw a payout whose order has not left: its money is payable again, and another account is asked for.

    One whose order has left is waited for; what is paid is taken back with `redress payments reverse`.

    - `redress payments withdraw CL-20261128-000001-P1 --staff ag-sun --why "the account is a stranger's"`

    Args:
        payout: Its key in the list.
        staff: Your staff id.
        why: Why it should not leave.
        json: Print JSON.
    """
    enter()
    from schemas.payments import PayoutState
    from tasks.claims.paying import PayoutRefused, undo_request_payout
    from tasks.exceptions.by_hand import role_of
    from tasks.stepping import NotAllowed

    if not why.strip():
        raise Failure("--why: say why the payout should not leave")
    try:
        role_of(staff)
        taken = undo_request_payout.fn(payout, who=staff, reason=why.strip())
    except (NotAllowed, PayoutRefused) as refused:
        raise Failure(str(refused)) from refused
    if taken is None:
        raise Failure(f"there is no payout {payout}")
    if taken.state is not PayoutState.WITHDRAWN:
        raise Failure(f"{taken.key} is {taken.state.value}: there is nothing to withdraw")
    _told(taken, json=json)


def reverse(payout: str, *, why: Why, note: str = "", json: bool = False) -> None:
    """Take a payout back: the provider is asked for it, or, of one by file, it is booked that the money came back.

    - `redress payments reverse CL-20261128-000001-P1 --why wrong_payee --note "two people of one name"`

    Args:
        payout: Its key in the list.
        why: Why it is taken back. After `wrong_payee` and `returned_by_bank` the money is owed all the same, and
            another account is asked for. After any other reason a payout was taken back that should not have been made:
            the claim goes to a person (NEEDS_OPERATOR), and needs a new decision.
        note: The same in words; owed where the reason is `other`.
        json: Print JSON.
    """
    enter()
    from schemas.payments import ReversalReason
    from store.payouts import NoSuchPayout
    from tasks.claims.paying import PayoutRefused, reverse_payout

    try:
        taken = reverse_payout.fn(payout, why=ReversalReason(why), note=note, who=getpass.getuser())
    except (NoSuchPayout, PayoutRefused) as refused:
        raise Failure(str(refused.args[0])) from refused
    _told(taken, json=json)


def _told(taken: "Payout", *, json: bool) -> None:
    if json:
        print_json({"key": taken.key, "state": taken.state.value, "reason": taken.reason})
        return
    print(f"{taken.key} is {taken.state.value}.")
