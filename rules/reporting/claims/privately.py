"""Matters that markets, branches, drivers and loaders settled with customers themselves (R83: 自行解决业务)."""

from rules.reporting.claims import words
from rules.reporting.claims.counted import Counted
from rules.reporting.claims.figures import PRIVATELY
from rules.reporting.claims.money import money_table
from rules.reporting.figures import meanings_of
from schemas.reporting import Section, Words

COLUMNS = ("told", "with_claim")


def privately_section(counted: Counted) -> Section:
    """Count them by the class of who did, and show what they paid."""
    title = Words("按类别", "By class of party")
    table = counted.privately.group_table(
        "party", key="private", title=title, codes=words.PRIVATE_PARTY, names=COLUMNS, compared="told"
    )
    money = money_table(
        counted.privately,
        "told",
        counted.private_amounts,
        key="private_amounts",
        title=Words("按类别：金额", "What they paid"),
        dimension="party",
        codes=(words.PRIVATE_PARTY,),
    )
    return Section(
        key="private",
        title=Words("自行解决业务", "Settled privately"),
        about=meanings_of(COLUMNS, PRIVATELY),
        tables=(table, money),
    )
