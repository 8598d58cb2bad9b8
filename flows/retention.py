"""Chapter retention (保存期限): personal data is erased once the time for which it may be kept is over."""

from prefect import flow

from rules.retention import HELD
from tasks.publishing import publish_counts, publish_rows
from tasks.retention import erase_expired


@flow(name="end_retention")
def end_retention() -> int:
    """Erase the personal data of complaints whose time is over, and list those that are kept, with the reason.

    The cases stay, with their sealed history and their place in every figure (个人信息保护法 art. 47).
    """
    erased = erase_expired()
    counts = erased.model_dump(exclude={"held"})
    if any(counts.values()):
        publish_counts("personal-data-erased", counts, description="Personal data whose time was over. 到期删除")
    if erased.held:
        rows = [{"complaint": number, "kept because": " ".join(HELD[why])} for number, why in erased.held.items()]
        publish_rows("personal-data-held", rows, description="Kept although the time is over. 到期暂缓删除")
    return erased.complaints
