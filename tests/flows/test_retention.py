"""What the nightly erasure shows: counts, what is kept with the reason, and nothing of anybody."""

from typing import Any

import pytest

from flows import retention
from flows.retention import end_retention
from schemas.archives import Erased, HoldReason

NUMBER = "CP-20261120-000001"
CLAIM = "CL-20261120-000001"


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Keep what the flow publishes."""
    shown: dict[str, Any] = {}
    for name in ("publish_counts", "publish_rows"):
        monkeypatch.setattr(retention, name, lambda key, told, **_: shown.__setitem__(key, told))
    return shown


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> dict[str, Erased]:
    """Have each pass do what the test says, nothing unless told otherwise."""
    done = dict.fromkeys(("erase_expired", "erase_expired_claims", "erase_expired_payouts"), Erased())
    for name in done:
        monkeypatch.setattr(retention, name, lambda name=name: done[name])
    return done


class TestEndRetention:
    def test_shows_what_was_erased_of_complaints_claims_and_payouts(self, shown, passes):
        passes["erase_expired"] = Erased(complaints=2, records=3)
        passes["erase_expired_claims"] = Erased(claims=1, records=1)
        passes["erase_expired_payouts"] = Erased(payouts=4)

        assert end_retention.fn() == 3
        counts = shown["personal-data-erased"]
        assert (counts["complaints"], counts["claims"], counts["payouts"], counts["records"]) == (2, 1, 4, 4)

    def test_shows_what_is_kept_and_why(self, shown, passes):
        passes["erase_expired"] = Erased(held={NUMBER: HoldReason.LATER_CASE})
        passes["erase_expired_claims"] = Erased(held={CLAIM: HoldReason.MONEY_OPEN})

        end_retention.fn()

        first, second = shown["personal-data-held"]
        assert (first["case"], second["case"]) == (NUMBER, CLAIM)
        assert "a later complaint refers to it" in first["kept because"]
        assert "money is still to be paid" in second["kept because"]

    def test_shows_nothing_when_nothing_was_over(self, shown, passes):
        del passes

        assert end_retention.fn() == 0
        assert shown == {}
