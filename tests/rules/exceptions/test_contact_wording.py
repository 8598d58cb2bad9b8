"""What people read about reaching a customer."""

from zoneinfo import ZoneInfo

import pytest
from factories import a_case, at

from rules.exceptions.contact_wording import call_task, contact_notice, outlet_may_call, procedure, with_pickup_code
from rules.exceptions.playbooks import playbook_for
from rules.exceptions.unreachable import unreachable
from schemas.channels import Channel, ContactAttempt, Contacted
from schemas.exceptions import ExceptionType, State
from schemas.unreachable import ProcedureStep

SHANGHAI = ZoneInfo("Asia/Shanghai")
ABOUT_THE_OUTLET = {ExceptionType.FALSE_SIGN, ExceptionType.UNAUTHORISED_LOCKER, ExceptionType.TRACKING_UNTRUE}


def tried(*hours: float, channel: Channel = Channel.SMS) -> list[ContactAttempt]:
    return [ContactAttempt(channel=channel, at=at(hour), outcome=Contacted.NO_ANSWER) for hour in hours]


class TestContactNotice:
    @pytest.mark.parametrize(("language", "asks"), [("zh", "方便接听和收件的时间"), ("en", "when you can be reached")])
    @pytest.mark.parametrize("state", [State.INVESTIGATED, State.FED_BACK])
    def test_asks_in_every_state(self, state, language, asks):
        case = a_case(type=ExceptionType.UNREACHABLE, state=state)

        assert asks in contact_notice(case, playbook_for(case.type).texts, language).body

    def test_tells_the_result_where_there_is_one(self):
        case = a_case(type=ExceptionType.UNREACHABLE, state=State.FED_BACK)

        assert contact_notice(case, playbook_for(case.type).texts).subject == "您的快件 773000000001 处理结果"


class TestPickupCode:
    @pytest.mark.parametrize(("language", "told"), [("zh", "取件码：12-3。"), ("en", "Pick-up code: 12-3.")])
    def test_stands_behind_the_message(self, language, told):
        assert with_pickup_code("x", "12-3", language) == f"x\n{told}"

    def test_is_left_out_where_there_is_none(self):
        assert with_pickup_code("x", "") == "x"


class TestCallTask:
    @pytest.mark.parametrize("type_", ExceptionType)
    def test_is_the_outlets_unless_its_own_courier_is_the_subject_of(self, type_):
        assert outlet_may_call(a_case(type=type_)) == (type_ not in ABOUT_THE_OUTLET)

    def test_names_the_parcel_the_hour_and_what_is_to_be_said_and_masks_the_person(self):
        task = call_task(a_case(), body="已安排再次派送", by=at(1), zone=SHANGHAI)

        for told in ("773000000001", "11-20 13:00", "王*", "199****1234", "已安排再次派送", "redress contact EX-2026"):
            assert told in task.body
        assert "王五" not in task.subject + task.body
        assert "19900001234" not in task.subject + task.body


class TestProcedure:
    def test_says_in_both_languages_what_is_missing_and_by_what_law(self):
        told = procedure(unreachable([], now=at(0)), zone=SHANGHAI)

        assert told == (
            "尚缺 missing: 电话联系、第一次信息通知、第二次信息通知、第二次通知后二十四小时无回复 "
            "(a call, a first message, a second message, 24 hours of silence after the second message); "
            "《浙江省快递业促进条例》第三十三条 Zhejiang express regulations, art. 33"
        )

    def test_says_from_when_a_second_message_counts(self):
        found = unreachable(tried(0), now=at(1))

        assert "下次通知最早 next message from 2026-11-20 20:00" in procedure(found, zone=SHANGHAI)

    def test_says_from_when_on_the_parcel_is_the_senders(self):
        found = unreachable([*tried(0, 8), *tried(1, channel=Channel.VOICE_CALL)], now=at(9))

        assert found.missing == (ProcedureStep.SILENCE,)
        assert "undeliverable from 2026-11-21 20:00" in procedure(found, zone=SHANGHAI)

    def test_says_that_it_is_complete(self):
        found = unreachable([*tried(0, 8), *tried(1, channel=Channel.VOICE_CALL)], now=at(32))

        assert procedure(found, zone=SHANGHAI).startswith("已完成，可按寄件人意思处理 complete")
