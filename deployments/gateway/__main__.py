"""`python -m deployments.gateway`: serve the gateway."""

import logging

import uvicorn

from deployments.gateway.app import gateway_app
from deployments.gateway.settings import GatewaySettings


def main() -> None:
    """Serve until told to end; on loopback unless REDRESS_GATEWAY_HOST says otherwise."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = GatewaySettings()
    uvicorn.run(
        gateway_app(settings), host=settings.gateway_host, port=settings.gateway_port, access_log=False, log_config=None
    )


if __name__ == "__main__":
    main()
