"""Payouts as tests want them: a claim with money agreed, and what the ledger says of it."""

from decimal import Decimal

from schemas.ledger import Account, Money
from schemas.payments import PayoutWanted
from store import ledger
from store.unit_of_work import unit_of_work
from tasks.claims.booking import book_agreement

CLAIM = "CL-20261128-000001"
ACCOUNT = "6222020200112233445"


def claim_number(number: int) -> str:
    """Name a claim."""
    return f"CL-20261128-{number:06d}"


def money(amount: str = "120.00", currency: str = "CNY") -> Money:
    """Give an amount."""
    return Money(amount=Decimal(amount), currency=currency)


def wanted(claim_no: str = CLAIM, **changes: object) -> PayoutWanted:
    """Give what is to be paid of a claim."""
    values = {"payee": "王小明", "account": ACCOUNT, "amount": Decimal("120.00"), **changes}
    return PayoutWanted(claim_no=claim_no, **values)  # type: ignore[arg-type]


def agreed(claim_no: str = CLAIM, amount: str = "120.00", currency: str = "CNY") -> str:
    """Book an agreement, and give the claim's number."""
    book_agreement.fn(claim_no, money(amount, currency), who="sup-wang")
    return claim_no


def balances(claim_no: str = CLAIM) -> dict[Account, Decimal]:
    """Read what stands on a claim's accounts, in one currency and of one party."""
    with unit_of_work() as connection:
        return {one.account: one.balance for one in ledger.balances_of(connection, [claim_no])}


def is_balanced() -> bool:
    """Say whether the whole ledger balances, and its trial balance with it."""
    with unit_of_work() as connection:
        trial = ledger.trial_balance(connection)
        off = ledger.unbalanced(connection)
    return not off and sum(line.debits for line in trial) == sum(line.credits for line in trial)
