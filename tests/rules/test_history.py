"""What the seal of a history entry depends on."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from rules.history import FIRST, entry_hash

ENTRY: dict[str, Any] = {"seq": 1, "who": "张三", "to_state": "RECORDED", "details": {"amount": Decimal("100.00")}}


def sealed(*entries: dict[str, Any]) -> bytes:
    head = FIRST
    for entry in entries:
        head = entry_hash(head, entry)
    return head


class TestEntryHash:
    def test_never_changes_because_it_is_stored(self):
        assert sealed(ENTRY).hex() == "7bb261ffc9e5ef21ba2144dc3de5c649cad178e177b080e1f59da823dc2f99f4"

    def test_does_not_depend_on_the_order_of_the_fields(self):
        assert sealed(dict(reversed(ENTRY.items()))) == sealed(ENTRY)

    @pytest.mark.parametrize("change", [{"seq": 2}, {"who": "李四"}, {"details": {"amount": "100.01"}}, {"note": ""}])
    def test_changes_with_every_field(self, change):
        assert sealed(ENTRY | change) != sealed(ENTRY)

    def test_seals_a_time(self):
        noon = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

        assert sealed(ENTRY | {"at": noon}) != sealed(ENTRY | {"at": noon.replace(minute=1)})

    def test_depends_on_every_entry_before_it(self):
        following = ENTRY | {"seq": 2}

        assert sealed(ENTRY | {"who": "李四"}, following) != sealed(ENTRY, following)

    def test_notices_two_entries_that_changed_places(self):
        following = ENTRY | {"seq": 2}

        assert sealed(following, ENTRY) != sealed(ENTRY, following)

    def test_notices_an_entry_that_was_taken_out(self):
        following = ENTRY | {"seq": 2}

        assert sealed(following) != sealed(ENTRY, following)
