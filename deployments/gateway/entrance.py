"""What every request passes, whichever its address: how often this client may knock, and what all of them share."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request

from deployments.gateway.bodies import Bodies
from deployments.gateway.doors import API_KEY_HEADER
from deployments.gateway.keys import API_KEY, Key, KeysInUse, matching_key
from deployments.gateway.rates import Rates, neighbourhood
from deployments.gateway.refusal import CLOSED_SECONDS, Refusal
from deployments.gateway.settings import GatewaySettings


@dataclass(frozen=True, kw_only=True)
class Entrance:
    """The limits that hold for all requests together, and their books."""

    settings: GatewaySettings
    bodies: Bodies
    rates: Rates
    keys_in_use: KeysInUse

    def admit(self, request: Request) -> None:
        """Let a client in who does not come too often; who he says he is, nobody has looked at yet.

        Raises:
            Refusal: 429.

        """
        client = neighbourhood(request.client.host) if request.client else "unknown"
        self.rates.take(f"client {client}", per_minute=self.settings.client_requests_per_minute_max)

    def key_shown(self, request: Request, keys: Sequence[Key], *, door: str) -> Key:
        """Say whose API key a client shows at a door.

        Raises:
            Refusal: 401, or 503 as long as no key is set, because anybody could come in.

        """
        if not keys:
            raise Refusal(503, f"closed, because {API_KEY} is not set", retry_after_seconds=CLOSED_SECONDS)
        key = matching_key(keys, request.headers.get(API_KEY_HEADER, ""))
        if key is None:
            raise Refusal(401, "the header X-API-Key is missing or wrong")
        self.keys_in_use.note(door, key)
        return key


def entrance(settings: GatewaySettings) -> Entrance:
    """Make an entrance that nobody has passed."""
    return Entrance(settings=settings, bodies=Bodies(settings), rates=Rates(), keys_in_use=KeysInUse())
