"""Who is presumed to answer for an exception (R26, R40, R85): by the chain of custody, rebuttable, never final.

Whoever a scan shows last with the parcel answers until a handover is shown. A log that is thin or contradicts itself
presumes nothing. Belongs here: which ground applies to which type, and what would rebut it. Does not belong here: how
much a ground speaks (`pack`), or any decision about liability, which is a person's.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from rules.exceptions.custody_wording import ground_sentence, holder_name, rebuttal_sentence
from rules.exceptions.pack import EXCEPTION_PACK
from schemas.custody import (
    Confidence,
    Custody,
    Gap,
    GapKind,
    Ground,
    HolderKind,
    Holding,
    Presumption,
    Report,
    ResponsibleParty,
)
from schemas.exceptions import ExceptionType

TOLD_PARTIES = frozenset({"sender", "consignee", "customs", "external"})
"""Parties that a reason names and that no chain of custody can: the carrier's own word is all there is."""
DAMAGE = frozenset({"carrier.damaged", "carrier.short"})
ASTRAY = frozenset({"carrier.missort", "carrier.misroute"})
REBUTTED_BY: dict[str, tuple[str, ...]] = {
    "sent_not_received": ("handover", "vehicle"),
    "received_not_sent": ("handover", "camera"),
    "out_not_signed": ("signature", "handover"),
    "last_holder": ("handover", "camera"),
    "found_on_receipt": ("condition_at_handover", "packaging"),
    "taken_over_unnoted": ("condition_at_handover", "packaging"),
    "sent_astray": ("handover", "vehicle"),
    "longest_dwell": ("handover", "notice"),
    "signing_disputed": ("signature",),
    "signed_without_out": ("signature", "handover"),
    "moved_after_signed": ("signature",),
    "reported_cause": ("packaging", "instruction", "notice"),
}
PARTY_OF: dict[HolderKind, ResponsibleParty] = {
    HolderKind.STATION: ResponsibleParty.CARRIER,
    HolderKind.COURIER: ResponsibleParty.CARRIER,
    HolderKind.PICKUP_POINT: ResponsibleParty.PARTNER,
    HolderKind.CUSTOMS: ResponsibleParty.CUSTOMS,
    HolderKind.PARTNER: ResponsibleParty.PARTNER,
    HolderKind.CONSIGNEE: ResponsibleParty.CONSIGNEE,
    HolderKind.SENDER: ResponsibleParty.SENDER,
}
GROUND_OF_GAP = {
    GapKind.SENT_NOT_RECEIVED: "sent_not_received",
    GapKind.RECEIVED_NOT_SENT: "received_not_sent",
    GapKind.OUT_NOT_SIGNED: "out_not_signed",
}
SPEAK_AGAINST_IT = frozenset({GapKind.SIGNED_WITHOUT_OUT, GapKind.MOVED_AFTER_SIGNED})
ARRIVED_WITH = frozenset({HolderKind.CONSIGNEE, HolderKind.SENDER})


def presumption(custody: Custody, *, type_: ExceptionType, reason: str = "") -> Presumption:
    """Say who is presumed to answer for an exception of this type, and why.

    `reason` is the cause that the case has on record.
    """
    if all(holding.kind in ARRIVED_WITH for holding in custody.holdings):
        return _unknown(custody, "thin_log")
    disputed = type_ is ExceptionType.FALSE_SIGN
    contradiction = next(
        (gap for gap in custody.contradictions if not (disputed and gap.kind is GapKind.MOVED_AFTER_SIGNED)), None
    )
    if contradiction is not None:
        return _unknown(custody, "contradictory_log", gap=contradiction)
    if (party := reason.partition(".")[0]) in TOLD_PARTIES:
        return _by_reported_cause(custody, ResponsibleParty(party))
    return _BY_TYPE.get(type_, _by_open_gap)(custody)


def _by_reported_cause(custody: Custody, party: ResponsibleParty) -> Presumption:
    ground = Ground(
        sentence=ground_sentence("reported_cause", party=party),
        event_ids=tuple(report.event_id for report in custody.reports if report.reason.startswith(party.value)),
        rule=_rule("reported_cause", custody),
    )
    return _presume(custody, None, [("reported_cause", ground)], party=party)


def _by_last_holder(custody: Custody) -> Presumption:
    """For a parcel that cannot be found or has not been heard of."""
    holder = custody.holdings[-1]
    if holder.kind in ARRIVED_WITH:
        return _unknown(custody, "signed_for")
    gap = custody.open_gap
    if gap is not None:
        return _presume(custody, holder, [_ground(custody, GROUND_OF_GAP[gap.kind], holder=holder, gap=gap)])
    return _presume(custody, holder, [_ground(custody, "last_holder", holder=holder)])


def _by_condition(custody: Custody) -> Presumption:
    """For damage and missing contents: found upon receipt, they happened before; found later, with the finder."""
    report = next((report for report in custody.reports if report.reason in DAMAGE), None)
    if report is None:
        return _by_last_holder(custody)
    finder = custody.holdings[report.holding]
    before = custody.holdings[report.holding - 1] if report.holding else None
    if before is not None and _is_upon_receipt(finder, report):
        grounds = [_ground(custody, "found_on_receipt", holder=before, report=report)]
        return _presume(custody, before, grounds)
    return _presume(custody, finder, [_ground(custody, "taken_over_unnoted", holder=finder, report=report)])


def _is_upon_receipt(finder: Holding, report: Report) -> bool:
    allowed = EXCEPTION_PACK.pick("found_on_receipt", on=report.at.date()).hours
    return finder.kind is HolderKind.STATION and report.at - finder.first_at <= allowed


