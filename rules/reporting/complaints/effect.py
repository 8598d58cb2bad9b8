"""What handling came to: first-contact resolution (R52), how complaints ended, how satisfied customers were (R67)."""

from rules.reporting.complaints import words
from rules.reporting.complaints.counted import Counted
from rules.reporting.complaints.targets import satisfied_from
from schemas.reporting import Section, Words

ENDINGS = ("at_once", "accepted", "unobjected", "explained", "withdrawn", "by_hand")
EFFECTS = (*ENDINGS, "objected", "replanned", "escalated", "rated")


def effect_section(counted: Counted) -> Section:
    """Say how complaints ended, and what customers thought of it."""
    complaints = counted.complaints
    endings = complaints.share_table(
        EFFECTS,
        of=("closed",),
        key="effect",
        title=Words("处理结果", "How they ended"),
        about=Words(
            "占比的分母：本期办结；一次解决率 = 首次通话解决 ÷ 办结",
            "shares of the complaints closed; first-contact resolution = at once among the closed",
        ),
        share_name=Words("占办结", "share of closed"),
    )
    stars = satisfied_from(on=counted.on)
    satisfied = complaints.share_table(
        ("satisfied",),
        of=("rated",),
        key="satisfaction",
        title=Words("客户满意度", "Satisfaction"),
        about=Words(
            f"分母：本期办结且已评价；{stars} 星及以上为满意", f"of those closed and rated; from {stars} of 5 stars on"
        ),
        share_name=Words("满意率", "share satisfied"),
    )
    by_stars = complaints.group_table(
        "satisfaction",
        key="stars",
        title=Words("按评价", "By stars"),
        codes=words.STARS,
        names=("rated",),
        compared="rated",
    )
    chart = complaints.comparison(
        ENDINGS, key="endings", title=Words("处理结果，与上期比较", "How they ended, beside the period before")
    )
    return Section(
        key="effect",
        title=Words("处理效果与满意度", "Effect and satisfaction"),
        tables=(endings, satisfied, by_stars),
        charts=(chart,),
    )
