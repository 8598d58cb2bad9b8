"""What must be told of a complaint (R32 to R36), and how what is told later completes what was told before."""

import pytest
from factories import NOON, at
from hypothesis import given
from hypothesis import strategies as st

from rules.complaints.record import ABOUT_NO_PARCEL, completed, missing_fields
from schemas.complaints import Channel, ComplaintRecord, ComplaintType

TOLD = {
    "channel": Channel.HOTLINE,
    "type": ComplaintType.DAMAGE,
    "waybill": "773000000001",
    "customer": {"name": "钱七", "phone": "19900007777"},
    "sender": {"name": "赵六"},
    "consignee": {"name": "王五"},
    "item": {"description": "陶瓷餐具"},
    "occurrence": {"at": NOON, "place": "示例市示例路 1 号", "account": "开箱时已碎"},
    "demand": {"text": "赔偿"},
    "taken_by": "ag-sun",
    "taken_at": NOON,
}
FIELDS = [
    ("customer.name", "R32"), ("customer.phone", "R32"), ("sender.name", "R33"), ("consignee.name", "R33"),
    ("item.description", "R33"), ("occurrence.at", "R34"), ("occurrence.place", "R34"), ("occurrence.account", "R34"),
    ("demand.text", "R35"), ("taken_by", "R36"), ("taken_at", "R36"),
]  # fmt: skip
OF_THE_PARCEL = ["sender.name", "consignee.name", "item.description"]


def told(*, without: str = "", **changes) -> ComplaintRecord:
    """Make a record that lacks nothing but the field that is named."""
    given_all = {**TOLD, **changes}
    part, _, field = without.partition(".")
    if field:
        given_all[part] = {name: value for name, value in given_all[part].items() if name != field}
    elif without:
        del given_all[without]
    return ComplaintRecord.model_validate(given_all)


def missing(record: ComplaintRecord, *, parcel_on_file: bool = False) -> list[str]:
    return [field.at for field in missing_fields(record, parcel_on_file=parcel_on_file)]


class TestMissingFields:
    def test_are_none_where_everything_was_told(self):
        assert missing(told()) == []

    @pytest.mark.parametrize(("field", "rule"), FIELDS, ids=[at for at, _ in FIELDS])
    def test_name_what_was_not_told_and_the_rule_that_asks_for_it(self, field, rule):
        [found] = missing_fields(told(without=field), parcel_on_file=False)

        assert (found.at, found.rule) == (field, rule)
        assert not found.zh.isascii()
        assert found.en.isascii()

    def test_come_in_the_order_of_the_manual(self):
        empty = ComplaintRecord(channel=Channel.HOTLINE, type=ComplaintType.LOSS)

        assert missing(empty) == [field for field, _ in FIELDS]

    def test_are_not_those_that_the_booking_tells(self):
        bare = told(sender={}, consignee={}, item={})

        assert missing(bare, parcel_on_file=True) == []
        assert missing(bare, parcel_on_file=False) == OF_THE_PARCEL

    @pytest.mark.parametrize("type_", list(ComplaintType))
    @pytest.mark.parametrize("waybill", ["", "773000000001"], ids=["without a waybill", "with a waybill"])
    def test_are_of_no_parcel_where_the_complaint_is_about_none(self, type_, waybill):
        bare = told(type=type_, waybill=waybill, sender={}, consignee={}, item={})

        assert missing(bare) == ([] if type_ in ABOUT_NO_PARCEL and not waybill else OF_THE_PARCEL)

    def test_accept_an_address_in_place_of_a_telephone(self):
        assert missing(told(customer={"name": "钱七", "email": "qianqi@example.com"})) == []

    def test_count_a_number_that_nobody_can_call_as_none(self):
        assert missing(told(customer={"name": "钱七", "phone": "after six"})) == ["customer.phone"]


class TestCompleted:
    def test_keeps_what_the_later_telling_leaves_empty(self):
        later = ComplaintRecord(channel=Channel.WECHAT, type=ComplaintType.DAMAGE)

        assert completed(told(), later) == told(channel=Channel.WECHAT)

    def test_takes_what_the_later_telling_says_field_by_field(self):
        later = told(occurrence={"place": "网点"}, demand={"text": "赔礼", "amount": "50"}, subject="城东")

        merged = completed(told(), later)

        assert (merged.occurrence.place, merged.occurrence.account) == ("网点", "开箱时已碎")
        assert (merged.demand.text, str(merged.demand.amount), merged.subject) == ("赔礼", "50", "城东")

    def test_takes_a_demand_of_nothing_for_what_it_says(self):
        earlier = told(demand={"text": "赔偿", "amount": "80"})

        assert completed(earlier, told(demand={"amount": "0"})).demand.amount == 0

    @pytest.mark.parametrize(
        ("later", "currency"),
        [({"text": "快点"}, "USD"), ({"amount": "50"}, "CNY"), ({"amount": "50", "currency": "HKD"}, "HKD")],
        ids=["no other amount", "another amount", "another currency"],
    )
    def test_changes_the_currency_of_a_demand_only_together_with_its_amount(self, later, currency):
        earlier = told(demand={"text": "赔偿", "amount": "80", "currency": "USD"})

        assert completed(earlier, told(demand=later)).demand.currency == currency

    @given(st.sets(st.sampled_from([field for field, _ in FIELDS])))
    def test_lacks_only_what_neither_telling_told(self, fields):
        earlier, later = told(), told()
        for field in fields:
            earlier = _without(earlier, field)
        for field in {field for field, _ in FIELDS} - fields:
            later = _without(later, field)

        assert missing(completed(earlier, later)) == []
        assert missing(completed(earlier, earlier)) == missing(earlier)

    def test_keeps_when_it_was_taken_in_last(self):
        assert completed(told(), told(taken_at=at(1))).taken_at == at(1)


def _without(record: ComplaintRecord, field: str) -> ComplaintRecord:
    part, _, name = field.partition(".")
    if not name:
        return record.model_copy(update={part: None if part == "taken_at" else ""})
    changed = getattr(record, part).model_copy(update={name: None if name == "at" else ""})
    return record.model_copy(update={part: changed})
