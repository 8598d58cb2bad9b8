"""What to propose to an outlet that has too many complaints of one type (R102): for the weekly meeting (R100)."""

from rules.tables import require_words
from schemas.complaints import ComplaintType
from schemas.reporting import Words

IMPROVEMENTS: dict[str, Words] = {
    ComplaintType.DELAY: Words(
        "核对班次与派送顺序，晚点前先告知客户", "check departures and rounds; tell customers first"
    ),
    ComplaintType.LOSS: Words("逐件交接扫描，每日清点滞留区", "scan every hand-over; count what lies around daily"),
    ComplaintType.SHORT: Words("交接复秤，核对封签", "weigh again at hand-over; check the seals"),
    ComplaintType.DAMAGE: Words("抽查装卸录像，收寄时拍照验包装", "check loading on camera; photograph packaging"),
    ComplaintType.MISDELIVERY: Words("派前核对面单，校对格口标签", "read the label at the door; check chute labels"),
    ComplaintType.FALSE_SIGN: Words(
        "回访签收，未见收件人不得点签收", "call after signing; nobody signs for the absent"
    ),
    ComplaintType.ATTITUDE: Words(
        "点名辅导，听录音复盘，连续者待岗培训", "coach by name with recordings; retrain repeaters"
    ),
    ComplaintType.FEE: Words("收寄时报价留痕，张贴资费表", "quote on record at acceptance; post the tariff"),
    ComplaintType.OTHER: Words("逐件阅读，归类后再定措施", "read each one and sort them first"),
}
require_words(IMPROVEMENTS, ComplaintType)


def proposed_for(type_: str) -> Words:
    """Propose something about a type; nothing about one that no longer exists."""
    return IMPROVEMENTS.get(type_, Words("", ""))
