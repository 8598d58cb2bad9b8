"""A stand-in for Kdniao, speaking its real protocol over HTTP, for tests and trials."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Annotated, Any

from fastapi import FastAPI, Form, Response

from adapters.feeds.kdniao.signature import signature

PATH = "/Ebusiness/EbusinessOrderHandle.aspx"


@dataclass
class StandInKdniao:
    """An account, the histories that Kdniao has, what it was asked, and how it misbehaves."""

    account: str
    app_key: str
    histories: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200  # anything else is what it answers, with no body
    nonsense: bytes | None = None  # what it answers instead of what it knows
    answers: Event = field(default_factory=Event)  # it answers nobody until this is set

    def __post_init__(self) -> None:
        """Begin with answering at once."""
        self.answers.set()

    def reply(self, document: str, account: str, signed: str) -> dict[str, Any]:
        """Answer one question as Kdniao does, or refuse it."""
        if account != self.account or signed != signature(document.encode(), self.app_key):
            return {"Success": False, "Reason": "非法参数[请核实账号和签名]"}
        question = json.loads(document)
        self.asked.append(question)
        traces = self.histories.get(question["LogisticCode"], ())
        told = (
            {"Traces": list(traces), "State": "2"} if traces else {"Traces": [], "State": "0", "Reason": "暂无轨迹信息"}
        )
        names = {name: question[name] for name in ("OrderCode", "ShipperCode", "LogisticCode")}
        return {"EBusinessID": account, **names, "Success": True, **told, "Traces": list(traces)}


def kdniao_app(kdniao: StandInKdniao) -> FastAPI:
    """Make the HTTP face of a stand-in Kdniao."""
    app = FastAPI(title="Stand-in Kdniao")

    @app.post(PATH)
    def query(
        document: Annotated[str, Form(alias="RequestData")] = "",
        account: Annotated[str, Form(alias="EBusinessID")] = "",
        request_type: Annotated[str, Form(alias="RequestType")] = "",
        signed: Annotated[str, Form(alias="DataSign")] = "",
    ) -> Response:
        kdniao.answers.wait(timeout=30)
        if kdniao.status != 200:
            return Response(status_code=kdniao.status)
        if kdniao.nonsense is not None:
            return Response(kdniao.nonsense)
        if request_type not in {"1002", "8001", "8002"}:
            return Response('{"Success": false, "Reason": "业务错误[没有这种查询]"}'.encode())
        return Response(json.dumps(kdniao.reply(document, account, signed), ensure_ascii=False).encode())

    return app