def _by_way(custody: Custody) -> Presumption:
    """For a parcel that went astray: whoever sent it there."""
    report = next((report for report in custody.reports if report.reason in ASTRAY), None)
    if report is None or not report.holding:
        return _by_last_holder(custody)
    sender = custody.holdings[report.holding - 1]
    return _presume(custody, sender, [_ground(custody, "sent_astray", holder=sender, report=report)])


def _by_delay(custody: Custody) -> Presumption:
    """For what came late or lies about: whoever kept it longest beyond what is allowed, else whoever has it now."""
    stays = [gap for gap in custody.gaps if gap.kind is GapKind.LONG_DWELL]
    if stays:
        longest = max(stays, key=lambda gap: ((gap.until or custody.as_of) - gap.since, gap.since))
        holder = next(holding for holding in custody.holdings if longest.event_ids[0] in holding.event_ids)
        return _presume(custody, holder, [_ground(custody, "longest_dwell", holder=holder, gap=longest)])
    return _by_open_gap(custody)


def _by_signature(custody: Custody) -> Presumption:
    """For a disputed signature: whoever had the parcel before it was shown as signed for."""
    kinds = [holding.kind for holding in custody.holdings]
    if HolderKind.CONSIGNEE not in kinds:
        return _by_last_holder(custody)
    position = kinds.index(HolderKind.CONSIGNEE)
    if position == 0:
        return _unknown(custody, "thin_log")
    holder = custody.holdings[position - 1]
    signed = custody.holdings[position].event_ids[0]
    grounds = [("signing_disputed", _ground(custody, "signing_disputed", holder=holder, events=(signed,))[1])]
    grounds += [
        _ground(custody, gap.kind.value, holder=holder, gap=gap) for gap in custody.gaps if gap.kind in SPEAK_AGAINST_IT
    ]
    return _presume(custody, holder, grounds)


def _by_open_gap(custody: Custody) -> Presumption:
    """For troubles whose cause is not told: no chain of custody shows it."""
    return _by_last_holder(custody) if custody.open_gap is not None else _unknown(custody, "nothing_missing")


_BY_TYPE: dict[ExceptionType, Callable[[Custody], Presumption]] = {
    ExceptionType.DAMAGED: _by_condition,
    ExceptionType.SHORT: _by_condition,
    ExceptionType.LOST: _by_last_holder,
    ExceptionType.NO_SCAN: _by_last_holder,
    ExceptionType.MISROUTED: _by_way,
    ExceptionType.FALSE_SIGN: _by_signature,
    ExceptionType.UNAUTHORISED_LOCKER: _by_signature,
    ExceptionType.DELAYED: _by_delay,
    ExceptionType.HELD_AT_OUTLET: _by_delay,
    ExceptionType.UNCOLLECTED: _by_delay,
    ExceptionType.CUSTOMS_HELD: _by_delay,
    ExceptionType.WEATHER_BACKLOG: _by_delay,
}


def _ground(
    custody: Custody,
    name: str,
    *,
    holder: Holding,
    gap: Gap | None = None,
    report: Report | None = None,
    events: tuple[str, ...] = (),
) -> tuple[str, Ground]:
    cited = events or (gap.event_ids if gap else (report.event_id,) if report else holder.event_ids[-1:])
    sentence = ground_sentence(
        name,
        place=report.place if report else "",
        holder=holder_name(holder.kind, holder.place),
        gap=gap.sentence if gap else None,
    )
    return name, Ground(sentence=sentence, event_ids=cited, rule=_rule(name, custody))


def _presume(
    custody: Custody,
    holder: Holding | None,
    grounds: list[tuple[str, Ground]],
    *,
    party: ResponsibleParty | None = None,
) -> Presumption:
    names = [name for name, _ in grounds]
    share = max(EXCEPTION_PACK.pick("presumption", scope=name, on=_day(custody)).value for name in names)
    if party is None and holder is not None:
        party = ResponsibleParty.PARTNER if holder.partner else PARTY_OF[holder.kind]
    evidence = dict.fromkeys(item for name in names for item in REBUTTED_BY[name])
    return Presumption(
        party=party or ResponsibleParty.UNKNOWN,
        holder=holder,
        reasons=tuple(ground for _, ground in grounds),
        confidence=_confidence(share, custody, holder),
        rebutted_by=tuple(rebuttal_sentence(item) for item in evidence),
    )


def _confidence(share: Decimal, custody: Custody, holder: Holding | None) -> Confidence:
    """Turn how much the best ground speaks into a word: one word less where no station is named, or a partner's."""
    day = _day(custody)
    words = [Confidence.WEAK, Confidence.MODERATE, Confidence.STRONG]
    reached = sum(share >= EXCEPTION_PACK.pick("confidence_from", scope=word.value, on=day).value for word in words[1:])
    vague = holder is not None and (holder.partner or not holder.named)
    return words[max(reached - vague, 0)]


def _unknown(custody: Custody, name: str, *, gap: Gap | None = None) -> Presumption:
    cited = gap.event_ids if gap else (custody.holdings[-1].event_ids[-1:] if custody.holdings else ())
    sentence = ground_sentence(name, gap=gap.sentence if gap else None)
    return Presumption(
        party=ResponsibleParty.UNKNOWN,
        reasons=(Ground(sentence=sentence, event_ids=cited, rule=_rule(name, custody)),),
        confidence=Confidence.NONE,
    )


def _rule(name: str, custody: Custody) -> str:
    return EXCEPTION_PACK.pick("presumption", scope=name, on=_day(custody)).reference


def _day(custody: Custody) -> date:
    """Give the day by whose rules a presumption is made: of the last scan, or of asking where there is none."""
    return (custody.holdings[-1].last_at if custody.holdings else custody.as_of).date()
