"""Appeals for tests: one as Zhejiang's or the nation's regulator forwards it, its answer, and who acts."""

from typing import Any

from factories import NOON, a_supervisor, at

from schemas.appeals import Appeal, AppealAnswer, AppealState, ForwardedAppeal, MediationSession, ProgressReport
from schemas.complaints import ComplaintType
from schemas.exceptions import Role
from store import appeals as appeal_store
from store import outbox, staff
from store.case_history import broken_histories, history_of
from store.unit_of_work import unit_of_work
from tasks.appeals.answering import answer_appeal, take_up_appeal
from tasks.appeals.registering import Registered, register_appeal

STAFF = "ag-sun"
DAY = 24
TOLD: dict[str, Any] = {
    "regulator": "示例省邮政业用户申诉中心",
    "regulator_no": "SS-2026-000001",
    "about": ComplaintType.DELAY,
    "appealed_at": at(-2 * DAY),
    "forwarded_at": at(-1 * DAY),
    "received_at": NOON,
    "appellant": {"name": "钱七", "phone": "19900007777", "relation": "consignee"},
    "waybill": "773000000001",
    "posted_at": at(-20 * DAY),
    "before_court": False,
    "account": "承诺三天送达，至今未收到，联系电话 19900007777",
    "wish": "赔偿",
}
COMPLETE: dict[str, Any] = {
    "happened": "快件在中转场滞留",
    "verification": "调取了扫描记录并询问了中转场",
    "liability": "企业承担全部责任",
    "basis": "快递暂行条例第二十七条、企业公开承诺的时限",
    "handling": "已重新派送并赔偿",
    "agreed": True,
    "amount": "50.00",
    "pay_by": at(3 * DAY),
    "contacted_at": at(1),
    "contact": "电话 19900007777 联系收件人，对方接受",
    "satisfaction": "content",
    "evidence": ["扫描记录", "通话录音"],
    "desk_phone": "95000",
}


def a_forwarded_appeal(**changes: Any) -> ForwardedAppeal:
    """Make an appeal as it is forwarded; a part that is given replaces only the fields it names."""
    parts = {name: {**TOLD[name], **given} for name, given in changes.items() if isinstance(given, dict)}
    return ForwardedAppeal.model_validate({**TOLD, **changes, **parts})


def an_appeal(**changes: Any) -> Appeal:
    """Make an appeal that somebody looks into."""
    return Appeal(
        **{
            "case_no": "AP-20261120-000001",
            "state": AppealState.INVESTIGATING,
            "version": 2,
            "regulator": TOLD["regulator"],
            "regulator_no": TOLD["regulator_no"],
            "about": ComplaintType.DELAY,
            "waybill": "773000000001",
            "handler": STAFF,
            "received_at": NOON,
            "appealed_at": at(-2 * DAY),
            "forwarded_at": at(-1 * DAY),
            "opened_at": NOON,
            "state_since": NOON,
            **changes,
        }
    )


def an_appeal_answer(**changes: Any) -> AppealAnswer:
    """Make an answer that holds everything."""
    return AppealAnswer.model_validate({**COMPLETE, **changes})


def a_report(**changes: Any) -> ProgressReport:
    """Make a report of progress."""
    return ProgressReport.model_validate(
        {"progress": "正在查找", "principle": "先行赔付", "negotiation": "用户要求赔偿", **changes}
    )


def a_session(**changes: Any) -> MediationSession:
    """Make a session that came to an agreement."""
    return MediationSession.model_validate(
        {"held_at": NOON, "mediator": "李调解", "proposal": "赔偿 50 元", "outcome": "agreed", **changes}
    )


def hire(staff_id: str = STAFF) -> None:
    """Put somebody on file who may act."""
    with unit_of_work() as connection:
        staff.add(connection, a_supervisor(staff_id=staff_id, roles=frozenset({Role.AGENT})), secret="x" * 32)


def registered(**changes: Any) -> Registered:
    """Register an appeal."""
    return register_appeal(a_forwarded_appeal(**changes), staff_id=STAFF)


def taken_up(**changes: Any) -> str:
    """Register an appeal, take it up, and give its number."""
    number = registered(**changes).appeal.case_no
    take_up_appeal(number, staff_id=STAFF)
    return number


def answered(**changes: Any) -> str:
    """Answer an appeal, and give its number."""
    number = taken_up(**changes)
    answer_appeal(number, an_appeal_answer(), staff_id=STAFF)
    return number


def appeal_of(number: str) -> Appeal:
    """Read an appeal."""
    with unit_of_work() as connection:
        return appeal_store.one_appeal(connection, number)


def commands_of(number: str) -> list[str]:
    """List what was done with an appeal, whose history must be whole."""
    with unit_of_work() as connection:
        assert broken_histories(connection, number) == (1, [])
        return [entry["command"] for entry in history_of(connection, number)]


def notices_of(number: str, purpose: str) -> list[dict[str, Any]]:
    """Read the notices of one purpose about an appeal, oldest first."""
    with unit_of_work() as connection:
        sent = outbox.of_case(connection, number)
    return [row["payload"] for row in sent if row["payload"].get("purpose") == purpose]
