"""What the regulator and the department read, and what neither does."""

from zoneinfo import ZoneInfo

from appeals import a_report, an_appeal, an_appeal_answer
from clock_history import local
from factories import NOON

from rules.appeals.clocks import AppealClocks
from rules.appeals.preconditions import Admissible, preconditions
from rules.appeals.wording import answer_document, due_notice, progress_document, ready_notice, registered_notice

SHANGHAI = ZoneInfo("Asia/Shanghai")


def document(**changes):
    known = Admissible(jurisdiction="CN", appealed_at=NOON, looked_for=True, waybill="773000000001")
    found = preconditions(known, clocks=AppealClocks())
    return answer_document(an_appeal(), an_appeal_answer(**changes), answered_by="ag-sun", found=found, zone=SHANGHAI)


class TestAnswerDocument:
    def test_tells_everything_that_it_must_in_order(self):
        lines = document().splitlines()

        assert lines[:3] == ["申诉编号：SS-2026-000001", "企业编号：AP-20261120-000001", "运单号：773000000001"]
        assert "七、赔偿金额：50.00 CNY" in lines
        assert "八、赔付时间：将于 2026-11-23 12:00 前支付" in lines
        assert "十一、申诉人是否满意：满意" in lines
        assert "十二、证据材料清单：扫描记录；通话录音" in lines
        assert lines[-3:-1] == ["经办人：ag-sun", "联系电话：95000"]

    def test_points_out_which_conditions_are_not_met(self):
        assert (
            document().splitlines()[-1]
            == "说明：未查到用户先向企业投诉；没有可答复的投诉；缺少：姓名 name、联系电话 phone"
        )

    def test_says_what_was_paid_and_what_was_not(self):
        assert "已于 2026-11-20 12:00 支付" in document(paid_at=NOON)
        free = document(amount="0", apology="已致歉", agreed=False, satisfaction=None)
        assert "七、赔偿金额：无" in free
        assert "八、" not in free
        assert "六、是否与申诉人达成一致：否" in free
        assert "十一、" not in free

    def test_masks_phones_and_names_nobody_s_number(self):
        """R65: 其他部门或员工的联系方式 stays inside; 个人信息保护法 art. 6."""
        told = document(contact="联系 19900007777，快递员 13800001111", desk_phone="13800002222")

        assert "199****7777" in told
        assert not any(number in told for number in ("19900007777", "13800001111", "13800002222"))


class TestProgressDocument:
    def test_tells_progress_principle_and_negotiation(self):
        report = a_report(expected_at=local("2026-11-30 18:00"))
        told = progress_document(an_appeal(), report, reported_by="ag-sun", zone=SHANGHAI)

        assert "一、处理进展：正在查找" in told
        assert "四、预计办结时间：2026-11-30 18:00" in told

    def test_leaves_out_what_nobody_expects(self):
        assert "四、" not in progress_document(an_appeal(), a_report(), reported_by="ag-sun", zone=SHANGHAI)


class TestNotices:
    def test_say_what_is_owed_until_when_and_by_which_text(self):
        due = AppealClocks().next_owed(an_appeal())
        assert due is not None

        registered = registered_notice(an_appeal(complaint_no="CP-20261110-000001"), due, zone=SHANGHAI)
        soon = due_notice(an_appeal(waybill=""), due, overdue=False, zone=SHANGHAI)
        late = due_notice(an_appeal(), due, overdue=True, zone=SHANGHAI)

        assert "投诉 CP-20261110-000001，向邮政管理部门报告进展：2026-11-25 24:00" in registered.body
        assert soon.subject.endswith("即将到期")
        assert soon.body.startswith("运单 未提供")
        assert late.subject.endswith("已逾期")

    def test_hand_over_a_document(self):
        assert ready_notice(an_appeal(), what="答复", document="正文").body == "正文"
