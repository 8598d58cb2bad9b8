"""How money leaves: what is asked of the payment provider, and the bank's files.

The outbox holds a payout's key and nothing else of it; payee and account are read, and unsealed, when it is sent.

Belongs here: turning items into calls of the payment adapters. Does not belong here: what is booked when the answer is
there (`tasks.claims.paying`).
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from adapters import Refused, Unavailable, Uncertain
from adapters.payments import bank_file, client
from adapters.payments.bank_file import Row
from adapters.payments.settings import PaymentSettings
from adapters.payments.translate import Payment, PaymentOrder, checked
from schemas.payments import PaymentStatus, PayoutState
from store import outbox, payout_batches, payouts
from store.keyed import NoSecretKey, WrongSecretKey
from store.outbox import Item, Settled, Waiting
from store.payouts import Addressed
from store.unit_of_work import DatabaseAway, failures_told, unit_of_work
from tasks import clock
from tasks.settings import as_set_now
from tasks.unforeseen import where_raised

logger = logging.getLogger(__name__)

ASK_AT_A_TIME = 200
ASK_AGAIN = timedelta(seconds=60)
"""How long an uncertain payout waits for its next question, and for the first one where its answer stayed away."""


def pay(item: Item) -> dict[str, Any]:
    """Have the provider pay one payout under its key.

    Raises:
        Unavailable, Refused, Uncertain: as the provider's client does; unavailable too while the account cannot be
            read, and refused when it is not to be paid any more.
        LookupError: there is no such payout.
    """
    try:
        found = _addressed(item.payload["payout"])
    except (NoSecretKey, WrongSecretKey) as sealed:
        raise Unavailable(str(sealed)) from sealed
    if found.payout.state is not PayoutState.REQUESTED:
        raise Refused(f"the payout is {found.payout.state}")
    order = PaymentOrder(
        payee=found.payout.payee,
        account=found.account,
        amount=found.payout.amount,
        currency=found.payout.currency,
        reference=found.payout.reference,
    )
    return _told(client.pay(order, key=item.key, settings=as_set_now(PaymentSettings)))


def reverse(item: Item) -> dict[str, Any]:
    """Ask the provider for the money of one payout back.

    Raises:
        Unavailable, Refused: as the provider's client does.
    """
    return _told(client.reverse(item.payload["payout"], reason=item.payload["reason"]))


def write_batch(item: Item) -> dict[str, Any]:
    """Write a batch's file for the bank, the same one however often.

    Raises:
        Unavailable: the bank's folder cannot be written to.
        Refused: something else lies under its name, or the payouts are no longer what they were.
        LookupError: there is no such batch.
    """
    batch_no = item.payload["batch"]
    with unit_of_work() as connection:
        batch = payout_batches.one(connection, batch_no)
        found = payouts.addressed(connection, payout_batches.keys_of(connection, batch_no))
    if batch is None:
        raise LookupError(f"there is no batch {batch_no}")
    content = batch_content(batch_no, batch.currency, found)
    if sha256(content).hexdigest() != batch.sha256:
        raise Refused("the payouts of the batch are no longer what they were when it was made")
    bank_file.write_once(batch.file_name, content)
    return {"file": batch.file_name}


def batch_content(batch_no: str, currency: str, found: Sequence[Addressed]) -> bytes:
    """Write a batch out as its file has it.

    Raises:
        Refused: a text of it is not safe in a file.
    """
    rows = [
        Row(
            one.payout.key,
            one.payout.payee,
            one.account,
            one.payout.amount,
            one.payout.currency,
            one.payout.reference,
        )
        for one in found
    ]
    return bank_file.render(batch_no, currency, rows)


def ask_about_uncertain() -> dict[str, int]:
    """Ask by their keys about payouts of which nobody knows whether they were paid; count what became of them.

    One that the provider does not know is sent again, under the same key. One of which it does not say, or says what
    cannot be, stays uncertain.
    """
    now = clock.now()
    with unit_of_work() as connection:
        doubtful = outbox.in_doubt(connection, now=now, limit=ASK_AT_A_TIME)
    answers = [_answer(item, now=now) for item in doubtful]
    settled = [(item, said) for item, said in zip(doubtful, answers, strict=True) if isinstance(said, Settled)]
    unknown = [item for item, said in zip(doubtful, answers, strict=True) if said is None]
    still = [said for said in answers if isinstance(said, Waiting)]
    with unit_of_work() as connection:
        outbox.settle_doubts(connection, [item for item, _ in settled], [said for _, said in settled], at=now)
        outbox.send_again(connection, unknown, at=now)
        outbox.doubt_still(connection, still)
    counts = {"asked_and_settled": len(settled), "to_send_again": len(unknown), "still_uncertain": len(still)}
    return {what: count for what, count in counts.items() if count}


def _answer(item: Item, *, now: datetime) -> Settled | Waiting | None:
    """Say what became of one uncertain payout; None is the provider's word that it never had it.

    Raises:
        DatabaseAway: that is no matter of the payout.
    """
    try:
        with failures_told(), unit_of_work() as connection:
            payout = payouts.one(connection, item.payload["payout"])
        payment = checked(client.ask(item.key), amount=payout.amount, currency=payout.currency)
    except (Unavailable, Refused, Uncertain) as failure:
        return Waiting(item.id, str(failure), now + ASK_AGAIN)
    except (LookupError, TypeError) as wrong:  # it lacks something: it was never sent either
        return Settled(item.id, arrived=False, error=f"it cannot be sent as it is: {type(wrong).__name__}")
    except DatabaseAway:
        raise
    except Exception as unforeseen:  # noqa: BLE001  # whatever it is, the others are asked about
        told = where_raised(unforeseen)
        logger.error("The payout %s could not be asked about: %s.", item.key, told)  # noqa: TRY400  # no personal data
        return Waiting(item.id, f"unforeseen: {type(unforeseen).__name__}", now + ASK_AGAIN)
    match payment.status:
        case PaymentStatus.PAID:
            return Settled(item.id, arrived=True, answer=_told(payment))
        case PaymentStatus.REFUSED:
            return Settled(item.id, arrived=False, error=f"the provider refused: {payment.reason}")
        case PaymentStatus.UNKNOWN:
            return None
    return Waiting(item.id, f"the provider says that it is {payment.status}", now + ASK_AGAIN)


def _addressed(key: str) -> Addressed:
    with unit_of_work() as connection:
        found = payouts.addressed(connection, [key])
    if not found:
        raise LookupError(f"there is no payout {key}")
    return found[0]


def _told(payment: Payment) -> dict[str, Any]:
    return {"reference": payment.reference, "status": payment.status.value}
