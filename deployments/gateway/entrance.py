"""What every request passes, whichever its address: how often this client may knock, and what all of them share."""

from dataclasses import dataclass

from starlette.requests import Request

from deployments.gateway.bodies import Bodies
from deployments.gateway.keys import KeysInUse
from deployments.gateway.rates import Rates, neighbourhood
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


def entrance(settings: GatewaySettings) -> Entrance:
    """Make an entrance that nobody has passed."""
    return Entrance(settings=settings, bodies=Bodies(settings), rates=Rates(), keys_in_use=KeysInUse())
