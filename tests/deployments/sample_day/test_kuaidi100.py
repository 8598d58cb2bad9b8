"""Kuaidi100's pushes."""

import hashlib
from collections import defaultdict
from typing import Any
from urllib.parse import parse_qs

import pytest

from deployments.sample_day import Post, SampleDay
from deployments.sample_day.kuaidi100 import main_state, signed_form

Pushed = list[tuple[Post, dict[str, Any]]]


def is_signed(post: Post, *, salt: str) -> bool:
    form = parse_qs(post.body.decode())
    return form["sign"][0] == hashlib.md5((form["param"][0] + salt).encode()).hexdigest().upper()


def good_records(push: dict[str, Any]) -> list[dict[str, Any]]:
    """The records that can be used: an object with a time before the end of the day and a text in printable words."""
    rows = [row for row in push["lastResult"]["data"] if isinstance(row, dict)]
    timed = [row for row in rows if "2026-1" < row.get("time", "") < "2026-11-20 18:31"]
    return [row for row in timed if len(row["context"]) < 2000 and row["context"].isprintable()]


def by_parcel(pushed: Pushed) -> dict[str, list[dict[str, Any]]]:
    histories = defaultdict(list)
    for _, push in pushed:
        if push["lastResult"]["nu"]:
            histories[push["lastResult"]["nu"]].append(push)
    return histories


class TestPushes:
    def test_are_signed_with_the_agreed_salt(self, pushed: Pushed, salt: str) -> None:
        assert pushed
        assert all(is_signed(post, salt=salt) for post, _ in pushed)

    def test_have_a_bad_signature_only_where_the_gateway_must_refuse(self, day: SampleDay, salt: str) -> None:
        feed = [post for post in day.posts if post.path == "/feeds/kuaidi100"]

        assert [post.refusal for post in feed if not is_signed(post, salt=salt)] == ["bad signature"]

    def test_tell_the_newest_first(self, pushed: Pushed) -> None:
        for _, push in pushed:
            times = [row["time"] for row in good_records(push)]

            assert times == sorted(times, reverse=True)

    def test_tell_the_whole_history_each_time(self, pushed: Pushed) -> None:
        for pushes in by_parcel(pushed).values():
            longest = max((_told(push) for push in pushes), key=len)

            assert all(_told(push) <= longest for push in pushes)

    def test_come_several_times_as_the_day_goes_on(self, pushed: Pushed) -> None:
        histories = by_parcel(pushed)

        assert 2 < sum(map(len, histories.values())) / len(histories) < 4

    def test_have_codes_for_about_two_thirds_of_the_parcels_and_else_only_texts(self, pushed: Pushed) -> None:
        coded = {}
        for waybill, pushes in by_parcel(pushed).items():
            kinds = {"statusCode" in row for push in pushes for row in good_records(push)}
            assert len(kinds) <= 1
            coded[waybill] = True in kinds

        assert sum(coded.values()) / len(coded) == pytest.approx(2 / 3, abs=0.04)

    def test_overtake_each_other_now_and_then(self, pushed: Pushed) -> None:
        lengths = [[len(_told(push)) for push in pushes] for pushes in by_parcel(pushed).values()]
        overtaken = sum(steps != sorted(steps) for steps in lengths)

        assert 0.02 < overtaken / len(lengths) < 0.12

    def test_end_with_shutdown_once_a_parcel_is_signed_for(self, pushed: Pushed) -> None:
        for _, push in pushed:
            signed = push["lastResult"]["state"] in {"3", "4"}

            assert push["status"] == ("shutdown" if signed else "polling")
            assert push["lastResult"]["ischeck"] == ("1" if signed else "0")


class TestMainState:
    @pytest.mark.parametrize(
        ("code", "state"),
        [("103", "1"), ("1002", "0"), ("1001", "0"), ("5", "5"), ("501", "5"), ("304", "3"), ("206", "2"), ("6", "6")],
    )
    def test_is_the_group_that_the_newest_code_belongs_to(self, code: str, state: str) -> None:
        assert main_state(code) == state

    def test_is_under_way_for_an_unknown_code(self) -> None:
        assert main_state("2988") == "0"


class TestSignedForm:
    def test_carries_the_signature_of_another_salt_when_asked(self) -> None:
        assert signed_form({}, salt="one", signed_with="two") == signed_form({}, salt="two")


def _told(push: dict[str, Any]) -> set[tuple[str, str]]:
    return {(row["time"], row["context"]) for row in good_records(push)}
