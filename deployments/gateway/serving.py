"""The server that the gateway runs on; its own address and limits are settings."""

import uvicorn
from starlette.types import ASGIApp

from deployments.gateway.settings import GatewaySettings

STOP_SECONDS_MAX = 10  # for requests under way; the engine waits a little longer


def serve(app: ASGIApp, settings: GatewaySettings) -> None:
    """Serve an app until told to end; uvloop and httptools are used where they are installed."""
    uvicorn.run(
        app,
        host=settings.gateway_host,
        port=settings.gateway_port,
        access_log=False,
        log_config=None,
        server_header=False,
        limit_concurrency=settings.requests_at_once_max,
        timeout_graceful_shutdown=STOP_SECONDS_MAX,
    )
