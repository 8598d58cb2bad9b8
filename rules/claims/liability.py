"""Who answers for what a claim is about, and by which share (R26, R40, R82, R85): proposed here, decided by people.

The claimant is paid whatever the split inside the carrier. What lowers his amount, that the fault is the sender's or
nobody's, only a person decides.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from rules.complaints.finding import SharesWrong, by_packaging, presumed_party
from rules.tables import require_words
from schemas.assessment import ClaimEvent
from schemas.claims import Liability
from schemas.complaints import Ground, LiableParty, PartyKind
from schemas.custody import Presumption
from schemas.exceptions import ExceptionType
from schemas.inquiries import AnswerCode

WHOLE = Decimal(100)
EXCEPTION_OF: dict[ClaimEvent, ExceptionType] = {
    ClaimEvent.LOSS: ExceptionType.LOST,
    ClaimEvent.PARTIAL_LOSS: ExceptionType.SHORT,
    ClaimEvent.DAMAGE: ExceptionType.DAMAGED,
    ClaimEvent.SHORTAGE: ExceptionType.SHORT,
    ClaimEvent.DELAY: ExceptionType.DELAYED,
    ClaimEvent.CONTENT_MISMATCH: ExceptionType.SHORT,
    ClaimEvent.MISDELIVERY: ExceptionType.MISROUTED,
}
"""The exception that a claim is about."""
require_words(EXCEPTION_OF, ClaimEvent)
BY_PACKAGING = frozenset({ClaimEvent.DAMAGE, ClaimEvent.SHORTAGE, ClaimEvent.PARTIAL_LOSS})
"""What poor packaging can cause (R26)."""
HAPPENED_HERE = frozenset({AnswerCode.DAMAGED_HERE, AnswerCode.CONTENTS_SHORT})
_WORDS: dict[str, tuple[str, str]] = {
    "custody": ("按保管记录推定", "presumed by the record of custody"),
    "packaging": ("经办环节称外包装不良", "a node says that the packaging was poor"),
    "node_confirms": ("经办环节确认", "a node that had the parcel confirms it"),
    "nobody_known": ("现有记录不能确定责任方，由公司承担", "the record names nobody: the carrier bears it"),
    "unanswered": ("被询环节未答复", "a node that was asked has not answered"),
}


class Heard(NamedTuple):
    """What the departments answered, and how many did not."""

    codes: Collection[AnswerCode] = ()
    unanswered: int = 0


def propose(event: ClaimEvent, presumed: Presumption, heard: Heard) -> Liability:
    """Propose who answers, with the reasons; where the record names nobody it is the carrier itself."""
    codes = list(_codes(event, presumed, heard))
    parties = by_packaging() if "packaging" in codes else presumed_party(presumed)
    if not parties:
        codes.insert(0, "nobody_known")
        parties = (_unknown(),)
    return Liability(parties=parties, grounds=tuple(_ground(code) for code in codes))


def _codes(event: ClaimEvent, presumed: Presumption, heard: Heard) -> Iterator[str]:
    confirmed = not HAPPENED_HERE.isdisjoint(heard.codes)
    if event in BY_PACKAGING and AnswerCode.PACKAGING_POOR in heard.codes and not confirmed:
        yield "packaging"
    elif presumed_party(presumed):
        yield "custody"
    if confirmed:
        yield "node_confirms"
    if heard.unanswered:
        yield "unanswered"


def _unknown() -> LiableParty:
    zh, en = _WORDS["nobody_known"]
    return LiableParty(kind=PartyKind.UNKNOWN, share=WHOLE, basis=f"{zh} {en}")


def _ground(code: str) -> Ground:
    zh, en = _WORDS[code]
    return Ground(code=code, zh=zh, en=en)


def decided(
    proposed: Liability | None, *, parties: Sequence[LiableParty], note: str, by: str, at: datetime
) -> Liability:
    """Give what a person decided; the grounds of what was proposed stay beside it, and nobody contests it any more.

    Raises:
        SharesWrong: the shares are not 100 % together.
    """
    total = sum((party.share for party in parties), Decimal(0))
    if total != WHOLE:
        raise SharesWrong(f"the shares of the parties are {total} % together, not 100 %")
    return Liability(
        parties=tuple(parties),
        grounds=proposed.grounds if proposed else (),
        note=note,
        decided_by=by,
        decided_at=at,
        said_before=_said_before(proposed),
    )


def confirmed(liability: Liability, *, by: str, at: datetime) -> Liability:
    """Give what a second person confirmed (R82)."""
    return liability.model_copy(update={"confirmed_by": by, "confirmed_at": at})


def contested(liability: Liability, *, by: str, why: str) -> Liability:
    """Give a liability that a party contests; a person decides it anew, whoever did before."""
    return liability.model_copy(
        update={
            "contested_by": by, "contest": why, "decided_by": "", "decided_at": None, "confirmed_by": "",
            "confirmed_at": None, "said_before": _said_before(liability),
        }
    )  # fmt: skip


def _said_before(liability: Liability | None) -> tuple[str, ...]:
    return tuple(sorted(liability.deciders)) if liability else ()
