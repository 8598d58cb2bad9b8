"""Valid defaults; a test names only what matters to it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from samples import a_photo

from schemas.approvals import Approval, Staff
from schemas.change_requests import Asker, ChangeAsked, ChangeField, ChangeRequest, ChangeState, ParcelOnFile
from schemas.evidence import Door as EvidenceDoor
from schemas.evidence import Entered, EvidenceKind, OfferedPiece
from schemas.exceptions import ExceptionCase, ExceptionType, Measure, Origin, Plan, Role, State, Trouble
from schemas.inquiries import AnswerCode, GivenAnswer, Node, Question
from schemas.paid import OrderedPayment
from schemas.playbooks import EvidenceNeed
from schemas.preferences import (
    Declaration,
    DeclaredPreference,
    Declarer,
    Door,
    Goods,
    NeverLocker,
    Preference,
    PreferenceKind,
    Source,
    ToldEvent,
)
from schemas.severity import Severity
from schemas.shipments import LoggedEvent, Phase, ShipmentRegistration
from schemas.tracking import Event, TrackingRecord

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # noon in Shanghai


def at(hours: float = 0) -> datetime:
    """Give a moment so many hours after noon of the test's day."""
    return NOON + timedelta(hours=hours)


def a_plan(**changes: Any) -> Plan:
    """Make a plan that compensates with 100 CNY."""
    return Plan(
        **{
            "version": 1,
            "measures": (Measure.INSPECT_AND_PHOTOGRAPH, Measure.COMPENSATE),
            "amount": Decimal(100),
            "basis": ("remedy:DAMAGED#1",),
            "cause": "carrier.damaged",
            **changes,
        }
    )


def a_payment(amount: str = "50", **changes: Any) -> OrderedPayment:
    """Make a payment that another case had ordered for its parcel."""
    return OrderedPayment(**{"case_no": "CP-20261120-000009", "amount": Decimal(amount), **changes})


def a_case(**changes: Any) -> ExceptionCase:
    """Make a damaged parcel's case that waits for approval."""
    return ExceptionCase(
        **{
            "case_no": "EX-20261120-000001",
            "type": ExceptionType.DAMAGED,
            "state": State.AWAITING_APPROVAL,
            "version": 6,
            "origin": Origin.REPORTED,
            "trigger": "event-1",
            "reason": "carrier.damaged",
            "waybill": "773000000001",
            "carrier": "shentong",
            "outlet": "示例城东网点",
            "severity": Severity.SEVERE,
            "investigator": "redress",
            "rounds": 1,
            "opened_at": NOON,
            "state_since": NOON,
            "troubled_since": at(-2),
            "consignee_name": "王五",
            "consignee_phone": "19900001234",
            "declared_value": Decimal(100),
            "plan": a_plan(),
            **changes,
        }
    )


def a_trouble(**changes: Any) -> Trouble:
    """Make a reported damage."""
    return Trouble(
        **{
            "type": ExceptionType.DAMAGED,
            "since": NOON,
            "latest": changes.get("since", NOON),
            "trigger": "event-1",
            "reason": "carrier.damaged",
            **changes,
        }
    )


def an_event(event: Event = Event.IN_TRANSIT, hours: float = 0, **changes: Any) -> LoggedEvent:
    """Make an event of the log, so many hours after noon; its id comes from what it says."""
    reason = changes.get("reason", "")
    return LoggedEvent(
        **{
            "event_id": str(uuid5(NAMESPACE_URL, f"{event}{hours}{reason}")),
            "occurred_at": at(hours),
            "event": event,
            **changes,
        }
    )


def a_record(**changes: Any) -> TrackingRecord:
    """Make a usable record of a feed."""
    return TrackingRecord(
        **{
            "where": "data[0]",
            "namespace": "kuaidi100",
            "source": "kuaidi100_push",
            "waybill": "773000000001",
            "carrier": "shentong",
            "occurred_text": "2026-11-20 12:00:00",
            "occurred_at": NOON,
            "event": Event.IN_TRANSIT,
            "confidence": "code",
            "raw_code": "0",
            "raw_text": "快件已到达",
            "identity": "快件已到达",
            "raw": {"context": "快件已到达"},
            **changes,
        }
    )


def a_registration(**changes: Any) -> ShipmentRegistration:
    """Make a booked shipment that was promised for tomorrow noon."""
    return ShipmentRegistration(
        **{
            "waybill": "773000000001",
            "carrier": "shentong",
            "consignee": {"name": "王五", "phone": "19900001234", "address": "示例市示例路 1 号"},
            "sender": {"name": "赵六", "phone": "19900005678"},
            "goods": "陶瓷餐具",
            "declared_value": Decimal(100),
            "destination_outlet": "示例城东网点",
            "origin_city": "广州市",
            "destination_city": "示例市",
            "promised_at": at(24),
            **changes,
        }
    )


def a_supervisor(**changes: Any) -> Staff:
    """Make a supervisor who may approve up to 3,000 CNY."""
    return Staff(
        **{
            "staff_id": "sup-zhang",
            "name": "张三",
            "roles": frozenset({Role.SUPERVISOR}),
            "amount_limit": Decimal(3000),
            **changes,
        }
    )


