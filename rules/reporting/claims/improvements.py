"""What to do about accidents (事故原因分析): by what happened and with whom it lies, and only where figures say so."""

from rules.reporting.complaints import improvements
from rules.tables import require_words
from schemas.assessment import ClaimEvent
from schemas.complaints import ComplaintType, PartyKind
from schemas.reporting import Words

CLAIMS_MIN = 3
"""Below so many claims a cause is chance, and nothing is proposed."""
SHARE_MIN_PERCENT = 20
"""From so much of the whole on something is proposed ..."""
RISE_MIN_PERCENT = 50
"""... or where there are by so much more of them than in the period before. All three figures are ours."""

ALIKE: dict[ClaimEvent, ComplaintType] = {
    ClaimEvent.LOSS: ComplaintType.LOSS,
    ClaimEvent.PARTIAL_LOSS: ComplaintType.SHORT,
    ClaimEvent.DAMAGE: ComplaintType.DAMAGE,
    ClaimEvent.SHORTAGE: ComplaintType.SHORT,
    ClaimEvent.DELAY: ComplaintType.DELAY,
    ClaimEvent.CONTENT_MISMATCH: ComplaintType.SHORT,
    ClaimEvent.MISDELIVERY: ComplaintType.MISDELIVERY,
}
"""The type of complaint that helps against the same trouble."""
WHERE: dict[str, Words] = {
    PartyKind.OUTLET: Words("网点复盘", "review it with the outlet"),
    PartyKind.SORTING_CENTRE: Words("分拣中心查格口与落差", "check chutes and drops at the sorting centre"),
    PartyKind.LINE_HAUL: Words("干线查封签、装载与加固", "check seals, loading and lashing of the line haul"),
    PartyKind.COURIER: Words("辅导收派员", "coach the couriers"),
    PartyKind.CUSTOMER_SERVICE: Words("客服复盘", "review it with customer service"),
    PartyKind.PARTNER: Words("约谈合作方，复核交接条款", "talk to the partner; review the hand-over terms"),
    PartyKind.SENDER: Words("收寄时验视包装并劝保价", "check packaging and advise cover at acceptance"),
    PartyKind.CONSIGNEE: Words("签收前当面验货", "let the consignee inspect before he signs"),
    PartyKind.FORCE_MAJEURE: Words("更新应急预案", "renew the emergency plan"),
    PartyKind.UNKNOWN: Words("先查明责任", "find out who answers first"),
    "": Words("先查明责任", "find out who answers first"),
}
require_words(ALIKE, ClaimEvent)
require_words(WHERE, PartyKind)
SILENCE = Words("", "")


def proposed_for(event: str, cause: str, *, claims: int, of: int, before: int | None = None) -> Words:
    """Propose something about a cause of accidents, where its figures are large or grow; nothing where they say little.

    Args:
        event: What happened.
        cause: With which kind of party it lies.
        claims: How many claims there are of it.
        of: Among how many.
        before: How many there were of it in the period before; None where nobody counted them.
    """
    large = claims * 100 >= of * SHARE_MIN_PERCENT
    grows = before is not None and claims * 100 >= before * (100 + RISE_MIN_PERCENT)
    if claims < CLAIMS_MIN or not (large or grows) or event not in set(ClaimEvent) or cause not in WHERE:
        return SILENCE
    what, where = improvements.proposed_for(ALIKE[ClaimEvent(event)]), WHERE[cause]
    return Words(f"{what.zh}；{where.zh}", f"{what.en}; {where.en}")
