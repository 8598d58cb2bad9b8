"""How long what is on record about a complaint is kept, and why (个人信息保护法 art. 19 and 47).

The law names no figure for complaints: data is kept no longer than its purpose needs, and deleted once the purpose is
fulfilled. So each figure here has a purpose; change one here, and what is archived from that day on follows it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from rules.packs import Rule, RulePack
from rules.tables import require_words
from schemas.archives import HoldReason, Retention
from schemas.complaints import Channel, Complaint, Ending

THREE_YEARS_DAYS = 1096
"""Three years are never longer, whatever leap day is among them: "at least three years" is kept."""
ONE_YEAR_DAYS = 366


def _keep(id_: str, scope: str, days: int, source: str) -> Rule:
    """Say a period that no law gives for complaints: its purpose is the source, its length is ours."""
    starts_on = "closed_at"
    return Rule(id_, scope, Decimal(days), "calendar_days", starts_on, f"{source}; the figure is ours", "assumption")


RETENTION_PACK = RulePack(
    name="retention",
    version="2026.12",
    rules=(
        Rule(
            "keep_appeal_materials", "*", Decimal(THREE_YEARS_DAYS), "calendar_days", "closed_at",
            "邮政业用户申诉处理办法: at least three years (as secondary pages quote it)", "assumption",
        ),
        # As long as a claim may be brought (民法典 188), and as long as may be asked after a parcel (邮政法 49).
        _keep("keep_complaint", "*", THREE_YEARS_DAYS, "个人信息保护法 19, 民法典 188"),
        _keep("keep_complaint", Ending.WITHDRAWN, ONE_YEAR_DAYS, "个人信息保护法 19, 邮政法 49"),
        # What nobody completed serves nothing any more; for so long somebody may still ask what became of it.
        _keep("keep_complaint", Ending.ABANDONED, 90, "个人信息保护法 47"),
    ),
)  # fmt: skip
HELD: dict[HoldReason, tuple[str, str]] = {
    HoldReason.APPEAL: ("存在申诉", "there is an appeal about it, or its materials are still to be kept"),
    HoldReason.LATER_CASE: ("后续投诉引用本案", "a later complaint refers to it and is still kept"),
    HoldReason.PENALTY_OPEN: ("处罚尚未裁定", "nobody has ruled about a penalty that was proposed"),
    HoldReason.RECTIFICATION_OPEN: ("整改尚未核验", "a rectification is not verified"),
}
"""Why something is kept although its time is over."""
require_words(HELD, HoldReason)


def drafts_kept() -> timedelta:
    """Say for how long a draft that nobody completed is kept at least, whichever row holds for it."""
    return min(rule.hours for rule in RETENTION_PACK.rows("keep_complaint", scope=Ending.ABANDONED))


def retention_of(complaint: Complaint, *, closed_at: datetime) -> Retention:
    """Say until when a complaint's personal data is kept; where two rows ask for it, the longer one counts."""
    kept = [(closed_at + rule.hours, rule.reference) for rule in _rules_for(complaint, closed_at)]
    until, basis = max(kept)
    return Retention(until=until, basis=f"{RETENTION_PACK.name} {RETENTION_PACK.version}: {basis}")


def _rules_for(complaint: Complaint, closed_at: datetime) -> Iterator[Rule]:
    day = closed_at.date()
    yield RETENTION_PACK.pick("keep_complaint", scope=complaint.ending, on=day)
    if complaint.channel is Channel.REGULATOR:
        yield RETENTION_PACK.pick("keep_appeal_materials", on=day)
