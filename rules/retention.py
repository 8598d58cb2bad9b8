"""How long what is on record about complaints and claims is kept, and why (个人信息保护法 art. 19 and 47).

The law names no figure for either: data is kept no longer than its purpose needs, and deleted once the purpose is
fulfilled. So each figure here has a purpose; change one here, and what is archived or closed from that day on follows
it. To whom a claim was paid is part of the books, for which the law does name one.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from rules.packs import Rule, RulePack
from rules.tables import require_words
from schemas.archives import HoldReason, Retention
from schemas.claims import Claim
from schemas.claims import Ending as ClaimEnding
from schemas.complaints import Channel, Complaint, Ending

THREE_YEARS_DAYS = 1096
"""Three years are never longer, whatever leap day is among them: "at least three years" is kept."""
ONE_YEAR_DAYS = 366
THIRTY_YEARS_DAYS = 10_958
"""Thirty years with their eight leap days."""


def _keep(id_: str, scope: str, days: int, source: str) -> Rule:
    """Say a period that no law gives: its purpose is the source, its length is ours."""
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
        # The same for claims: what was paid or denied may be brought before a court for three years.
        _keep("keep_claim", "*", THREE_YEARS_DAYS, "个人信息保护法 19, 民法典 188"),
        _keep("keep_claim", ClaimEnding.WITHDRAWN, ONE_YEAR_DAYS, "个人信息保护法 19, 邮政法 49"),
        _keep("keep_claim", ClaimEnding.ABANDONED, 90, "个人信息保护法 47"),
        # Vouchers are kept for thirty years from the end of the accounting year on, which is a year later at most.
        Rule(
            "keep_payout", "*", Decimal(THIRTY_YEARS_DAYS + ONE_YEAR_DAYS), "calendar_days", "state_since",
            "会计档案管理办法 (2015) art. 14 and its table: 会计凭证 30 years; that payee and account are part of the "
            "voucher is our reading", "assumption",
        ),
    ),
)  # fmt: skip
HELD: dict[HoldReason, tuple[str, str]] = {
    HoldReason.APPEAL: ("存在申诉", "there is an appeal about it, or its materials are still to be kept"),
    HoldReason.LATER_CASE: ("后续投诉引用本案", "a later complaint refers to it and is still kept"),
    HoldReason.LATER_CLAIM: ("有后续索赔", "a later claim, about the same parcel or from this case, is still kept"),
    HoldReason.MONEY_OPEN: ("款项尚未结清", "money is still to be paid, charged or recovered for it"),
    HoldReason.PENALTY_OPEN: ("处罚尚未裁定", "nobody has ruled about a penalty that was proposed"),
    HoldReason.RECTIFICATION_OPEN: ("整改尚未核验", "a rectification is not verified"),
}
"""Why something is kept although its time is over."""
require_words(HELD, HoldReason)


def drafts_kept() -> timedelta:
    """Say for how long a draft of a complaint that nobody completed is kept at least, whichever row holds for it."""
    return _shortest("keep_complaint", Ending.ABANDONED)


def claims_kept() -> dict[str, timedelta]:
    """Say for how long claims are kept at least, by their ending; `*` is every other one."""
    scopes = {rule.scope for rule in RETENTION_PACK.rows("keep_claim")}
    return {scope: _shortest("keep_claim", scope) for scope in scopes}


def payouts_kept() -> timedelta:
    """Say for how long it is kept at least to whom a claim was paid."""
    return _shortest("keep_payout", "*")


def _shortest(id_: str, scope: str) -> timedelta:
    return min(rule.hours for rule in RETENTION_PACK.rows(id_, scope=scope))


def retention_of(complaint: Complaint, *, closed_at: datetime) -> Retention:
    """Say until when a complaint's personal data is kept; where two rows ask for it, the longer one counts."""
    kept = [(closed_at + rule.hours, rule) for rule in _rules_for(complaint, closed_at)]
    return _until(*max(kept, key=lambda one: one[0]))


def retention_of_claim(claim: Claim, *, closed_at: datetime) -> Retention:
    """Say until when a claim's personal data is kept, but for whom it was paid to."""
    rule = RETENTION_PACK.pick("keep_claim", scope=claim.ending, on=closed_at.date())
    return _until(closed_at + rule.hours, rule)


def retention_of_payout(settled_at: datetime) -> Retention:
    """Say until when is kept to whom and to which account a claim was paid, by when it last changed."""
    rule = RETENTION_PACK.pick("keep_payout", on=settled_at.date())
    return _until(settled_at + rule.hours, rule)


def _until(until: datetime, rule: Rule) -> Retention:
    return Retention(until=until, basis=f"{RETENTION_PACK.name} {RETENTION_PACK.version}: {rule.reference}")


def _rules_for(complaint: Complaint, closed_at: datetime) -> Iterator[Rule]:
    day = closed_at.date()
    yield RETENTION_PACK.pick("keep_complaint", scope=complaint.ending, on=day)
    if complaint.channel is Channel.REGULATOR:
        yield RETENTION_PACK.pick("keep_appeal_materials", on=day)
