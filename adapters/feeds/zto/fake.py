"""A stand-in for ZTO's open platform, speaking its real protocol over HTTP, for tests and trials."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Annotated, Any

from fastapi import FastAPI, Header, Request, Response
from fastapi.concurrency import run_in_threadpool

from adapters.feeds.zto.client import QUERY, digest


@dataclass
class StandInZto:
    """An application, the scans that ZTO has, what it was asked, and how it misbehaves."""

    app_key: str
    app_secret: str
    scans: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200  # anything else is what it answers, with no body
    nonsense: bytes | None = None  # what it answers instead of what it knows
    answers: Event = field(default_factory=Event)  # it answers nobody until this is set

    def __post_init__(self) -> None:
        """Begin with answering at once."""
        self.answers.set()

    def reply(self, body: bytes, app_key: str, signed: str) -> dict[str, Any]:
        """Answer one question as ZTO does, or refuse it."""
        if app_key != self.app_key or signed != digest(body, self.app_secret):
            return {"status": False, "statusCode": "S02", "message": "不合法的签名", "result": None}
        question = json.loads(body)
        self.asked.append(question)
        scans = [{**scan, "billCode": question["billCode"]} for scan in self.scans.get(question["billCode"], ())]
        code, message = ("0000", "success") if scans else ("1001", "查询结果为空")
        return {"status": True, "statusCode": code, "message": message, "result": scans}


def zto_app(zto: StandInZto) -> FastAPI:
    """Make the HTTP face of a stand-in platform."""
    app = FastAPI(title="Stand-in ZTO")

    @app.post(f"/{QUERY}")
    async def query(
        request: Request,
        x_appkey: Annotated[str, Header(alias="x-appkey")] = "",
        x_datadigest: Annotated[str, Header(alias="x-datadigest")] = "",
    ) -> Response:
        body = await request.body()
        await run_in_threadpool(zto.answers.wait, 30)
        if zto.status != 200:
            return Response(status_code=zto.status)
        if zto.nonsense is not None:
            return Response(zto.nonsense)
        return Response(json.dumps(zto.reply(body, x_appkey, x_datadigest), ensure_ascii=False).encode())

    return app
