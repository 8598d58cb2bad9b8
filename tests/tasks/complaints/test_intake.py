"""Taking complaints in: whole or as a draft, once for each matter, and acknowledged at once (R31 to R38, R60)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from complaint_factories import an_agent
from complaints import (
    AGENT,
    CALLER,
    a_record,
    commands_of,
    complaint_of,
    filed,
    notices_of,
    staff_called,
    the_desk_has,
    the_network_is_on_file,
)
from factories import a_registration, at
from standins import register

from schemas.complaints import Channel, Command, ComplaintType, Filed, State
from schemas.severity import Severity
from store import complaints as complaint_store
from store.case_history import broken_histories
from store.requests import NamedRequest, OtherContent
from store.unit_of_work import unit_of_work
from tasks.complaints.intake import complete_draft, file_complaint
from tasks.complaints.moving import Step, take_steps
from tasks.complaints.showing import complaint_file
from tasks.complaints.told import Incomplete

DAYS = 24


class TestFiling:
    def test_opens_a_case_that_holds_what_was_told(self):
        answer = filed()

        complaint = complaint_of(answer.complaint_no)
        assert (complaint.state, complaint.type, complaint.channel) == (
            State.RECEIVED, ComplaintType.DELAY, Channel.HOTLINE,
        )  # fmt: skip
        assert (complaint.customer_name, complaint.wish) == ("钱七", "尽快送达并说明原因")
        assert answer.complaint_no == "CP-20261120-000001"

    def test_acknowledges_at_once_with_both_promised_times_and_admits_nothing(self):
        answer = filed()

        [notice] = notices_of(answer.complaint_no)
        assert (answer.first_answer_by, answer.result_by) == (at(2), at(48))
        assert answer.complaint_no in notice["body"]
        assert "2026-11-20 14:00" in notice["body"]
        assert "2026-11-22 12:00" in notice["body"]
        assert (notice["to"], notice["shown_to"]) == ("19900007777", "199****7777")
        assert "责任" not in notice["body"]

    def test_answers_in_english_whoever_speaks_it(self):
        answer = filed(customer={"language": "en"})

        assert answer.sentence.startswith("We are sorry for the trouble.")

    def test_runs_the_clock_of_the_law_from_the_telling_on(self):
        complaint = complaint_of(filed().complaint_no)

        assert complaint.clock_anchors.facts["complained_at"] == at(0)

    def test_keeps_no_word_of_the_customer_in_the_sealed_history(self):
        number = filed().complaint_no

        with unit_of_work() as connection:
            kept = connection.exec_driver_sql("SELECT string_agg(h::text, '') FROM case_history h").scalar_one()
            assert broken_histories(connection, number) == (1, [])
        assert "钱七" not in kept
        assert "19900007777" not in kept
        assert "至今没有消息" not in kept

    def test_names_the_open_exception_and_the_earlier_complaint_of_the_parcel(self):
        first = filed(type=ComplaintType.ATTITUDE)

        assert complaint_of(filed().complaint_no).earlier_case == first.complaint_no

    def test_writes_to_an_address_where_no_telephone_is_told(self):
        answer = filed(customer={"phone": "", "email": "qianqi@example.com"}, channel=Channel.EMAIL)

        [notice] = notices_of(answer.complaint_no)
        assert (notice["to"], notice["channel"]) == ("qianqi@example.com", "email")


class TestWhatMustBeTold:
    @pytest.mark.parametrize(
        ("changes", "missing"),
        [
            ({"customer": {"name": ""}}, "customer.name"),
            ({"customer": {"phone": ""}}, "customer.phone"),
            ({"customer": {"phone": "call me"}}, "customer.phone"),
            ({"sender": {"name": ""}}, "sender.name"),
            ({"consignee": {"name": ""}}, "consignee.name"),
            ({"item": {"description": ""}}, "item.description"),
            ({"occurrence": {"at": None}}, "occurrence.at"),
            ({"occurrence": {"place": ""}}, "occurrence.place"),
            ({"occurrence": {"account": ""}}, "occurrence.account"),
            ({"demand": {"text": " "}}, "demand.text"),
        ],
    )
    def test_is_named_field_by_field_and_nothing_is_kept(self, changes, missing):
        with pytest.raises(Incomplete) as refused:
            filed(**changes)

        assert [field.at for field in refused.value.missing] == [missing]
        with unit_of_work() as connection:
            assert complaint_store.standing(connection) == {}

    def test_is_less_for_a_parcel_that_is_on_file(self):
        register(a_registration())

        answer = filed(sender={"name": ""}, consignee={"name": ""}, item={"description": ""})

        assert answer.state is State.RECEIVED


class TestDrafts:
    def test_are_kept_when_asked_for_with_a_clock_and_the_customer_hears_what_is_missing(self):
        answer = filed(keep_draft=True, demand={"text": ""})

        complaint = complaint_of(answer.complaint_no)
        assert (complaint.state, complaint.missing) == (State.DRAFT, ("demand.text",))
        assert (complaint.due_kind, complaint.next_due_at) == ("draft", at(4))
        assert "客户诉求" in notices_of(answer.complaint_no)[0]["body"]

    def test_are_received_once_the_rest_was_told(self, stand_at):
        number = filed(keep_draft=True, demand={"text": ""}).complaint_no
        stand_at(at(1))

        answer = complete_draft(number, a_record(occurrence={"account": ""}, demand={"text": "赔礼"}), entered=AGENT)

        complaint = complaint_of(number)
        assert (answer.state, complaint.account) == (State.RECEIVED, "承诺昨天送达，至今没有消息")
        assert (commands_of(number), complaint.missing) == (["receive", "complete"], ())
        assert answer.result_by == at(1 + 48)

    def test_are_about_the_parcel_and_the_person_that_are_told_with_the_rest(self):
        staff_called("cou-li")
        the_network_is_on_file()
        number = filed(keep_draft=True, waybill="", demand={"text": ""}).complaint_no

        complete_draft(number, a_record(subject="城东", person="cou-li"), entered=AGENT)

        complaint = complaint_of(number)
        assert (complaint.waybill, complaint.subject, complaint.person) == ("773000000001", "示例城东网点", "cou-li")

    def test_stay_drafts_as_long_as_something_is_missing(self):
        number = filed(keep_draft=True, demand={"text": ""}, occurrence={"place": ""}).complaint_no

        answer = complete_draft(number, a_record(demand={"text": ""}), entered=AGENT)

        assert (answer.state, [field.at for field in answer.missing]) == (State.DRAFT, ["demand.text"])


class TestOneMatter:
    def test_is_one_case_however_often_and_by_whomever_it_is_told(self):
        first = filed()

        second = filed(customer={"name": "孙八", "phone": "19900008888"}, channel=Channel.WECHAT)

        assert (second.complaint_no, second.joined) == (first.complaint_no, True)
        assert complaint_of(first.complaint_no).tellings == 2

    def test_is_another_where_something_else_is_complained_of(self):
        assert filed().complaint_no != filed(type=ComplaintType.ATTITUDE).complaint_no

    def test_without_a_parcel_is_the_callers(self):
        told = {"waybill": "", "type": ComplaintType.FEE}
        first = filed(**told)

        assert filed(**told).complaint_no == first.complaint_no
        assert filed(**told, customer={"phone": "19900008888"}).complaint_no != first.complaint_no

    def test_told_by_twins_at_once_is_one_case(self):
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: filed(), range(8)))

        assert len({answer.complaint_no for answer in answers}) == 1
        assert complaint_of(answers[0].complaint_no).tellings == 8

    @pytest.mark.parametrize(
        ("after", "repeat"),
        [
            (timedelta(days=3), True),  # 三天内, the last instant included
            (timedelta(days=3, microseconds=1), False),
        ],
    )
    def test_told_again_within_three_days_is_a_repeat_to_the_instant(self, stand_at, after, repeat):
        number = filed(type=ComplaintType.LOSS).complaint_no
        stand_at(at(0) + after)

        answer = filed(type=ComplaintType.LOSS)

        complaint = complaint_of(number)
        assert (answer.complaint_no, answer.repeat, complaint.is_repeat) == (number, repeat, repeat)
        assert complaint.severity == (Severity.SEVERE if repeat else Severity.ORDINARY)
        assert [notice["subject"] for notice in notices_of(number, "department")] == (
            ["[CP-20261120-000001] 重复投诉，自动升级 LOSS 严重度 2"] if repeat else []
        )

    def test_counts_from_the_telling_before_and_not_from_the_first(self, stand_at):
        filed()
        stand_at(at(2 * DAYS))
        filed()
        stand_at(at(4 * DAYS))

        assert filed().repeat

    def test_raises_the_clocks_together_with_the_severity(self, stand_at):
        """A severe matter is owed its result in 24 hours, and not in 48 (R50)."""
        filed(type=ComplaintType.LOSS)
        stand_at(at(1))

        assert filed(type=ComplaintType.LOSS).result_by == at(24)
        assert filed(channel=Channel.REGULATOR).result_by == at(1 + 24)

    def test_promises_nothing_for_a_time_that_has_passed(self, stand_at):
        number = filed().complaint_no
        stand_at(at(60))

        answer = filed()

        assert answer.result_by is None
        assert "尽快告知处理结果" in notices_of(number)[-1]["body"]

    def test_tells_who_else_is_complained_of_and_what_else_is_demanded(self):
        staff_called("cou-li")
        number = filed().complaint_no
        filed(person="cou-li", demand={"text": "赔偿", "amount": "20", "currency": "USD"})

        complaint = complaint_of(number)
        assert (complaint.person, complaint.demanded, complaint.currency) == ("cou-li", 20, "USD")

    def test_told_by_two_people_mixes_no_name_with_the_others_number(self):
        number = filed(customer={"email": "qianqi@example.com"}).complaint_no
        filed(customer={"name": "孙八", "phone": "19900008888"})

        complaint = complaint_of(number)
        assert (complaint.customer_name, complaint.customer_phone, complaint.customer_email) == (
            "钱七", "19900007777", "qianqi@example.com",
        )  # fmt: skip


class TestCallers:
    def test_who_complain_often_raise_their_level_and_the_skill_asked_for(self):
        levels = []
        for number in range(8):
            answer = filed(waybill=f"77300000010{number}")
            complaint = complaint_of(answer.complaint_no)
            levels.append((complaint.caller_level, complaint.tier))

        assert levels == [(0, 1), (1, 2), (1, 2), (2, 2), (2, 2), (2, 2), (2, 2), (3, 3)]

    def test_are_known_however_their_number_is_spelled(self):
        filed(waybill="773000000101")

        answer = filed(waybill="773000000102", customer={"phone": "+86 199-0000-7777"})

        assert complaint_of(answer.complaint_no).caller_level == 1

    def test_are_forgotten_after_the_window(self, stand_at):
        filed(waybill="773000000101")
        stand_at(at(31 * DAYS))

        assert complaint_of(filed(waybill="773000000102").complaint_no).caller_level == 0


class TestRequests:
    def test_that_are_sent_twice_are_answered_alike_and_do_nothing_twice(self):
        request = NamedRequest("api desk", "key-1", b"hash")

        first = file_complaint(a_record(), entered=AGENT, request=request)
        second = file_complaint(a_record(), entered=AGENT, request=request)

        assert (second, complaint_of(first.complaint_no).tellings) == (first, 1)
        assert isinstance(second, Filed)

    def test_that_use_a_name_for_something_else_are_refused(self):
        file_complaint(a_record(), entered=AGENT, request=NamedRequest("api desk", "key-1", b"hash"))

        with pytest.raises(OtherContent):
            file_complaint(
                a_record(customer=CALLER), entered=AGENT, request=NamedRequest("api desk", "key-1", b"other")
            )


class TestWhoIsComplainedOf:
    """What a customer calls somebody can be erased; the sealed history, which cannot, names who is on file (R54)."""

    WORDS = "快递员张三 13812345678"

    def sealed(self) -> str:
        with unit_of_work() as connection:
            kept: str = connection.exec_driver_sql("SELECT string_agg(h::text, '') FROM case_history h").scalar_one()
        return kept

    def test_is_kept_in_the_customers_words_where_they_can_be_erased_only(self):
        number = filed(person=self.WORDS, subject="城东那家店").complaint_no
        filed(person=f"{self.WORDS}，高个子")
        complaint = complaint_of(number)

        assert (complaint.person, complaint.subject) == ("", "")
        assert (complaint.person_told, complaint.subject_told) == (f"{self.WORDS}，高个子", "城东那家店")
        assert not [word for word in ("张三", "13812345678", "那家店") if word in self.sealed()]

    @pytest.mark.parametrize("staff_id", ["sup-zhang", "ag-sun", "ag-wu"])
    def test_is_named_by_the_staff_id_that_is_on_file(self, staff_id):
        the_network_is_on_file()  # ag-wu manages an outlet
        staff_called("sup-zhang")
        the_desk_has(an_agent("ag-sun"))

        assert complaint_of(filed(person=staff_id).complaint_no).person == staff_id

    @pytest.mark.parametrize("named", ["o-1", "城东", "示例城东网点"])
    def test_is_a_department_by_its_name_on_file(self, named):
        the_network_is_on_file()

        assert complaint_of(filed(subject=named).complaint_no).subject == "示例城东网点"

    @pytest.mark.parametrize(("named", "kept"), [("示例城东网点", "示例城东网点"), ("示例城西网点", "")])
    def test_is_the_parcels_outlet_where_no_department_is_on_file(self, named, kept):
        register(a_registration(destination_outlet="示例城东网点"))

        assert complaint_of(filed(subject=named).complaint_no).subject == kept

    def test_is_somebody_who_may_not_decide_even_if_he_comes_on_file_later(self):
        number = filed(person="sup-zhang").complaint_no

        assert complaint_of(number).subject_people == {"sup-zhang"}

    def test_is_masked_in_the_history_that_people_are_shown(self):
        number = filed().complaint_no
        step = Step(complaint_of(number), Command.HAND_OVER, reason="by_hand", note="请打 13812345678")
        with unit_of_work() as connection:
            take_steps(connection, [step], now=at(0))

        assert "请打 138****5678" in str(complaint_file(number)["history"])
        assert "13812345678" not in str(complaint_file(number))
