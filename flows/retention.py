"""Chapter retention (保存期限): personal data is erased once the time for which it may be kept is over."""

from prefect import flow

from rules.retention import HELD
from tasks.claims.forgetting import erase_expired_claims, erase_expired_payouts
from tasks.publishing import publish_counts, publish_rows
from tasks.retention import HELD_SHOWN_MAX, erase_expired


@flow(name="end_retention")
def end_retention() -> int:
    """Erase the personal data of complaints and claims whose time is over, and list those that are kept, and why.

    The cases stay, with their sealed history and their place in every figure and in the books (个人信息保护法 art. 47).
    """
    erased = erase_expired()
    for more in (erase_expired_claims(), erase_expired_payouts()):
        erased = erased.plus(more, held_max=HELD_SHOWN_MAX)
    counts = erased.model_dump(exclude={"held"})
    if any(counts.values()):
        publish_counts("personal-data-erased", counts, description="Personal data whose time was over. 到期删除")
    if erased.held:
        rows = [{"case": number, "kept because": " ".join(HELD[why])} for number, why in erased.held.items()]
        publish_rows("personal-data-held", rows, description="Kept although the time is over. 到期暂缓删除")
    return erased.complaints + erased.claims
