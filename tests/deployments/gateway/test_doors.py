"""Doors: made of the list of feeds, each with the provider's own check, window and words."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from adapters.feeds import registry
from adapters.feeds.configuration import Feed, configured_feeds
from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.pushing import Answer, NotAllowed, Push, Pushed, Signature
from deployments.gateway.doors import Door, doors
from deployments.gateway.keys import Key
from deployments.gateway.refusal import Refusal

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
QUERY = registry.FORMATS["kuaidi100_query"]


def signed_at(moment: datetime | None) -> Callable[[Pushed, str], Signature]:
    """Make the check of a provider whose signature is his secret, for a moment."""

    def check(pushed: Pushed, secret: str) -> Signature:
        if pushed.headers.get("signature") != secret:
            raise NotAllowed("the signature does not match")
        return Signature(moment)

    return check


def words(accepted: bool, message: str, payload: bytes) -> Answer:
    return Answer(f"{accepted} {message} {payload.decode()}".encode(), "text/plain", 202)


def a_door(*, push: Push | None = None, secrets: tuple[str, ...] = ("first",), **changes: Any) -> Door:
    keys = tuple(Key(secret.upper(), SecretStr(secret)) for secret in secrets)
    feed = Feed(name="made-up", format="kuaidi100_query", secret="REDRESS_MADE_UP")
    return Door(feed=feed, format=replace(QUERY, push=push, **changes), keys=keys)


def a_push(moment: datetime | None = None, *, seconds_max: int | None = 300) -> Push:
    return Push(check=signed_at(moment), answer=words, replay_seconds_max=seconds_max)


def shown(secret: str) -> Pushed:
    return Pushed(body=b"", headers={"signature": secret})


class TestSigningKey:
    @pytest.mark.parametrize("secret", ["first", "second"])
    def test_is_any_of_those_that_are_set(self, secret: str) -> None:
        door = a_door(push=a_push(), secrets=("first", "second"))

        assert door.signing_key_of(shown(secret), now=NOON).name == secret.upper()

    def test_is_none_of_others(self) -> None:
        with pytest.raises(NotAllowed, match="signature does not match"):
            a_door(push=a_push(), secrets=("first", "second")).signing_key_of(shown("third"), now=NOON)

    @pytest.mark.parametrize("seconds", [-300, 0, 300])
    def test_counts_for_the_moment_it_was_used_for(self, seconds: int) -> None:
        door = a_door(push=a_push(NOON + timedelta(seconds=seconds)))

        assert door.signing_key_of(shown("first"), now=NOON).name == "FIRST"

    @pytest.mark.parametrize("seconds", [-301, 301])
    def test_does_not_count_long_before_or_after(self, seconds: int) -> None:
        door = a_door(push=a_push(NOON + timedelta(seconds=seconds)))

        with pytest.raises(NotAllowed, match="too far from now"):
            door.signing_key_of(shown("first"), now=NOON)

    @pytest.mark.parametrize(
        "push", [a_push(None), a_push(NOON - timedelta(days=9), seconds_max=None)], ids=["no moment", "no window"]
    )
    def test_counts_at_any_time_where_the_provider_has_no_window(self, push: Push) -> None:
        assert a_door(push=push).signing_key_of(shown("first"), now=NOON)


class TestKeyAtOnce:
    def test_is_asked_for_where_the_provider_signs_nothing(self) -> None:
        for push in (None, Push(answer=words)):
            door = a_door(push=push)
            key = door.key_at_once({"x-api-key": "first"})

            assert key is not None
            assert key.name == "FIRST"
            with pytest.raises(NotAllowed):
                door.key_at_once({})

    def test_is_not_asked_for_where_he_does(self) -> None:
        assert a_door(push=a_push()).key_at_once({}) is None

    def test_opens_nothing_without_a_secret(self) -> None:
        with pytest.raises(Refusal, match="REDRESS_MADE_UP is not set") as refused:
            a_door(secrets=()).key_at_once({"x-api-key": ""})

        assert refused.value.status == 503


class TestPayload:
    @pytest.mark.parametrize(
        ("pushed", "payload"),
        [
            (Pushed(body=b"{}"), b"{}"),
            (Pushed(body=b"x=%7B%7D", form={"x": "{}"}), b"{}"),
            (Pushed(body=b"...", form={"a": "1", "param": "{}"}), b"{}"),
        ],
        ids=["body", "only field", "field that the format knows"],
    )
    def test_at_a_plain_door_is_the_body_or_a_field(self, pushed: Pushed, payload: bytes) -> None:
        assert a_door(form_fields=("param",)).payload_of(pushed) == payload

    def test_at_a_plain_door_is_not_guessed_from_many_fields(self) -> None:
        with pytest.raises(UnreadableEnvelope, match="form_field_missing"):
            a_door().payload_of(Pushed(body=b"a=1&b=2", form={"a": "1", "b": "2"}))


class TestAnswers:
    def test_are_the_provider_s_with_the_gateway_s_status_of_a_refusal(self) -> None:
        door = a_door(push=a_push())

        assert door.accepted(b"x", 7) == (b"True \xe6\x88\x90\xe5\x8a\x9f x", "text/plain", 202)
        assert door.refused(Refusal(413, "too large"), b"") == (b"False too large ", "text/plain", 413)

    def test_at_a_plain_door_are_json(self) -> None:
        accepted, refused = a_door().accepted(b"x", 7), a_door().refused(Refusal(413, "too large"), b"")

        assert (json.loads(accepted.body), accepted.status) == ({"accepted": True, "id": 7}, 200)
        assert (json.loads(refused.body), refused.status) == ({"accepted": False, "detail": "too large"}, 413)


class TestDoors:
    def test_are_those_of_all_feeds_that_may_be_pushed(self) -> None:
        assert set(doors()) == set(configured_feeds())

    def test_leave_out_what_is_fetched_only(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        feeds = tmp_path / "feeds.yaml"
        feeds.write_text(
            "feeds:\n"
            "  - {name: asked, format: kuaidi100_query, poll: {client: kuaidi100}}\n"
            "  - {name: dropped, format: sf_route_xml, drop: {url: /srv/drop}}\n"
            "  - {name: both, format: sf_route_push, drop: {url: /srv/drop}}\n"
            "  - {name: pushed, format: sf_route_json}\n"
        )
        monkeypatch.setenv("REDRESS_FEEDS_FILE", str(feeds))

        assert sorted(doors()) == ["both", "pushed"]
