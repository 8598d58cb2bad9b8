"""SF's table: what is left to the text, and what is left unmapped on purpose."""

import pytest

from adapters.feeds.sf.codes import CODES, SIGNATURE_NOTE, SIGNED
from schemas.tracking import SIGNALS, Event, Reason


class TestCodes:
    def test_take_the_reason_from_the_text_only_where_something_failed(self):
        assert {code for code, row in CODES.items() if row.reason_from_text} == {"70", "33", "72", "18"}

    def test_are_refined_only_where_a_parcel_was_signed(self):
        assert {code for code, row in CODES.items() if row.refined_by} == {SIGNED}

    def test_are_never_signals(self):
        assert not {row.event for row in CODES.values()} & SIGNALS

    def test_leave_the_state_of_a_signed_parcel_alone_with_their_note(self):
        assert CODES[SIGNATURE_NOTE].event is CODES[SIGNED].event is Event.DELIVERED

    @pytest.mark.parametrize("code", ["648", "607", "98", "34", "833", "126", "870", "135"])
    def test_do_not_guess(self, code):
        assert code not in CODES

    def test_name_who_holds_a_parcel_at_customs(self):
        held = {row.code: row.reason for row in CODES.values() if row.event is Event.CUSTOMS_HELD}

        assert held == {
            "15": Reason.CUSTOMS_INSPECTION,
            "17": Reason.CUSTOMS_INSPECTION,
            "18": Reason.UNKNOWN,
            "614": Reason.CUSTOMS_DELAY,
        }
