"""What the nightly erasure shows: counts, what is kept with the reason, and nothing of anybody."""

from typing import Any

import pytest

from flows import retention
from flows.retention import end_retention
from schemas.archives import Erased, HoldReason

NUMBER = "CP-20261120-000001"


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Keep what the flow publishes."""
    shown: dict[str, Any] = {}
    for name in ("publish_counts", "publish_rows"):
        monkeypatch.setattr(retention, name, lambda key, told, **_: shown.__setitem__(key, told))
    return shown


class TestEndRetention:
    def test_shows_what_was_erased_and_what_is_kept_and_why(self, shown, monkeypatch):
        erased = Erased(complaints=2, records=3, held={NUMBER: HoldReason.LATER_CASE})
        monkeypatch.setattr(retention, "erase_expired", lambda: erased)

        assert end_retention.fn() == 2
        assert shown["personal-data-erased"]["records"] == 3
        [row] = shown["personal-data-held"]
        assert row["complaint"] == NUMBER
        assert "a later complaint refers to it" in row["kept because"]

    def test_shows_nothing_when_nothing_was_over(self, shown, monkeypatch):
        monkeypatch.setattr(retention, "erase_expired", Erased)

        assert end_retention.fn() == 0
        assert shown == {}
