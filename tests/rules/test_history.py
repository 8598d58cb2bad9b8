"""What the seal of a history entry depends on."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.history import FIRST, canonical, entry_hash, hash_of_written

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


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.decimals(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


class TestHashOfWritten:
    @given(entry=st.dictionaries(st.sampled_from(sorted(ENTRY)), VALUES), previous=st.binary(min_size=32, max_size=32))
    def test_seals_as_the_entry_itself_is_sealed(self, entry, previous):
        written = [(name, canonical(entry[name])) for name in sorted(entry)]

        assert hash_of_written(previous, written) == entry_hash(previous, entry)
