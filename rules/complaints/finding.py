"""What verification makes of a complaint: a proposal with its reasons (R39, R40, R55). Only a person decides it.

Redress proposes from what the systems hold and what the nodes answered. It never says of itself that a complaint is
malicious unless people said so of this caller before and the log contradicts him; then it says so as a proposal.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from schemas.complaints import Complaint, ComplaintType, Finding, Ground, LiableParty, PartyKind, Validity
from schemas.custody import Confidence, HolderKind, Presumption, ResponsibleParty
from schemas.exceptions import ExceptionType
from schemas.inquiries import AnswerCode

EXCEPTION_OF: dict[ComplaintType, ExceptionType] = {
    ComplaintType.DELAY: ExceptionType.DELAYED,
    ComplaintType.LOSS: ExceptionType.LOST,
    ComplaintType.SHORT: ExceptionType.SHORT,
    ComplaintType.DAMAGE: ExceptionType.DAMAGED,
    ComplaintType.MISDELIVERY: ExceptionType.MISROUTED,
    ComplaintType.FALSE_SIGN: ExceptionType.FALSE_SIGN,
}
"""The exception that a complaint about a parcel is about."""
MALICIOUS_FROM = 2
"""Complaints of one caller that people found malicious, from which on another may be proposed as such."""
WHOLE = Decimal(100)

_CONFIRMING: dict[ComplaintType, frozenset[AnswerCode]] = {
    ComplaintType.DAMAGE: frozenset({AnswerCode.DAMAGED_HERE, AnswerCode.CAME_DAMAGED}),
    ComplaintType.SHORT: frozenset({AnswerCode.CONTENTS_SHORT}),
}
"""Answers by which a node that had the parcel confirms what is complained of."""
_BY_PACKAGING = frozenset(_CONFIRMING)
"""Troubles that poor packaging can cause."""
_CONTRADICTING = frozenset({"in_time", "signed_for"})
"""Grounds by which the log contradicts what is complained of."""
_PARTY: dict[ResponsibleParty, PartyKind] = {
    ResponsibleParty.CARRIER: PartyKind.OUTLET,
    ResponsibleParty.PARTNER: PartyKind.PARTNER,
    ResponsibleParty.SENDER: PartyKind.SENDER,
    ResponsibleParty.CONSIGNEE: PartyKind.CONSIGNEE,
    ResponsibleParty.CUSTOMS: PartyKind.FORCE_MAJEURE,
    ResponsibleParty.EXTERNAL: PartyKind.FORCE_MAJEURE,
    ResponsibleParty.UNKNOWN: PartyKind.UNKNOWN,
}
_CUSTOMERS = frozenset({PartyKind.SENDER, PartyKind.CONSIGNEE})
_WORDS: dict[str, tuple[str, str]] = {
    "late": ("系统显示已超过承诺时间", "the system shows that the promised time has passed"),
    "in_time": ("系统显示在承诺时间内送达", "the system shows a delivery within the promised time"),
    "no_promise": ("没有承诺时间的记录", "no promised time is on record"),
    "case_open": ("系统已有同类异常件", "the system has an exception of this kind for the parcel"),
    "node_confirms": ("经办环节确认", "a node that had the parcel confirms it"),
    "packaging": ("经办环节称外包装不良", "a node says that the packaging was poor"),
    "signed_for": ("系统显示正常签收，无相反记录", "the system shows that it was signed for, and nothing against it"),
    "nothing_shown": ("现有记录不能证实", "nothing on record shows it"),
    "nobody_answered": ("被询环节未答复", "a node that was asked has not answered"),
    "malicious_before": (
        "该客户此前有多起投诉被认定为恶意，且记录与所述不符",
        "people found several complaints of this caller malicious, and the record contradicts this one",
    ),
    "presumed": ("按保管记录推定", "presumed by the record of custody"),
    "customers_side": ("记录显示由收寄方原因所致", "the record puts it with the sender or the consignee"),
    "person_decides": ("涉及人员服务，须由人核实", "it is about somebody's conduct: a person must find out"),
}  # fmt: skip


class Seen(NamedTuple):
    """What verification brought: the system's own view, and what the nodes said."""

    presumption: Presumption | None = None  # None where no parcel is on file
    related_type: ExceptionType | None = None  # of the parcel's exception, where it has one
    answers: tuple[AnswerCode, ...] = ()
    unanswered: int = 0
    malicious_before: int = 0  # this caller's complaints that people found malicious


