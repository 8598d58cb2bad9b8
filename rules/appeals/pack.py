"""The figures about appeals, each with its source: the national ones, and those of provinces. Change a policy here.

A row's scope is whose row it is: "*" is the nation's, CN-ZJ that of Zhejiang. What was read at second hand only, and
what was found nowhere, is marked as an assumption; a carrier that knows better says so in a file of its own
(`rules.appeals.pack_files`).
"""

from datetime import date
from decimal import Decimal
from functools import partial

from rules.packs import Rule, RulePack, Unit, Verified

NATION = "CN"
EVERYWHERE = "*"
_FIRST = date(2011, 6, 29)  # the day on which the measures of 2011 were reported; when they took force was not found
_RENAMED = date(2020, 1, 1)  # the measures got their present name about then; the day was not found
_DECREE = date(2018, 5, 1)  # 快递暂行条例 in force
_ZHEJIANG = date(2021, 9, 30)  # of the text that was read; when it took force was not found
_OLD = "邮政业消费者申诉处理办法 2011 and 2014, as reported on gov.cn and yaan.gov.cn"
_NOW = "邮政业用户申诉处理办法 (c. 2020)"
_AS_BEFORE = f"{_NOW}: its text was not found, the figure is that of 2014"
_ZJ_LAW = "浙江省快递业促进条例 art. 37"


def row(
    id_: str,
    value: int,
    unit: Unit,
    starts_on: str,
    source: str,
    verified: Verified,
    *,
    valid_from: date,
    valid_to: date | None = None,
    jurisdiction: str = NATION,
) -> Rule:
    """Make one row of whose jurisdiction it is."""
    scope = EVERYWHERE if jurisdiction == NATION else jurisdiction
    return Rule(id_, scope, Decimal(value), unit, starts_on, source, verified, valid_from, valid_to, jurisdiction)


_zhejiang = partial(row, jurisdiction="CN-ZJ", valid_from=_ZHEJIANG)

APPEAL_RULES: tuple[Rule, ...] = (
    # The carrier's time for the complaint that goes before.
    row("complaint_answer", 7, "calendar_days", "complained_at", _OLD, "law", valid_from=_FIRST, valid_to=_DECREE),
    row("complaint_answer", 7, "calendar_days", "complained_at", "快递暂行条例 art. 28", "law", valid_from=_DECREE),
    row(
        "complaint_answer", 30, "calendar_days", "complained_at",
        "重庆市邮政条例 2012 art. 43 (international 60); older than the national 7 days", "law",
        valid_from=date(2012, 1, 1), jurisdiction="CN-CQ",
    ),
    _zhejiang("complaint_answer", 7, "calendar_days", "complained_at", _ZJ_LAW, "law"),
    # How long a user may appeal.
    row("appeal_window", 1, "calendar_years", "posted_at", _OLD, "law", valid_from=_FIRST, valid_to=_RENAMED),
    row("appeal_window", 1, "calendar_years", "posted_at", _AS_BEFORE, "assumption", valid_from=_RENAMED),
    _zhejiang("appeal_window", 6, "calendar_months", "posted_at", "浙江省快递业促进条例: 6 months of posting", "law"),
    # The regulator forwards.
    row("forward", 2, "working_days", "appealed_at", _OLD, "law", valid_from=_FIRST, valid_to=_RENAMED),
    row("forward", 2, "working_days", "appealed_at", _AS_BEFORE, "assumption", valid_from=_RENAMED),
    # The carrier answers, or says how far it is.
    row("answer", 15, "calendar_days", "received_at", _OLD, "law", valid_from=_FIRST, valid_to=_RENAMED),
    row("answer", 15, "calendar_days", "received_at", _AS_BEFORE, "assumption", valid_from=_RENAMED),
    _zhejiang(
        "answer", 7, "calendar_days", "received_at",
        "no text found; the regulator itself has 15 days, so the 15 of the nation would leave it none", "assumption",
    ),
    row(
        "answer_again", 5, "calendar_days", "returned_at",
        "邮政业消费者申诉处理办法, art. 22 of an edition before 2014, second-hand (ask.fsou.com chl/1535/153502_4)",
        "assumption", valid_from=_FIRST,
    ),
    row(
        "progress", 5, "calendar_days", "reported_at",
        "how often is ours; a report at the latest when an answer is not ready in time: " + _OLD, "assumption",
        valid_from=_FIRST,
    ),
    # The regulator decides.
    row("decision", 30, "calendar_days", "appealed_at", "邮政法 art. 65", "law", valid_from=date(2009, 10, 1)),
    _zhejiang("decision", 15, "calendar_days", "appealed_at", _ZJ_LAW, "law"),
    _zhejiang("extension", 15, "calendar_days", "the end of the regulator's time", _ZJ_LAW, "law"),
    # What follows.
    row(
        "response", 3, "working_days", "opinion_at",
        f"{_NOW}: opinion of the mediation, second-hand (1z345.cn/1838.html)", "assumption", valid_from=_FIRST,
    ),
    row(
        "retention", 3, "calendar_years", "closed_at",
        f"{_NOW}: at least 3 years, second-hand (1z345.cn/1838.html); it binds the regulator, and we keep as long",
        "assumption", valid_from=_FIRST,
    ),
)  # fmt: skip


def pack_of(rules: tuple[Rule, ...], *, version: str) -> RulePack:
    """Make the pack of rows, under the version of whoever wrote them."""
    return RulePack(name="appeals", version=version, rules=rules)


APPEAL_PACK = pack_of(APPEAL_RULES, version="2026.12")
