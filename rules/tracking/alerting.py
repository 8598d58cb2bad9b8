"""What operations are told about a feed: sentences, no data of any parcel. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rules.exceptions.wording import Message
from schemas.feed_health import OpenAlert
from schemas.quality import AlertKind

KIND: dict[AlertKind, tuple[str, str]] = {
    AlertKind.SILENT: ("数据中断", "the feed is silent"),
    AlertKind.STOPPED: ("数据已暂停接收", "the feed is stopped"),
    AlertKind.ROW_COUNT_LOW: ("数据量明显偏低", "far fewer records than usual"),
    AlertKind.CODE_UNKNOWN_SHARE: ("未知代码偏多", "more unknown codes than usual"),
    AlertKind.QUARANTINE_SHARE: ("不可用记录偏多", "more unusable records than usual"),
    AlertKind.LATE_MEDIAN: ("数据到达延迟", "news arrives later than usual"),
    AlertKind.LATE_P95: ("部分数据到达严重延迟", "the latest news arrives later than usual"),
}
WHAT_TO_DO: dict[AlertKind, tuple[str, str]] = {
    AlertKind.SILENT: (
        "请联系数据提供方，并检查推送地址与密钥。",
        "Ask the provider; check the address and the secret.",
    ),
    AlertKind.STOPPED: (
        "请核对原因；确认无误后执行 redress feeds release {feed}。",
        "Find out why; then `redress feeds release {feed}` takes in what is held.",
    ),
    AlertKind.ROW_COUNT_LOW: ("请向数据提供方核实。", "Ask the provider."),
    AlertKind.CODE_UNKNOWN_SHARE: ("请补充代码映射。", "Add the codes to the mapping table."),
    AlertKind.QUARANTINE_SHARE: ("请查看隔离区：redress quarantine list。", "Look at `redress quarantine list`."),
    AlertKind.LATE_MEDIAN: ("请向数据提供方核实。", "Ask the provider."),
    AlertKind.LATE_P95: ("请向数据提供方核实。", "Ask the provider."),
}


def silence_sentence(*, last_heard_at: datetime, pause_max: float, zone: ZoneInfo) -> str:
    """Say since when a feed is silent and how long it is silent at most."""
    since = f"{last_heard_at.astimezone(zone):%m-%d %H:%M}"
    return f"Nothing came since {since}; at this hour the feed is silent for {_span(pause_max)} at most."


def warning_sentence(kind: AlertKind, observed: float) -> str:
    """Say what was seen last of a kind of warning."""
    return f"{KIND[kind][1].capitalize()}: {shown_figure(kind, observed)} in the last batch that was judged."


def shown_figure(kind: AlertKind, observed: float) -> str:
    """Write a figure as people read it."""
    if kind in {AlertKind.CODE_UNKNOWN_SHARE, AlertKind.QUARANTINE_SHARE}:
        return f"{observed:.1%}"
    if kind in {AlertKind.LATE_MEDIAN, AlertKind.LATE_P95}:
        return _span(observed)
    return f"{observed:,.0f} records within 24 hours"


def alert_letter(alert: OpenAlert, *, zone: ZoneInfo) -> Message:
    """Tell operations of an alert."""
    kind = AlertKind(alert.kind)
    chinese, english = (words.format(feed=alert.feed) for words in WHAT_TO_DO[kind])
    return Message(
        subject=f"【数据源 {alert.feed}】{KIND[kind][0]} {KIND[kind][1]}",
        body=f"{alert.opened_at.astimezone(zone):%Y-%m-%d %H:%M} {alert.told}\n{chinese}\n{english}",
    )


def _span(seconds: float) -> str:
    hours, minutes = divmod(round(timedelta(seconds=seconds) / timedelta(minutes=1)), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


_UNTOLD = [kind for kind in AlertKind if kind not in KIND or kind not in WHAT_TO_DO]
if _UNTOLD:
    raise ValueError(f"no words are declared for {', '.join(_UNTOLD)}")