def a_question(**changes: Any) -> Question:
    """Make a question to an outlet about a damaged parcel, due in two hours."""
    return Question(
        **{
            "case_no": "EX-20261120-000001",
            "waybill": "773000000001",
            "node": Node.OUTLET,
            "department": "示例城东网点",
            "question": "请核实该件破损情况。",
            "wanted": (EvidenceKind.PHOTO_DETAIL,),
            "due_at": at(2),
            **changes,
        }
    )


def a_given_answer(**changes: Any) -> GivenAnswer:
    """Make an outlet's answer that it has the parcel."""
    return GivenAnswer(**{"code": AnswerCode.HAVE_IT, "text": "在库", "answered_by": "李四", **changes})


def an_answer(**changes: Any) -> Approval:
    """Make an answer that approves the plan as it stands, without waiting for evidence that is missing."""
    return Approval(
        **{
            "decision": "approve",
            "passcode": "123456",
            "staff_id": "sup-zhang",
            "comment": "照片已由网点电话核实。",
            **changes,
        }
    )


def a_declaration(*preferences: Preference, **changes: Any) -> Declaration:
    """Make the consignee of the booked shipment ask for something: never a locker, unless told otherwise."""
    return Declaration(
        **{
            "phone": "+86 199 0000 1234",
            "declared_by": Declarer.CONSIGNEE,
            "preferences": preferences or (() if "withdrawn" in changes else (NeverLocker(),)),
            **changes,
        }
    )


def an_entry(preference: Preference | None = None, hours: float = -48, **changes: Any) -> DeclaredPreference:
    """Make an entry of somebody's preferences, taken down two days before noon: never a locker."""
    preference = preference if preference is not None or "kind" in changes else NeverLocker()
    return DeclaredPreference(
        **{
            "kind": preference.kind if preference else PreferenceKind.NEVER_LOCKER,
            "version": 1,
            "preference": preference,
            "source": Source(declared_by=Declarer.CONSIGNEE, door=Door.GATEWAY, taken_by="wms"),
            "recorded_at": at(hours),
            **changes,
        }
    )


def a_told_event(event: Event = Event.AT_PICKUP_POINT, hours: float = -1, **changes: Any) -> ToldEvent:
    """Make an event with its words: put into a locker."""
    return ToldEvent(
        **{
            **an_event(event, hours).model_dump(),
            "namespace": "kuaidi100",
            "raw_text": "快件已放入丰巢智能柜，请凭取件码领取",
            **changes,
        }
    )


def a_parcel(**changes: Any) -> ParcelOnFile:
    """Make a booked parcel under way as those see it who may change whom it is for."""
    return ParcelOnFile(
        **{
            "waybill": "773000000001",
            "carrier": "shentong",
            "outlet": "示例城东网点",
            "phase": Phase.IN_TRANSIT,
            "sender_phone": "19900005678",
            "consignee_name": "王五",
            "consignee_phone": "19900001234",
            "consignee_address": "示例市示例路 1 号",
            "goods": Goods(declared_value=Decimal(100)),
            **changes,
        }
    )


def an_asked_change(**changes: Any) -> ChangeAsked:
    """Make the sender ask for another phone."""
    return ChangeAsked.model_validate(
        {
            "waybill": "773000000001",
            "asked_by": Asker.SENDER,
            "sender_phone_tail": "5678",
            "change": {"consignee_phone": "19900007777"},
            **changes,
        }
    )


def a_change_request(**changes: Any) -> ChangeRequest:
    """Make the sender's request for another phone, as it waits for its code."""
    parcel = changes.get("parcel", a_parcel())
    return ChangeRequest(
        **{
            "number": "CR-20261120-000001",
            "state": ChangeState.CODE_SENT,
            "version": 1,
            "asked_by": Asker.SENDER,
            "door": Door.GATEWAY,
            "taken_by": "wms",
            "old": parcel.values,
            "new": {ChangeField.CONSIGNEE_PHONE: "19900007777"},
            "four_eyes": False,
            "requested_at": NOON,
            "state_since": NOON,
            "code_until": at(1 / 6),
            "parcel": parcel,
            **changes,
        }
    )


def a_need(kind: EvidenceKind = EvidenceKind.PHOTO_DETAIL, **changes: Any) -> EvidenceNeed:
    """Make a playbook's line that asks the outlet for a photograph of the damage."""
    return EvidenceNeed(**{"kind": kind, "of": Node.OUTLET, "mandatory": True, "source": "R14", **changes})


def a_piece(**changes: Any) -> OfferedPiece:
    """Make a photograph of the damage on its way to becoming evidence."""
    return OfferedPiece(**{"kind": EvidenceKind.PHOTO_DETAIL, "content": a_photo(), "file_name": "破损.jpg", **changes})


def entered(**changes: Any) -> Entered:
    """Say that an outlet's own system sent something."""
    return Entered(**{"by": "李四", "door": EvidenceDoor.API, "shown": "EAST", **changes})
