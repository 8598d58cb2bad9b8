"""What is said of a change: to the old and the new phone, to the sender, the desk, the outlet and the supervisors.

Old values go to nobody new and new values to nobody old but masked; the desk alone reads them in full, because it has
to deliver by them.
"""

from collections.abc import Mapping

from rules.change_requests.admission import CODE_LIVES
from rules.exceptions.wording import Message
from rules.privacy import mask_address, mask_name, mask_phone
from rules.tables import require_words
from schemas.change_requests import ChangeField, ChangeRequest, Route

CODE_STANDS_HERE = "{code}"
"""Where the code is put into its message when that is sent."""
MEASURE: dict[Route, str] = {Route.CARRIER: "CHANGE_CONSIGNEE", Route.OUTLET: "ASK_OUTLET_TO_CHANGE"}
"""The measure of the work order, as the carrier's desk knows it."""
FIELD: dict[ChangeField, tuple[str, str]] = {
    ChangeField.CONSIGNEE_NAME: ("收件人", "consignee"),
    ChangeField.CONSIGNEE_PHONE: ("联系电话", "phone"),
    ChangeField.CONSIGNEE_ADDRESS: ("收件地址", "address"),
}
_MASK = {
    ChangeField.CONSIGNEE_NAME: mask_name,
    ChangeField.CONSIGNEE_PHONE: mask_phone,
    ChangeField.CONSIGNEE_ADDRESS: mask_address,
}
for _table in (FIELD, _MASK):
    require_words(_table, ChangeField)


def masked(values: Mapping[ChangeField, str]) -> dict[ChangeField, str]:
    """Show values as listings and notices may."""
    return {field: _MASK[field](value) for field, value in values.items()}


def _written(values: Mapping[ChangeField, str]) -> tuple[str, str]:
    """Write values out in Chinese and in English."""
    chinese = "，".join(f"{FIELD[field][0]}：{value}" for field, value in values.items())
    english = ", ".join(f"{FIELD[field][1]}: {value}" for field, value in values.items())
    return chinese, english


def code_notice(request: ChangeRequest) -> Message:
    """Write the message that the code is put into."""
    minutes = CODE_LIVES.seconds // 60
    zh, en = _written(masked(request.new))
    return Message(
        subject=f"运单 {request.parcel.waybill} 更改验证码 / code",
        body=f"验证码 {CODE_STANDS_HERE}，{minutes} 分钟内有效，用于将运单 {request.parcel.waybill} "
        f"更改为 {zh}。非本人操作请勿告知任何人。"
        f"\nCode {CODE_STANDS_HERE} for changing {request.parcel.waybill} to {en}, good for {minutes} minutes. "
        "If it was not you who asked, tell it to nobody.",
    )


def asked_notice(request: ChangeRequest) -> Message:
    """Warn whoever is on file that a change was asked for and proven, before it takes effect."""
    zh, en = _written(masked(request.new))
    return _notice(
        request,
        "更改申请已受理",
        "a change was asked for",
        f"已收到将运单 {request.parcel.waybill} 更改为 {zh} 的申请。如非您本人要求，请立即联系客服。",
        f"Somebody asked to change {request.parcel.waybill} to {en}. If this is not what you want, call us at once.",
    )


def done_notice(request: ChangeRequest) -> Message:
    """Tell the old and the new phone, and the sender, that the change was made."""
    zh, en = _written(masked(request.new))
    return _notice(
        request,
        "更改已完成",
        "changed",
        f"运单 {request.parcel.waybill} 已更改为 {zh}。如有疑问请联系客服。",
        f"{request.parcel.waybill} was changed to {en}. If this is not what you want, call us.",
    )


def not_done_notice(request: ChangeRequest) -> Message:
    """Tell whoever was warned that nothing was changed."""
    return _notice(
        request,
        "更改未执行",
        "not changed",
        f"运单 {request.parcel.waybill} 的更改申请未执行，快件仍按原信息派送。",
        f"{request.parcel.waybill} was not changed; it is delivered as booked.",
    )


def guessing_notice(request: ChangeRequest) -> Message:
    """Warn whoever is on file that somebody tried codes until no more were taken."""
    return _notice(
        request,
        "更改申请已拒绝",
        "a change was refused",
        f"有人多次输入错误验证码试图更改运单 {request.parcel.waybill}，申请已拒绝，快件信息未变。"
        "请勿将验证码告知他人。",
        f"Somebody gave wrong codes to change {request.parcel.waybill}; nothing was changed. Tell codes to nobody.",
    )


def supervisor_notice(request: ChangeRequest) -> Message:
    """Ask the supervisors to decide."""
    zh, en = _written(masked(request.new))
    return _notice(
        request,
        "贵重快件更改待审批",
        "a change of a valuable parcel waits for approval",
        f"运单 {request.parcel.waybill} 申请更改为 {zh}，须第二人审批：redress change show {request.number}。",
        f"{request.parcel.waybill} is to be changed to {en}: redress change show {request.number}.",
    )


def outlet_notice(request: ChangeRequest) -> Message:
    """Ask the outlet to reach the courier; the new values are in the work order, not here (R65)."""
    return _notice(
        request,
        "派送中快件更改",
        "a change of a parcel that is out",
        f"运单 {request.parcel.waybill} 已在派送，请立即联系收派员按工单 {request.number} 更改，并回报结果。",
        f"{request.parcel.waybill} is out: reach the courier, change it by work order {request.number}, and report.",
    )


def _notice(request: ChangeRequest, zh: str, en: str, body_zh: str, body_en: str) -> Message:
    return Message(subject=f"[{request.number}] {zh} / {en}", body=f"{body_zh}受理编号 {request.number}。\n{body_en}")


def instruction(request: ChangeRequest) -> str:
    """Tell the desk what to change, in full."""
    chinese, _ = _written(request.new)
    out = "快件已在派送，请网点联系收派员尽力更改：" if request.route == Route.OUTLET else "请更改为："
    return f"{out}{chinese}"
