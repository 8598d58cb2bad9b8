"""ZTO's table: what each scan type says, what is left to the text, and what is left unmapped on purpose."""

import pytest

from adapters.feeds.meanings import SCANS
from adapters.feeds.zto.codes import CODES, kind_of_return
from schemas.tracking import Event, Reason

SAID = {
    "收件": (Event.PICKED_UP, None),
    "发件": (Event.DEPARTED_HUB, None),
    "到件": (Event.ARRIVED_HUB, None),
    "派件": (Event.OUT_FOR_DELIVERY, None),
    "ARRIVAL": (Event.AT_PICKUP_POINT, None),
    "SIGNED": (Event.DELIVERED_PICKUP_POINT, None),
    "退件/3": (Event.FORWARDED, None),
    "退件/6": (Event.FORWARDED, None),
    "退件签收": (Event.RETURNED, None),
}
LEFT_OPEN = {
    "签收": (Event.DELIVERED, None),
    "第三方签收": (Event.DELIVERED_PROXY, None),
    "问题件": (Event.EXCEPTION, Reason.UNKNOWN),
    "退件": (Event.RETURNING, None),
}


class TestCodes:
    @pytest.mark.parametrize("code", SAID | LEFT_OPEN)
    def test_say_this_where_the_text_says_nothing(self, code):
        assert (CODES[code].event, CODES[code].reason) == (SAID | LEFT_OPEN)[code]

    def test_leave_something_to_the_text_only_where_they_must(self):
        assert {code for code, row in CODES.items() if row.refined_by or row.reason_from_text} == LEFT_OPEN.keys()

    def test_are_all_accounted_for(self):
        assert set(CODES) == SAID.keys() | LEFT_OPEN.keys()

    def test_never_become_a_signal(self):
        assert all({row.event, *row.refined_by} <= SCANS for row in CODES.values())

    @pytest.mark.parametrize("code", ["转单", "安检", "DELIVERY", "DEPARTURE", "1", "44", "收"])
    def test_do_not_guess(self, code):
        assert code not in CODES


class TestKindOfReturn:
    @pytest.mark.parametrize("kind", ["3", "6"])
    def test_that_changes_the_address_is_a_code_of_its_own(self, kind):
        assert kind_of_return(kind) == f"退件/{kind}"

    @pytest.mark.parametrize("kind", ["", "1", "2", "4", "5", "10", "99"])
    def test_that_says_no_more_is_the_plain_code(self, kind):
        assert kind_of_return(kind) == "退件"
