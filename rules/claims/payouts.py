"""How payouts are named, what may become of them, and in what two sets of books differ."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from schemas.payments import (
    Discrepancy,
    DiscrepancyKind,
    LineRefused,
    PaymentStatus,
    Payout,
    PayoutState,
    ResultRow,
    StatementLine,
)  # fmt: skip

MAY_BECOME: Mapping[PayoutState, frozenset[PayoutState]] = {
    PayoutState.REQUESTED: frozenset(
        {PayoutState.BATCHED, PayoutState.PAID, PayoutState.REFUSED, PayoutState.WITHDRAWN}
    ),
    PayoutState.BATCHED: frozenset({PayoutState.PAID, PayoutState.REFUSED}),
    PayoutState.PAID: frozenset({PayoutState.REVERSING, PayoutState.REVERSED}),
    PayoutState.REVERSING: frozenset({PayoutState.PAID, PayoutState.REVERSED}),
    PayoutState.REFUSED: frozenset(),
    PayoutState.WITHDRAWN: frozenset(),
    PayoutState.REVERSED: frozenset(),
}

_SAYS = {PaymentStatus.PAID: PayoutState.PAID, PaymentStatus.REVERSED: PayoutState.REVERSED}
_LEFT = frozenset({PayoutState.PAID, PayoutState.REVERSING, PayoutState.REVERSED})


def payout_key(claim_no: str, number: int) -> str:
    """Name a payout; the name is its idempotency key on the other side."""
    return f"{claim_no}-P{number}"


def reference_of(claim_no: str) -> str:
    """Say on the payee's statement what the money is for."""
    return f"理赔款 claim {claim_no}"


def contradictions(rows: Sequence[ResultRow]) -> list[LineRefused]:
    """Find the lines of a result file that say different things of one payout: none of them is believed."""
    said: dict[str, set[tuple[PaymentStatus, Decimal, str]]] = {}
    for row in rows:
        said.setdefault(row.key, set()).add((row.status, row.amount, row.currency))
    return [
        LineRefused(line=row.line, key=row.key, reason="other lines say something else of it")
        for row in rows
        if len(said[row.key]) > 1
    ]


def why_not(row: ResultRow, payout: Payout | None, *, batch_no: str) -> str | None:
    """Say why a line of a bank's result file cannot be used, or None when it can."""
    if payout is None:
        return "no payout has this key"
    if payout.batch_no != batch_no:
        return f"the payout is not of the batch {batch_no}"
    if (row.amount, row.currency) != (payout.amount, payout.currency):
        return f"the payout is over {payout.amount} {payout.currency}, not {row.amount} {row.currency}"
    if not is_known(row.status, payout) and target_of(row.status, payout.state) not in MAY_BECOME[payout.state]:
        return f"the payout is {payout.state} already"
    return None


def target_of(status: PaymentStatus, state: PayoutState) -> PayoutState:
    """Say what a payout becomes by what the bank says of it; what came back before it was paid was refused."""
    if status is PaymentStatus.REVERSED and state in {PayoutState.BATCHED, PayoutState.REFUSED}:
        return PayoutState.REFUSED
    return _SAYS.get(status, PayoutState.REFUSED)


def is_known(status: PaymentStatus, payout: Payout) -> bool:
    """Say whether what the bank says of a payout was booked before."""
    said_paid = status is PaymentStatus.PAID and payout.paid_at is not None
    return said_paid or payout.state is target_of(status, payout.state)


def is_news(status: PaymentStatus, payout: Payout) -> bool:
    """Say whether what the bank says of a payout is to be booked."""
    return not is_known(status, payout)


def differences(
    source: str, ours: Mapping[str, Payout], theirs: Iterable[StatementLine], *, expected: Iterable[str]
) -> list[Discrepancy]:
    """Compare a statement with our payouts; `expected` are the keys that must be in it.

    Only money that moved is compared: what the other side refused or still weighs has moved none.
    """
    moved = sorted((line for line in theirs if line.status in _SAYS), key=lambda line: line.status)
    found = [
        Discrepancy(kind=DiscrepancyKind.TOLD_TWICE, source=source, key=key, theirs=f"{times} times {status}")
        for (key, status), times in sorted(Counter((line.key, line.status) for line in moved).items())
        if times > 1
    ]
    told = {line.key: line for line in moved}  # of one that was paid and came back, that it came back
    for key, line in sorted(told.items()):
        found += _difference(source, ours.get(key), line)
    for key in sorted(set(expected) - set(told)):
        payout = ours[key]
        kind = DiscrepancyKind.NOT_IN_STATEMENT
        found.append(Discrepancy(kind=kind, source=source, key=key, ours=f"{payout.amount} {payout.currency}"))
    return found


def _difference(source: str, payout: Payout | None, line: StatementLine) -> list[Discrepancy]:
    said = f"{line.amount} {line.currency}"
    if payout is None or payout.state not in _LEFT:
        state = payout.state.value if payout else ""
        return [Discrepancy(kind=DiscrepancyKind.NOT_IN_LEDGER, source=source, key=line.key, ours=state, theirs=said)]
    if (payout.amount, payout.currency) != (line.amount, line.currency):
        known = f"{payout.amount} {payout.currency}"
        return [Discrepancy(kind=DiscrepancyKind.AMOUNT_DIFFERS, source=source, key=line.key, ours=known, theirs=said)]
    if payout.state is not PayoutState.REVERSING and payout.state is not _SAYS[line.status]:
        kind = DiscrepancyKind.STATUS_DIFFERS
        return [Discrepancy(kind=kind, source=source, key=line.key, ours=payout.state, theirs=line.status)]
    return []
