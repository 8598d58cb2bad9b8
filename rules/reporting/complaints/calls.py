"""The phone and online messages by the golden rules (R61, R62): how often each was kept, and where not."""

from rules.calls.pack import ANSWERED_WITHIN, CALL_PACK, RINGS_MAX, SETTLED_WITHIN
from rules.reporting.complaints.counted import Counted
from rules.reporting.tables import CASES_COLUMN, COUNTED_TEXT
from schemas.calls import Medium
from schemas.reporting import Column, Row, Section, Table, Unit, Words

GOLDEN = {
    "phone": (Words("电话及时接听", "calls answered in time"), "phone_in_time", "phone_late"),
    "online": (Words("留言及时回复", "messages replied to in time"), "online_in_time", "online_late"),
    "rings": (Words("铃响次数", "rings"), "rang_briefly", "rang_long"),
    "settled": (Words("解答用时", "settled in time"), "settled_in_time", "settled_late"),
    "hung_up": (Words("客服不先挂机", "the agent never hangs up first"), "left_to_the_caller", "agent_hung_up"),
}
VOLUMES = ("calls", "gave_up", "messages")
QUEUE_COLUMNS = ("calls", "phone_late", "messages", "online_late")


def calls_section(counted: Counted) -> Section:
    """Show each golden rule with how often it was kept, and the queues."""
    calls = counted.calls
    golden = Table(
        key="golden",
        title=Words("服务规范", "The golden rules"),
        about=_limits(counted),
        columns=(
            Column(key="kept", name=Words("做到", "kept"), compared=True),
            Column(key="broken", name=Words("未做到", "broken"), compared=True),
            Column(key="kept_share", name=Words("做到率", "kept, share"), unit=Unit.SHARE, compared=True),
        ),
        rows=tuple(
            Row(
                group=rule,
                name=name,
                figures=(calls.total(kept), calls.total(broken), calls.share(kept, of=(kept, broken))),
                texts=(calls.lists.meanings[broken].about,),
            )
            for rule, (name, kept, broken) in GOLDEN.items()
        ),
        text_columns=(Words("未做到指", "broken means"),),
    )
    volumes = Table(
        key="volumes",
        title=Words("来电与留言", "Calls and messages"),
        columns=(CASES_COLUMN,),
        rows=tuple(calls.total_row(name) for name in VOLUMES),
        text_columns=(COUNTED_TEXT,),
    )
    queues = calls.group_table(
        "queue", key="queues", title=Words("按队列", "By queue"), codes={}, names=QUEUE_COLUMNS, compared="calls"
    )
    return Section(key="calls", title=Words("电话与留言", "Calls and messages"), tables=(golden, volumes, queues))


def _limits(counted: Counted) -> Words:
    """Say which limits held at the end of the period; each call goes by those of its own day."""
    pick = CALL_PACK.pick
    phone, online = (
        int(pick(ANSWERED_WITHIN, scope=medium, on=counted.on).value) for medium in (Medium.PHONE, Medium.ONLINE)
    )
    rings = int(pick(RINGS_MAX, scope=Medium.PHONE, on=counted.on).value)
    settled = int(pick(SETTLED_WITHIN, scope=Medium.PHONE, on=counted.on).value)
    return Words(
        f"时限：接听 {phone} 秒，回复 {online // 60} 分钟，铃响 {rings} 声，解答 {settled // 60} 分钟；"
        "客户在时限内先挂断的不计入接听",
        f"limits: {phone} s to answer, {online // 60} min to reply, {rings} rings, {settled // 60} min to settle; "
        "callers who gave up before the limit are in neither",
    )
