"""How the commands about recovery and insurers read amounts, and tell what is refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation

from deployments.command.outcome import Failure, WrongUsage


@contextmanager
def refusals_told() -> Iterator[None]:
    """Turn what is refused about charges and insurers into the command's failure."""
    from store.charges import NoSuchCharge
    from store.claims import NoSuchClaim
    from store.insurance import NoSuchInsurance
    from store.ledger import BookedOtherwise
    from tasks.claims.collecting import NoMonth
    from tasks.stepping import NotAllowed
    from tasks.supervision.proving import NotProven

    try:
        yield
    except NoMonth as wrong:
        raise WrongUsage(str(wrong)) from wrong
    except (NoSuchCharge, NoSuchClaim, NoSuchInsurance, BookedOtherwise, NotAllowed, NotProven) as refusal:
        raise Failure(str(refusal.args[0])) from refusal


def amount_in(told: str, option: str) -> Decimal:
    """Read an amount.

    Raises:
        WrongUsage: it is none.
    """
    try:
        amount = Decimal(told)
    except InvalidOperation as fault:
        raise WrongUsage(f"{option} {told} is no amount") from fault
    if not amount.is_finite() or amount != amount.quantize(Decimal("0.01")):
        raise WrongUsage(f"{option} {told} should have two decimal places at most")
    return amount
