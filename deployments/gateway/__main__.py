"""`python -m deployments.gateway`: serve the gateway."""

import logging

from deployments.gateway.app import gateway_app
from deployments.gateway.serving import serve
from deployments.gateway.settings import GatewaySettings


def main() -> None:
    """Serve until told to end; on loopback unless REDRESS_GATEWAY_HOST says otherwise."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = GatewaySettings()
    serve(gateway_app(settings), settings)


if __name__ == "__main__":
    main()
