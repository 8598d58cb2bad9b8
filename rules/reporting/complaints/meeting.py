"""The pack of the weekly improvement meeting (R100): figures against targets, the outlets to help, who owes what."""

from decimal import Decimal

from rules.reporting.charts import outlets_by_type
from rules.reporting.complaints import words
from rules.reporting.complaints.counted import DENOMINATORS, Counted
from rules.reporting.complaints.improvements import proposed_for
from rules.reporting.complaints.targets import ONLINE, PHONE, PRAISE, REPEATS, VALID_RATE, Target, is_met, target_of
from rules.reporting.measures import per_thousand, share
from rules.reporting.tables import count_column
from rules.reporting.words import codes_counted
from schemas.reporting import Chart, ChartKind, Column, Figure, GroupCounts, Row, Section, Table, Unit, Words

WORST_COLUMNS = ("valid", "received", "repeats")
OWED_COLUMNS = ("owed", "owed_overdue", "unverified", "ordered", "verified", "failed")
MET: dict[bool | None, Words] = {
    True: Words("达标", "met"),
    False: Words("未达标", "not met"),
    None: Words("无可计量", "nothing to measure"),
}
_TARGET_TEXTS = (Words("是否达标", "met"), Words("依据", "source"))


def meeting_section(counted: Counted) -> Section:
    """Put together what the meeting talks about."""
    chart = Chart(
        key="outlets",
        title=Words("重点网点：有效投诉按类型", "These outlets: valid complaints by type"),
        kind=ChartKind.STACKS,
        points=tuple(outlets_by_type(counted.worst, counted.types_of, words.TYPE)),
    )
    return Section(
        key="meeting",
        title=Words("改进会议", "Improvement meeting"),
        about=Words(
            "目标与现状、需要帮助的网点及原因和建议、未了结的整改",
            "figures against their targets, the outlets that need help with causes and proposals, what is still owed",
        ),
        tables=(_shares(counted), _counts(counted), _worst(counted), _owed(counted)),
        charts=(chart,),
    )


def valid_rate(counted: Counted) -> Figure:
    """Give the rate of valid complaints among parcels (R59), which leads to the valid complaints."""
    totals = counted.complaints.totals
    this, before = (share(totals[which]["valid"], counted.parcels[which]) for which in ("this", "before"))
    return Figure(value=this, before=before, cases=counted.complaints.lists.key_for("valid", totals["this"]["valid"]))


def _shares(counted: Counted) -> Table:
    calls = counted.calls
    phone = calls.share("phone_in_time", of=("phone_in_time", "phone_late"))
    online = calls.share("online_in_time", of=("online_in_time", "online_late"))
    measured = (
        (VALID_RATE, Words("有效投诉率", "valid-complaint rate"), valid_rate(counted)),
        (PHONE, Words("电话按时接听率", "calls answered in time"), phone),
        (ONLINE, Words("留言按时回复率", "messages replied to in time"), online),
    )
    per = DENOMINATORS[counted.per]
    return Table(
        key="target_shares",
        title=Words("目标与现状：比率", "Rates against targets"),
        about=Words(
            f"有效投诉率 = 有效投诉 ÷ {per.zh}（{counted.parcels['this']:,} 件）；客户原因、恶意、未能证实不计",
            f"valid-complaint rate = valid complaints among {per.en} ({counted.parcels['this']:,}); those that "
            "customers caused, malicious and unproven ones do not count",
        ),
        columns=_target_columns(Unit.SHARE),
        rows=tuple(_target_row(counted, figure, name, value) for figure, name, value in measured),
        text_columns=_TARGET_TEXTS,
    )


def _counts(counted: Counted) -> Table:
    measured = (
        (REPEATS, Words("重复投诉", "repeat complaints"), counted.complaints.total("repeats")),
        (PRAISE, Words("本月暖心反馈", "praise of the month"), counted.praise.total("praised_in_month")),
    )
    return Table(
        key="target_counts",
        title=Words("目标与现状：件数", "Numbers against targets"),
        about=Words(
            "暖心反馈按期末所在月计，截至期末", "praise is that of the month in which the period ends, up to its end"
        ),
        columns=_target_columns(Unit.COUNT),
        rows=tuple(_target_row(counted, figure, name, value) for figure, name, value in measured),
        text_columns=_TARGET_TEXTS,
    )


def _target_columns(unit: Unit) -> tuple[Column, ...]:
    return (
        Column(key="value", name=Words("现状", "now"), unit=unit, compared=True),
        Column(key="target", name=Words("目标", "target"), unit=unit),
        Column(key="baseline", name=Words("基线", "baseline"), unit=unit),
    )


def _target_row(counted: Counted, figure: str, name: Words, value: Figure) -> Row:
    target: Target = target_of(figure, on=counted.on)
    wanted, baseline = (_plain(one, value.value) for one in (target.value, target.baseline))
    return Row(
        group=figure,
        name=name,
        figures=(value, Figure(value=wanted), Figure(value=baseline)),
        texts=(MET[is_met(figure, value.value, target)], Words(target.source, target.source)),
    )


def _plain(value: Decimal | None, like: Decimal | int | None) -> Decimal | int | None:
    """Write a target of whole numbers as one."""
    return int(value) if value is not None and isinstance(like, int) else value


def _worst(counted: Counted) -> Table:
    columns = tuple(
        count_column(name, counted.complaints.lists.meanings[name].name, compared=name == "valid")
        for name in WORST_COLUMNS
    )
    per = DENOMINATORS[counted.per]
    return Table(
        key="worst",
        title=Words("重点网点", "Outlets to help"),
        about=Words(
            f"按有效投诉排序；每千件 = 有效投诉 ÷ {per.zh} × 1000；建议针对该网点最多的类型",
            f"by valid complaints; per 1,000 = valid complaints among a thousand {per.en}; what is proposed is about "
            "the outlet's most frequent type",
        ),
        columns=(
            *columns,
            count_column("parcels", Words("件数", "parcels"), compared=False),
            Column(key="rate", name=Words("每千件", "per 1,000"), unit=Unit.PER_THOUSAND),
        ),
        rows=tuple(_worst_row(counted, columns, place, group) for place, group in enumerate(counted.worst, start=1)),
        text_columns=(Words("主要问题", "what for"), Words("责任方", "with whom"), Words("改进建议", "proposed")),
    )


def _worst_row(counted: Counted, columns: tuple[Column, ...], place: int, group: GroupCounts) -> Row:
    row = counted.complaints.group_row(group, table="worst", dimension="outlet", place=place, columns=columns, codes={})
    parcels = counted.parcels_of.get(group.group, 0)
    rate = Figure(value=per_thousand(group.this["valid"], parcels), cases=row.figures[0].cases)
    types, parties = (one.get(group.group, ()) for one in (counted.types_of, counted.parties_of))
    return row.model_copy(
        update={
            "figures": (*row.figures, Figure(value=parcels), rate),
            "texts": (
                codes_counted(types, words.TYPE),
                codes_counted(parties, words.PARTY),
                proposed_for(types[0][0]) if types else Words("", ""),
            ),
        }
    )


def _owed(counted: Counted) -> Table:
    table = counted.rectifications.group_table(
        "owner",
        key="owed",
        title=Words("整改：谁还欠", "Rectifications: who owes them"),
        codes={},
        names=OWED_COLUMNS,
    )
    about = Words(
        "整改由责任部门完成后，须经他人复核方为了结",
        "a rectification is over only when somebody else looked at what was done and found it so",
    )
    return table.model_copy(update={"about": about})
