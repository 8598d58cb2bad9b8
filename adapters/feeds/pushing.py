"""What the gateway must know of a provider that pushes: who may knock, what the payload is, how to answer. No HTTP.

Each provider's `push` module holds one `Push`. Secrets are handed in and never stored here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class NotAllowed(RuntimeError):
    """Whoever pushes did not show that he may; the message never holds what he showed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """A request as it reached the gateway, already taken out of its compression.

    Header names are in lower case. `form` holds the first value of each field when the body is a form, else nothing.
    """

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)


class Answer(NamedTuple):
    """What the provider wants to hear. `status` is the HTTP status of an accepted push only."""

    body: bytes
    media_type: str = "application/json"
    status: int = 200


class Signature(NamedTuple):
    """What a provider's check of a push found: which moment it was signed for, where the provider says so."""

    signed_at: datetime | None = None


def whole_body(pushed: Pushed) -> bytes:
    """Take the whole body for the payload, as most providers send it."""
    return pushed.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """How one provider pushes.

    `payload` gives what is to be kept and translated, or raises UnreadableEnvelope. `check` compares the provider's
    own signature or token with the secret in constant time and raises NotAllowed; None where the provider signs
    nothing, so that the gateway asks for an API key instead. `answer` takes whether the push was accepted, a message
    for people, and the payload. `replay_seconds_max` is how old a signed moment may be, where the provider signs one.
    """

    payload: Callable[[Pushed], bytes] = whole_body
    check: Callable[[Pushed, str], Signature] | None = None
    answer: Callable[[bool, str, bytes], Answer]
    replay_seconds_max: int | None = None
