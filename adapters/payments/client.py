"""Asking the payment provider over HTTP to pay, how a payment stands, and for money back.

What might have been carried out is never taken for refused or not done: only the provider's own words, with the
payment's key in them, count for that.
"""

import atexit
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from adapters import Refused, Unavailable, Uncertain
from adapters.payments.settings import PaymentSettings
from adapters.payments.translate import (
    Payment,
    PaymentOrder,
    ReversalOrder,
    StatementPage,
    checked,
    same_key,
)  # fmt: skip
from rules.privacy import mask_account, mask_accounts
from schemas.ledger import Period
from schemas.payments import PaymentStatus, StatementLine

NOTHING_DONE = frozenset({401, 403, 429})
"""What is answered before anything is begun. A 503 is not: it may come from a proxy that lost the answer."""
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
"""What is raised before a byte of a request has left."""
PAGES_MAX = 1_000


@cache
def _connections() -> httpx.Client:
    client = httpx.Client(follow_redirects=False)
    atexit.register(client.close)
    return client


def pay(order: PaymentOrder, *, key: str, settings: PaymentSettings | None = None) -> Payment:
    """Ask the provider to pay, and give its word that it did; the same key never pays twice.

    Raises:
        Unavailable: nothing was paid, and it may be tried again.
        Refused: nothing was paid, and it will not be.
        Uncertain: it may have been paid or not, or is not decided: `ask`.
    """
    body = order.model_dump(mode="json")
    try:
        answer = _call("POST", "/payments", settings, json=body, headers={"Idempotency-Key": key})
    except NEVER_LEFT as failure:
        raise Unavailable(_away(failure)) from failure
    except httpx.TransportError as failure:
        raise Uncertain(f"the provider did not answer: {type(failure).__name__}") from failure
    if answer.status_code in NOTHING_DONE:
        raise Unavailable(f"the provider answered {answer.status_code}")
    payment = _payment_in(answer, key)
    if payment is None:
        raise Uncertain(f"the provider's answer ({answer.status_code}) does not say what it did")
    if payment.status is PaymentStatus.REFUSED:
        raise Refused(_reason(payment, order))
    if payment.status is not PaymentStatus.PAID:
        raise Uncertain(f"the provider says that it is {payment.status}")
    return checked(payment, amount=order.amount, currency=order.currency)


def ask(key: str, *, settings: PaymentSettings | None = None) -> Payment:
    """Ask how a payment stands; `unknown` is the provider's word that there is none.

    Raises:
        Unavailable: it did not say, or none is configured.
    """
    answer = _asked("GET", f"/payments/{quote(key, safe='')}", settings)
    payment = _payment_in(answer, key)
    is_unknown = payment is not None and payment.status is PaymentStatus.UNKNOWN
    if payment is None or is_unknown is not (answer.status_code == httpx.codes.NOT_FOUND):
        raise Unavailable(f"the provider's answer ({answer.status_code}) does not say how the payment stands")
    return payment.model_copy(update={"reason": mask_accounts(payment.reason)[:200]})


def reverse(key: str, *, reason: str, settings: PaymentSettings | None = None) -> Payment:
    """Ask the money of a payment back, and give the provider's word that it is; asking twice brings it back once.

    Raises:
        Unavailable: it did not say; asking again is safe.
        Refused: it cannot be brought back.
    """
    body = ReversalOrder(reason=reason).model_dump()
    answer = _asked("POST", f"/payments/{quote(key, safe='')}/reversal", settings, json=body)
    payment = _payment_in(answer, key)
    if payment is None or payment.status is PaymentStatus.PENDING:
        raise Unavailable(f"the provider's answer ({answer.status_code}) does not say what became of the reversal")
    if payment.status is not PaymentStatus.REVERSED:
        raise Refused(mask_accounts(payment.reason)[:200] or f"the provider says that it is {payment.status}")
    return payment


def statement(period: Period, *, settings: PaymentSettings | None = None) -> Iterator[StatementLine]:
    """Read the provider's statement of a period, page by page.

    Raises:
        Unavailable: it cannot be reached, none is configured, or its statement does not end.
    """
    after = ""
    for _ in range(PAGES_MAX):
        asked = {"since": period.since.isoformat(), "until": period.until.isoformat(), "after": after}
        answer = _asked("GET", "/payments", settings, params=asked)
        try:
            page = StatementPage.model_validate_json(answer.content)
        except ValidationError as error:
            raise Unavailable("the provider's statement cannot be read") from error
        yield from (entry.line for entry in page.payments)
        if not page.next:
            return
        after = page.next
    raise Unavailable(f"the provider's statement has more than {PAGES_MAX} pages")


def _asked(method: str, path: str, settings: PaymentSettings | None, **more: Any) -> httpx.Response:
    """Call what may be called twice."""
    try:
        answer = _call(method, path, settings, **more)
    except httpx.TransportError as failure:
        raise Unavailable(_away(failure)) from failure
    if answer.status_code in NOTHING_DONE or answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise Unavailable(f"the provider answered {answer.status_code}")
    return answer


def _call(
    method: str, path: str, settings: PaymentSettings | None, *, headers: dict[str, str] | None = None, **more: Any
) -> httpx.Response:
    settings = settings or PaymentSettings()
    if not settings.payment_url:
        raise Unavailable("no payment provider is configured: set REDRESS_PAYMENT_URL")
    return _connections().request(
        method,
        f"{settings.payment_url.rstrip('/')}{path}",
        headers={**(headers or {}), "X-API-Key": settings.payment_api_key.get_secret_value()},
        timeout=settings.payment_timeout_seconds,
        **more,
    )


def _payment_in(answer: httpx.Response, key: str) -> Payment | None:
    """Read what an answer says of the payment that was asked about; what does not name it says nothing."""
    try:
        payment = Payment.model_validate_json(answer.content)
    except ValidationError:
        return None
    return payment if same_key(payment.key, key) else None


def _reason(payment: Payment, order: PaymentOrder) -> str:
    """Give the provider's reason, in which it may have repeated the account."""
    told = payment.reason.replace(order.account, mask_account(order.account[-4:]))
    return f"the provider refused: {mask_accounts(told)[:200]}"


def _away(failure: httpx.TransportError) -> str:
    return f"the payment provider cannot be reached: {type(failure).__name__}"
