"""When a consignee counts as unreachable, so that the parcel is handled as the sender says.

浙江省快递业促进条例 art. 33: nobody was reached by telephone, two messages were sent eight hours apart or more, and the
second was not answered for 24 hours. Where the law asks for less, a carrier may hold to it all the same: Redress does,
because it does not know by whose law a parcel is delivered.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from rules.packs.book import BOOK
from schemas.channels import MESSAGES, Channel, ContactAttempt, Contacted
from schemas.unreachable import ProcedureStep, Unreachable

UNREACHABLE_PACK = BOOK.pack("cn-zj-express").figures()
"""Of Zhejiang's regulation: how far the two messages lie apart, and how long nobody answers the second."""


def unreachable(attempts: Iterable[ContactAttempt], *, now: datetime) -> Unreachable:
    """Say what is still missing until the consignee counts as unreachable.

    What went out and got no answer counts; what is under way, or could not be delivered, does not. Reaching him ends
    the procedure: of what was tried, only what came after it counts. A further message does not put off the end of the
    silence, which is that after the second one.

    Raises:
        NoSuchRule: it is before the rule's time.
    """
    apart, silence = (UNREACHABLE_PACK.pick(id_, on=now.date()) for id_ in ("messages_apart", "silence"))
    made = sorted((attempt for attempt in attempts if attempt.at <= now), key=lambda attempt: attempt.at)
    answered_at = max((attempt.at for attempt in made if attempt.outcome is Contacted.REACHED), default=None)
    counted = [
        attempt
        for attempt in made
        if attempt.outcome is Contacted.NO_ANSWER and (answered_at is None or attempt.at > answered_at)
    ]
    messages = [attempt.at for attempt in counted if attempt.channel in MESSAGES]
    called = any(attempt.channel is Channel.VOICE_CALL for attempt in counted)
    second_from = messages[0] + apart.hours if messages else None
    second_at = next((at for at in messages if second_from is not None and at >= second_from), None)
    silent_until = second_at + silence.hours if second_at is not None else None
    missing = tuple(_missing(called=called, messages=messages, second_at=second_at, silent_until=silent_until, now=now))
    return Unreachable(
        undeliverable=not missing,
        answered_at=answered_at,
        missing=missing,
        next_message_from=second_from if second_at is None else None,
        undeliverable_from=silent_until if called else None,
        basis=(apart.reference, silence.reference),
    )


def _missing(
    *,
    called: bool,
    messages: Sequence[datetime],
    second_at: datetime | None,
    silent_until: datetime | None,
    now: datetime,
) -> Iterator[ProcedureStep]:
    if not called:
        yield ProcedureStep.CALL
    if not messages:
        yield ProcedureStep.FIRST_MESSAGE
    if second_at is None:
        yield ProcedureStep.SECOND_MESSAGE
    if silent_until is None or now < silent_until:
        yield ProcedureStep.SILENCE
