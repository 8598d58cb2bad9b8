"""One door for each feed that may be pushed: who may knock, what of the request is the payload, how it is answered.

All of it comes from the list of feeds and the formats, so a new push format is nothing new here. A format that says
nothing of pushing has a plain door: an API key, and an acknowledgement in JSON. That a payload is sent again does not
concern a door: each is kept, and the log knows an event that it has.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.feeds import registry
from adapters.feeds.configuration import Feed, configured_feeds
from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.format import Format, TableFormat
from adapters.feeds.pushing import Answer, NotAllowed, Push, Pushed
from deployments.gateway.keys import Key, keys_in, matching_key
from deployments.gateway.refusal import CLOSED_SECONDS, Refusal

logger = logging.getLogger(__name__)

API_KEY_HEADER = "x-api-key"
ACCEPTED = "成功"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One feed's door. It is closed as long as no secret is set, because anybody could push."""

    feed: Feed
    format: Format | TableFormat
    keys: tuple[Key, ...]

    @property
    def push(self) -> Push | None:
        """Give how the provider pushes; None at a plain door."""
        return self.format.push

    @property
    def asks_for_api_key(self) -> bool:
        """Say whether the gateway's own key is asked for, because the provider signs nothing."""
        return self.push is None or self.push.check is None

    @property
    def closed_because(self) -> str:
        """Say why nobody can push here; empty when it is open."""
        return "" if self.keys else f"the feed {self.feed.name} is closed: {self.feed.secret} is not set"

    def key_at_once(self, headers: Mapping[str, str]) -> Key | None:
        """Give the API key that was shown, before anything else is looked at; None where the provider signs.

        Raises:
            Refusal: 503, when the door is closed.
            NotAllowed: the key is missing or wrong.

        """
        if self.closed_because:
            raise Refusal(503, self.closed_because, retry_after_seconds=CLOSED_SECONDS)
        if not self.asks_for_api_key:
            return None
        key = matching_key(self.keys, headers.get(API_KEY_HEADER, ""))
        if key is None:
            raise NotAllowed("the header X-API-Key is missing or wrong")
        return key

    def payload_of(self, pushed: Pushed) -> bytes:
        """Give what is to be kept of a push.

        Raises:
            UnreadableEnvelope: the push holds no payload.

        """
        return self.push.payload(pushed) if self.push else _plain_payload(pushed, self.format.form_fields)

    def signing_key_of(self, pushed: Pushed, *, now: datetime) -> Key:
        """Give the secret with which a push was signed.

        Raises:
            NotAllowed: with none of them, or for a moment that is too far from now.

        """
        assert self.push is not None
        assert self.push.check is not None
        failure = NotAllowed("no secret is set")
        for key in self.keys:
            try:
                signature = self.push.check(pushed, key.value.get_secret_value())
            except NotAllowed as wrong:
                failure = wrong
                continue
            seconds_max = self.push.replay_seconds_max
            if seconds_max is not None and signature.signed_at is not None:
                _refuse_replay(signature.signed_at, now, timedelta(seconds=seconds_max))
            return key
        raise failure

    def check_payload(self, payload: bytes) -> None:
        """Make sure that the payload can be read at all; what it means is found out later.

        Raises:
            UnreadableEnvelope: it cannot.

        """
        registry.check_envelope(self.format.name, payload)

    def accepted(self, payload: bytes, inbox_id: int) -> Answer:
        """Give the acknowledgement of what has been committed."""
        if self.push is None:
            return _as_json({"accepted": True, "id": inbox_id}, 200)
        return self.push.answer(True, ACCEPTED, payload)

    def refused(self, refusal: Refusal, payload: bytes) -> Answer:
        """Give the answer that makes the provider send again."""
        if self.push is None:
            return _as_json({"accepted": False, "detail": refusal.message}, refusal.status)
        return self.push.answer(False, refusal.message, payload)._replace(status=refusal.status)


def _as_json(said: dict[str, object], status: int) -> Answer:
    return Answer(json.dumps(said, ensure_ascii=False).encode(), status=status)


def _plain_payload(pushed: Pushed, form_fields: tuple[str, ...]) -> bytes:
    """Take a body as it is; out of a form the field that the format knows, or the only one."""
    form = pushed.form
    wanted = [name for name in form_fields if name in form] or (list(form) if len(form) == 1 else [])
    if form and not wanted:
        named = " or ".join(form_fields) or "just one field"
        raise UnreadableEnvelope("form_field_missing", "form", f"the form does not have {named}")
    return form[wanted[0]].encode() if form else pushed.body


def _refuse_replay(signed_at: datetime, now: datetime, age_max: timedelta) -> None:
    if abs(now - signed_at) > age_max:
        raise NotAllowed(f"it was signed for {signed_at:%Y-%m-%dT%H:%M:%SZ}, which is too far from now")


def doors() -> dict[str, Door]:
    """List the feeds that may be pushed by their names, and tell in the log of those that are closed.

    A feed that is polled or dropped is pushed as well only where its format says how: else its secret is another one.
    """
    listed = {}
    for feed in configured_feeds().values():
        declared = registry.FORMATS[feed.format]
        if declared.push is None and (feed.poll or feed.drop):
            continue
        door = Door(feed=feed, format=declared, keys=keys_in(feed.secret))
        if door.closed_because:
            logger.warning("Nobody can push: %s.", door.closed_because)
        listed[feed.name] = door
    return listed