def propose(complaint: Complaint, seen: Seen, *, now: datetime) -> Finding:
    """Propose what a complaint turned out to be, who answers for it, and why."""
    codes, shown = _shown(complaint, seen, now)
    if seen.unanswered:
        codes = (*codes, "nobody_answered")
    if _CONTRADICTING & set(codes) and seen.malicious_before >= MALICIOUS_FROM:
        return _finding(Validity.MALICIOUS, (*codes, "malicious_before"))
    parties = _parties(complaint, seen)
    if shown and parties and all(party.kind in _CUSTOMERS for party in parties):
        return _finding(Validity.CUSTOMER_CAUSED, (*codes, "customers_side"), parties)
    if not shown:
        return _finding(Validity.UNPROVEN, codes)
    return _finding(Validity.VALID, codes, parties)


def _shown(complaint: Complaint, seen: Seen, now: datetime) -> tuple[tuple[str, ...], bool]:
    """Say what speaks for the complaint and what against it, and whether what it says is shown."""
    if complaint.type not in EXCEPTION_OF:
        return ("person_decides",), False
    if complaint.type is ComplaintType.DELAY:
        return _late(complaint, now)
    speaks = tuple(_speaking(complaint, seen))
    if speaks:
        return speaks, True
    return ("signed_for" if complaint.delivered_at else "nothing_shown",), False


def _late(complaint: Complaint, now: datetime) -> tuple[tuple[str, ...], bool]:
    if complaint.promised_at is None:
        return ("no_promise",), False
    late = (complaint.delivered_at or now) > complaint.promised_at
    return ("late" if late else "in_time",), late


def _speaking(complaint: Complaint, seen: Seen) -> Iterator[str]:
    if seen.related_type is EXCEPTION_OF[complaint.type]:
        yield "case_open"
    if _confirmed(complaint, seen):
        yield "node_confirms"
    if _packaging_was_poor(complaint, seen):
        yield "packaging"


def _confirmed(complaint: Complaint, seen: Seen) -> bool:
    return not _CONFIRMING.get(complaint.type, frozenset()).isdisjoint(seen.answers)


def _packaging_was_poor(complaint: Complaint, seen: Seen) -> bool:
    return complaint.type in _BY_PACKAGING and AnswerCode.PACKAGING_POOR in seen.answers


def _parties(complaint: Complaint, seen: Seen) -> tuple[LiableParty, ...]:
    """Name who answers: the sender where a node found the packaging poor, else who is presumed to."""
    if _packaging_was_poor(complaint, seen) and not _confirmed(complaint, seen):
        return by_packaging()
    return presumed_party(seen.presumption)


def by_packaging() -> tuple[LiableParty, ...]:
    """Name the sender, whose packaging was poor (R26)."""
    return (_party(PartyKind.SENDER, "", "packaging"),)


def presumed_party(presumed: Presumption | None) -> tuple[LiableParty, ...]:
    """Name whoever is presumed to answer by the record of custody; nobody where it presumes nobody."""
    if presumed is None or presumed.party is ResponsibleParty.UNKNOWN or presumed.confidence is Confidence.NONE:
        return ()
    kind = _PARTY[presumed.party]
    holder = presumed.holder
    if holder is not None and kind is PartyKind.OUTLET and holder.kind is HolderKind.COURIER:
        kind = PartyKind.COURIER
    return (_party(kind, holder.place if holder else "", "presumed"),)


def _party(kind: PartyKind, name: str, why: str) -> LiableParty:
    zh, en = _WORDS[why]
    return LiableParty(kind=kind, name=name, share=WHOLE, basis=f"{zh} {en}")


def _finding(validity: Validity, codes: Sequence[str], parties: Sequence[LiableParty] = ()) -> Finding:
    grounds = tuple(Ground(code=code, zh=_WORDS[code][0], en=_WORDS[code][1]) for code in codes)
    return Finding(validity=validity, parties=tuple(parties), grounds=grounds)


def looked_at_again(finding: Finding | None) -> Finding | None:
    """Give a finding as it stands when the matter is verified again: no longer decided (R45)."""
    return finding.model_copy(update={"decided_by": "", "decided_at": None}) if finding else None


def after_verification(before: Finding | None, proposed: Finding) -> Finding:
    """Say which finding stands after a verification: what a person decided meanwhile, else what is proposed now.

    What was found before stays proposed where nothing new was shown.
    """
    if before is None:
        return proposed
    return before if before.is_decided or proposed.validity is Validity.UNPROVEN else proposed


class SharesWrong(ValueError):
    """The shares of the parties do not add up to a whole."""


def decided(
    proposed: Finding | None, *, validity: Validity, parties: Sequence[LiableParty], note: str, by: str, at: datetime
) -> Finding:
    """Give what a person decided; the grounds of what was proposed stay beside it.

    Raises:
        SharesWrong: parties are named and their shares are not 100 % together.
    """
    if parties and (total := sum((party.share for party in parties), Decimal(0))) != WHOLE:
        raise SharesWrong(f"the shares of the parties are {total} % together, not 100 %")
    return Finding(
        validity=validity,
        parties=tuple(parties),
        grounds=proposed.grounds if proposed else (),
        note=note,
        decided_by=by,
        decided_at=at,
    )
