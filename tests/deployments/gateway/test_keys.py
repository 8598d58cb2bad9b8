"""Keys: several for one door, of which one follows the other; none of them is ever told."""

import logging

import pytest

from deployments.gateway.keys import UNNAMED, KeysInUse, keys_in, matching_key

ENVIRONMENT = {"REDRESS_API_KEY": "first", "REDRESS_API_KEY__WMS": "second", "REDRESS_API_KEY__OLD": "",
               "REDRESS_OTHER": "third"}  # fmt: skip


class TestKeysIn:
    def test_are_those_of_the_variable_and_its_named_companions(self) -> None:
        keys = keys_in("REDRESS_API_KEY", ENVIRONMENT)

        assert [(key.name, key.value.get_secret_value()) for key in keys] == [(UNNAMED, "first"), ("WMS", "second")]

    def test_are_none_where_nothing_is_set(self) -> None:
        assert keys_in("REDRESS_ELSE", ENVIRONMENT) == ()

    def test_are_not_shown_when_they_are_printed(self) -> None:
        assert "first" not in repr(keys_in("REDRESS_API_KEY", ENVIRONMENT))


class TestMatchingKey:
    @pytest.mark.parametrize(
        ("given", "name"), [("first", UNNAMED), ("second", "WMS"), ("", None), ("firs", None), ("签\udcff", None)]
    )
    def test_is_the_one_that_was_given(self, given: str, name: str | None) -> None:
        key = matching_key(keys_in("REDRESS_API_KEY", ENVIRONMENT), given)

        assert (key.name if key else None) == name


class TestKeysInUse:
    def test_are_told_once_at_each_door(self, caplog: pytest.LogCaptureFixture) -> None:
        keys = keys_in("REDRESS_API_KEY", ENVIRONMENT)
        in_use = KeysInUse()

        with caplog.at_level(logging.INFO):
            for door, key in [("sf", keys[0]), ("sf", keys[0]), ("sf", keys[1]), ("shipments", keys[0])]:
                in_use.note(door, key)

        assert [record.args for record in caplog.records] == [("sf", UNNAMED), ("sf", "WMS"), ("shipments", UNNAMED)]
        assert "first" not in caplog.text.replace("the first who", "")
