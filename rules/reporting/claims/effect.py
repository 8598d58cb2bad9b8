"""What handling came to: what was decided, agreed, paid and refused, after how many rounds, and how claims ended."""

from rules.reporting.claims.counted import Counted
from rules.reporting.tables import CASES_COLUMN, COUNTED_TEXT
from schemas.reporting import Section, Table, Words

DONE = ("decided", "offered", "agreed", "paid", "refused", "denied", "time_barred")
ENDINGS = (
    "settled", "ended_denied", "ended_time_barred", "withdrawn", "privately_settled", "nothing_owed",
)  # fmt: skip


def effect_section(counted: Counted) -> Section:
    """Say what was done, and how claims ended."""
    claims = counted.claims
    done = Table(
        key="done",
        title=Words("本期处理", "What was done"),
        about=Words(
            "以期末前最后一次为准：付款退回的不算已赔付，被异议的不算不予赔付",
            "the last before the period's end counts: a payment that came back is none, nor is a refusal that was "
            "objected to",
        ),
        columns=(CASES_COLUMN,),
        rows=tuple(claims.total_row(name) for name in DONE),
        text_columns=(COUNTED_TEXT,),
    )
    fast = claims.share_table(
        ("fast_track",),
        of=("decided",),
        key="fast_track",
        title=Words("快速理赔", "Fast track"),
        about=Words("分母：本期批准", "of the claims decided in the period"),
        share_name=Words("占批准", "share of decided"),
    )
    negotiated = claims.share_table(
        ("negotiated",),
        of=("agreed",),
        key="negotiation",
        title=Words("协商", "Negotiation"),
        about=Words("分母：本期达成一致", "of the claims agreed in the period"),
        share_name=Words("占达成", "share of agreed"),
    )
    rounds = claims.group_table(
        "rounds",
        of="agreed_rounds",
        key="rounds",
        title=Words("还价轮次", "Rounds of negotiation"),
        codes={},
        names=("agreed",),
        compared="agreed",
    )
    reasons = claims.group_table(
        "denial",
        of="refused_denial",
        key="reasons",
        title=Words("不予赔付的首要理由", "First reasons of refusals"),
        codes={},
        names=("denied", "time_barred"),
        compared="denied",
    )
    endings = claims.share_table(
        (*ENDINGS, "escalated"),
        of=("closed",),
        key="effect",
        title=Words("结案结果", "How they ended"),
        about=Words("分母：本期结案", "of the claims closed in the period"),
        share_name=Words("占结案", "share of closed"),
    )
    chart = claims.comparison(
        ENDINGS, key="endings", title=Words("结案结果，与上期比较", "How they ended, beside the period before")
    )
    return Section(
        key="effect",
        title=Words("处理结果", "Outcomes"),
        tables=(done, fast, negotiated, rounds, reasons, endings),
        charts=(chart,),
    )
