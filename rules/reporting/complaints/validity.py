"""What complaints turned out to be (R55), the rate of valid ones (R59), and repeats (R60)."""

from rules.reporting.complaints.counted import DENOMINATORS, Counted
from rules.reporting.complaints.meeting import valid_rate
from rules.reporting.tables import COUNTED_TEXT, count_column
from schemas.reporting import Column, Figure, Row, Section, Table, Unit, Words

DECIDED = ("valid", "customer_caused", "malicious", "unproven")
OF_RECEIVED = ("undecided", "repeats", "severe", "demanding", "from_regulator")


def validity_section(counted: Counted) -> Section:
    """Show what was decided, with those apart that do not count, and the rates that follow."""
    complaints = counted.complaints
    decided = complaints.share_table(
        DECIDED,
        of=("decided",),
        key="outcomes",
        title=Words("判定结果", "What they turned out to be"),
        about=Words(
            "占比的分母：本期受理且已判定；只有「有效」计入有效投诉率",
            "shares of those received and decided; only valid ones count in the valid-complaint rate",
        ),
        share_name=Words("占已判定", "share of decided"),
    )
    others = complaints.share_table(
        OF_RECEIVED,
        of=("received",),
        key="of_received",
        title=Words("其他占比", "Other shares"),
        about=Words("占比的分母：本期受理", "shares of the complaints received"),
        share_name=Words("占受理", "share of received"),
    )
    chart = complaints.comparison(
        (*DECIDED, "undecided"),
        key="validity",
        title=Words("判定结果，与上期比较", "What they turned out to be, beside the period before"),
    )
    return Section(
        key="validity",
        title=Words("有效性与重复投诉", "Validity and repeats"),
        tables=(_rate(counted), decided, others),
        charts=(chart,),
    )


def _rate(counted: Counted) -> Table:
    per = DENOMINATORS[counted.per]
    parcels = Figure(value=counted.parcels["this"], before=counted.parcels["before"])
    return Table(
        key="valid_rate",
        title=Words("有效投诉率", "Valid-complaint rate"),
        about=Words(f"分母：{per.zh}", f"the denominator: {per.en}"),
        columns=(
            count_column("valid", Words("有效投诉", "valid complaints")),
            count_column("parcels", per),
            Column(key="rate", name=Words("有效投诉率", "rate"), unit=Unit.SHARE, compared=True),
        ),
        rows=(
            Row(
                group=counted.per.value,
                name=per,
                figures=(counted.complaints.total("valid"), parcels, valid_rate(counted)),
                texts=(Words("客户原因、恶意、未能证实、未判定均不计", "nothing but valid ones counts"),),
            ),
        ),
        text_columns=(COUNTED_TEXT,),
    )
