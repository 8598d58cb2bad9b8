"""What people read about reaching a customer: who is to call whom and say what, and how far the procedure has come."""

from datetime import datetime, tzinfo

from rules.disclosure import disclosed, treatment
from rules.exceptions.texts import Language
from rules.exceptions.wording import ASKED, Message, situation, write
from rules.tables import require_words
from schemas.channels import Channel
from schemas.disclosure import Audience, Treatment
from schemas.exceptions import ExceptionCase, State
from schemas.playbooks import Texts
from schemas.unreachable import ProcedureStep, Unreachable

ASK_TOO = ("请您告知：{}。", "Please tell us: {}.")
PICKUP_CODE = ("取件码：{}。", "Pick-up code: {}.")
STEP: dict[ProcedureStep, tuple[str, str]] = {
    ProcedureStep.CALL: ("电话联系", "a call"),
    ProcedureStep.FIRST_MESSAGE: ("第一次信息通知", "a first message"),
    ProcedureStep.SECOND_MESSAGE: ("第二次信息通知", "a second message"),
    ProcedureStep.SILENCE: ("第二次通知后二十四小时无回复", "24 hours of silence after the second message"),
}
require_words(STEP, ProcedureStep)
ART_33 = ("《浙江省快递业促进条例》第三十三条", "Zhejiang express regulations, art. 33")


def contact_notice(case: ExceptionCase, texts: Texts, language: Language = "zh") -> Message:
    """Tell a customer whom nobody has reached how it stands, with the result where there is one, and ask him."""
    if case.state is not State.FED_BACK:
        return write(texts.opened, case, language)
    result = write(texts.result, case, language)
    place = language == "en"
    return result.model_copy(update={"body": f"{result.body}\n{ASK_TOO[place].format(ASKED[case.type][place])}"})


def with_pickup_code(body: str, code: str, language: Language = "zh") -> str:
    """Put the code with which the parcel can be fetched behind a message, where there is one."""
    return f"{body}\n{PICKUP_CODE[language == 'en'].format(code)}" if code else body


def outlet_may_call(case: ExceptionCase) -> bool:
    """Say whether the outlet may know whom to call; not where its own courier is the subject."""
    return treatment("consignee_name", to=Audience.OUTLET, type_=case.type) is not Treatment.DROP


def call_task(case: ExceptionCase, *, body: str, by: datetime, zone: tzinfo) -> Message:
    """Ask a person to call a customer and tell him this: the name masked, the number by the waybill (R113)."""
    person = {"consignee_name": case.consignee_name, "consignee_phone": case.consignee_phone}
    masked = disclosed(person, to=Audience.OUTLET)
    whom = f"{masked['consignee_name']} {masked['consignee_phone']}"
    until = f"{by.astimezone(zone):%m-%d %H:%M}"
    return Message(
        subject=f"[{case.case_no}] 请致电收件人 please call {case.waybill}",
        body=f"运单 {case.waybill}（{situation(case)}）：请于 {until} 前致电收件人 {whom}，告知以下内容，并登记结果"
        "（已联系上 reached、无应答 no_answer、无法接通 undeliverable）。\n"
        f"Call the consignee of {case.waybill} by {until}, say what follows, and tell what came of it: "
        f"redress contact {case.case_no} --channel {Channel.VOICE_CALL.value} --outcome ...\n{body}",
    )


def procedure(found: Unreachable, *, zone: tzinfo) -> str:
    """Say in both languages how far the procedure for an unreachable consignee has come, and by what law."""
    if found.undeliverable:
        return f"已完成，可按寄件人意思处理 complete: as the sender says ({ART_33[0]} {ART_33[1]})"
    chinese = "、".join(STEP[step][0] for step in found.missing)
    english = ", ".join(STEP[step][1] for step in found.missing)
    lines = [f"尚缺 missing: {chinese} ({english})"]
    if found.next_message_from is not None:
        lines.append(f"下次通知最早 next message from {_local(found.next_message_from, zone)}")
    if found.undeliverable_from is not None:
        lines.append(f"最早视为无法投递 undeliverable from {_local(found.undeliverable_from, zone)}")
    return "; ".join([*lines, f"{ART_33[0]} {ART_33[1]}"])


def _local(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
