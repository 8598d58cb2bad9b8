"""The reference of the gateway: the same server and the same framework, with an endpoint that only answers.

Run as a module this is the serving process. It reads the body, as it must before it answers, and does nothing with it.
"""

from fastapi import FastAPI, Request, Response
from starlette.routing import Route

from deployments.gateway.serving import serve
from deployments.gateway.settings import GatewaySettings
from deployments.sample_day.kuaidi100 import PATH

ANSWER = '{"result": true, "returnCode": "200", "message": "成功"}'.encode()


async def answer(request: Request) -> Response:
    """Answer as Kuaidi100 expects it."""
    await request.body()
    return Response(ANSWER, media_type="application/json")


def answering_app() -> FastAPI:
    """Make the app."""
    app = FastAPI()
    app.router.routes.insert(0, Route(PATH, answer, methods=["POST"]))
    app.add_api_route("/healthz", lambda: {"status": "ok"})
    return app


if __name__ == "__main__":
    serve(answering_app(), GatewaySettings())
