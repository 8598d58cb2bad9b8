"""PUT /preferences: taken down in full, or refused with what is wrong and where."""

from typing import Any

import httpx
import pytest
from standins import QuietHerald

from schemas.preferences import PreferenceKind
from tasks.preferences.declaring import on_file

KEY = {"X-API-Key": "made-up-key"}
WINDOW = {"days": ["mon", "fri"], "start": "08:00", "until": "10:00"}
DECLARATION: dict[str, Any] = {
    "phone": "+86 199 0000 1234",
    "declared_by": "consignee",
    "preferences": [
        {"kind": "PLACE", "place": "一楼保安室"},
        {"kind": "TIME_WINDOW", "windows": [WINDOW]},
        {"kind": "NEVER_LOCKER", "valid_to": "2036-01-01T00:00:00+08:00"},
    ],
}
PHONE = "19900001234"


def kinds() -> list[str]:
    return [kind.value for kind in on_file(PHONE).in_force]


class TestPreferences:
    def test_are_taken_down_with_the_name_of_the_key(self, client: httpx.Client) -> None:
        answer = client.put("/preferences", json=[DECLARATION], headers=KEY)

        assert (answer.status_code, answer.json()) == (
            200, [{"version": 1, "changed": ["PLACE", "TIME_WINDOW", "NEVER_LOCKER"]}],
        )  # fmt: skip
        entry = on_file(PHONE).in_force[PreferenceKind.PLACE]
        assert (entry.source.door, entry.source.taken_by) == ("gateway", "the unnamed one")

    def test_may_be_put_again_and_change_nothing(self, client: httpx.Client) -> None:
        answers = [client.put("/preferences", json=[DECLARATION], headers=KEY).json() for _ in range(2)]

        assert answers[1] == [{"version": 1, "changed": []}]

    def test_are_withdrawn_by_name_and_otherwise_stay(self, client: httpx.Client) -> None:
        client.put("/preferences", json=[DECLARATION], headers=KEY)
        withdrawal = {"phone": PHONE, "declared_by": "consignee", "withdrawn": ["PLACE"]}
        client.put("/preferences", json=[withdrawal], headers=KEY)

        assert kinds() == ["TIME_WINDOW", "NEVER_LOCKER"]

    @pytest.mark.parametrize(
        ("change", "at"),
        [
            ({"phone": "nobody at home"}, "0.phone"),
            ({"declared_by": "a friend"}, "0.declared_by"),
            ({"preferences": [{"kind": "PLACE", "place": "x" * 101}]}, "0.preferences.0.PLACE.place"),
            ({"preferences": [{"kind": "PLACE", "place": "a\0b"}]}, "0.preferences.0.place"),
            ({"preferences": [{"kind": "ANYTHING"}]}, "0.preferences.0"),
            (
                {"preferences": [{"kind": "TIME_WINDOW", "windows": [WINDOW | {"days": ["someday"]}]}]},
                "0.preferences.0.TIME_WINDOW.windows.0.days.0",
            ),
            (
                {"preferences": [{"kind": "TIME_WINDOW", "windows": [WINDOW | {"days": ["mon", "mon"]}]}]},
                "0.preferences.0.TIME_WINDOW.windows.0",
            ),
            (
                {"preferences": [{"kind": "TIME_WINDOW", "windows": [WINDOW | {"start": "10:00"}]}]},
                "0.preferences.0.TIME_WINDOW.windows.0",
            ),
            (
                {"preferences": [{"kind": "TIME_WINDOW", "windows": [WINDOW | {"start": "08:00+08:00"}]}]},
                "0.preferences.0.TIME_WINDOW.windows.0",
            ),
            ({"preferences": [{"kind": "TIME_WINDOW", "windows": []}]}, "0.preferences.0.TIME_WINDOW.windows"),
            (
                {"preferences": [{"kind": "CALL_FIRST", "valid_from": "2026-01-02T00:00:00Z",
                                  "valid_to": "2026-01-02T00:00:00Z"}]},
                "0.preferences.0.CALL_FIRST",
            ),
            ({"preferences": [{"kind": "CALL_FIRST"}] * 2}, "0"),
            ({"preferences": [{"kind": "CALL_FIRST"}], "withdrawn": ["CALL_FIRST"]}, "0"),
            ({"preferences": []}, "0"),
            ({"surprise": 1}, "0.surprise"),
        ],
        ids=["no number", "nobody", "long place", "NUL", "unknown kind", "no day", "a day twice", "empty window",
             "a zone", "no window", "no time", "a kind twice", "set and withdrawn", "nothing", "unknown field"],
    )  # fmt: skip
    def test_that_are_wrong_are_refused_with_where(self, client: httpx.Client, change: dict[str, Any], at: str) -> None:
        answer = client.put("/preferences", json=[DECLARATION | change], headers=KEY)

        assert answer.status_code == 422
        assert [fault["at"] for fault in answer.json()["detail"]] == [at]
        assert kinds() == []

    def test_are_taken_all_or_none(self, client: httpx.Client) -> None:
        answer = client.put("/preferences", json=[DECLARATION, DECLARATION | {"phone": "nobody"}], headers=KEY)

        assert answer.status_code == 422
        assert kinds() == []

    def test_more_than_are_taken_at_once_are_refused(self, gateway: Any) -> None:
        answer = gateway(declarations_max=1).put("/preferences", json=[DECLARATION] * 2, headers=KEY)

        assert (answer.status_code, answer.json()["detail"]) == (413, "2 declarations; at most 1 at once")

    def test_need_the_api_key(self, client: httpx.Client, herald: QuietHerald) -> None:
        del herald
        assert client.put("/preferences", json=[DECLARATION]).status_code == 401
        assert client.put("/preferences", json=[DECLARATION], headers={"X-API-Key": "guessed"}).status_code == 401
        assert kinds() == []
