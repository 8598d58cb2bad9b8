"""A stand-in for SF's open platform, checking partner and digest as the platform does."""

import base64
import hashlib
import json
from collections import Counter
from typing import Annotated, Any
from urllib.parse import quote_plus

from fastapi import FastAPI, Form, Response

ROUTES = (
    ("2026-11-19 09:12:45", "临江市", "顺丰速运 已收取快件", "50"),
    ("2026-11-19 18:40:11", "示例市", "快件到达 【示例中转场】", "31"),
)


class StandInSf:
    """The account it knows, the routes it tells, and how it behaves."""

    def __init__(self, *, partner_id: str = "EXAMPLE-PARTNER", checkword: str = "example-checkword") -> None:
        self.partner_id = partner_id
        self.checkword = checkword
        self.unknown: set[str] = set()  # numbers without any route
        self.asked: Counter[str] = Counter()
        self.questions: list[dict[str, Any]] = []
        self.busy_for = 0  # how many more times it answers that the traffic is controlled
        self.nonsense = b""  # what it answers instead, if anything

    def answer(self, partner_id: str, digest: str, timestamp: str, message: str) -> dict[str, str]:
        """Answer one question as the platform would."""
        if self.busy_for:
            self.busy_for -= 1
            return {"apiResultCode": "A1005", "apiErrorMsg": "流量受控", "apiResponseID": "1", "apiResultData": ""}
        escaped = quote_plus(message + timestamp + self.checkword, safe="*")
        expected = base64.b64encode(hashlib.md5(escaped.encode()).digest()).decode()  # noqa: S324
        if partner_id != self.partner_id or digest != expected:
            return {"apiResultCode": "A1006", "apiErrorMsg": "数字签名无效", "apiResponseID": "1", "apiResultData": ""}
        data = json.dumps(self._routes(json.loads(message)), ensure_ascii=False)
        return {"apiResultCode": "A1000", "apiErrorMsg": "", "apiResponseID": "1", "apiResultData": data}

    def _routes(self, question: dict[str, Any]) -> dict[str, Any]:
        numbers = question["trackingNumber"]
        if len(numbers) > 10:
            return {"success": False, "errorCode": "8003", "errorMsg": "查询单号超过最大限制", "msgData": None}
        self.questions.append(question)
        self.asked.update(numbers)
        told = [{"mailNo": number, "routes": [] if number in self.unknown else _history()} for number in numbers]
        return {"success": True, "errorCode": "S0000", "errorMsg": None, "msgData": {"routeResps": told}}


def _history() -> list[dict[str, str]]:
    return [
        {"acceptTime": time, "acceptAddress": place, "remark": remark, "opCode": code}
        for time, place, remark, code in ROUTES
    ]


def sf_app(standin: StandInSf) -> FastAPI:
    """Make the HTTP face of a stand-in."""
    app = FastAPI(title="Stand-in SF")

    @app.post("/std/service")
    def serve(
        partnerID: Annotated[str, Form()],  # noqa: N803  # the platform's names
        serviceCode: Annotated[str, Form()],  # noqa: N803
        msgDigest: Annotated[str, Form()],  # noqa: N803
        timestamp: Annotated[str, Form()],
        msgData: Annotated[str, Form()],  # noqa: N803
    ) -> Response:
        if serviceCode != "EXP_RECE_SEARCH_ROUTES":
            said = {
                "apiResultCode": "A1004",
                "apiErrorMsg": "无对应服务权限",
                "apiResponseID": "1",
                "apiResultData": "",
            }
        else:
            said = standin.answer(partnerID, msgDigest, timestamp, msgData)
        return Response(standin.nonsense or json.dumps(said, ensure_ascii=False), media_type="application/json")

    return app
