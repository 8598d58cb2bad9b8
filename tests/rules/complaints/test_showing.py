"""Complaints as the desk is shown them: nobody can be reached from what is shown (R65)."""

from complaints import a_record
from factories import NOON

from rules.complaints.showing import mask_email, shown_complaint, shown_record
from schemas.complaints import Channel, Complaint, ComplaintType, State


class TestMaskEmail:
    def test_shows_the_first_letter_and_the_host(self) -> None:
        assert [mask_email(address) for address in ("qianqi@example.com", "q@x", "nobody", "")] == [
            "q*****@example.com", "q@x", "n*****", "",
        ]  # fmt: skip


class TestShownRecord:
    def test_masks_every_party_and_the_numbers_in_texts(self) -> None:
        record = a_record(
            waybill="13800138000", customer={"email": "qianqi@example.com"}, sender={"phone": "13900139000"},
            consignee={"address": "示例市示例路 1 号 2 单元"}, occurrence={"account": "打 13700137000 没人接"},
        )  # fmt: skip

        shown = shown_record(record)

        assert shown["customer"]["name"] == "钱*"
        assert shown["customer"]["email"] == "q*****@example.com"
        assert (shown["sender"]["phone"], shown["consignee"]["address"]) == ("139****9000", "示例市示例路*********")
        assert shown["occurrence"]["account"] == "打 137****7000 没人接"
        assert shown["waybill"] == "13800138000"


class TestShownComplaint:
    def test_masks_who_complains_and_leaves_the_numbers_of_the_case(self) -> None:
        shown = shown_complaint(
            Complaint(
                case_no="CP-20261120-000001", type=ComplaintType.FEE, channel=Channel.APP, state=State.RECEIVED,
                version=1, opened_at=NOON, state_since=NOON, customer_name="钱七", customer_phone="19900007777",
                caller_key="abc", account="打 13700137000", person_told="张三", subject_told="城东",
            )
        )  # fmt: skip

        assert (shown["customer_name"], shown["customer_phone"]) == ("钱*", "199****7777")
        assert (shown["account"], shown["case_no"]) == ("打 137****7000", "CP-20261120-000001")
        assert not {"caller_key", "clock_anchors", "person_told", "subject_told"} & set(shown)
