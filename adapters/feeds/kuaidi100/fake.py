"""A stand-in for Kuaidi100's real-time query, checking customer and signature as Kuaidi100 does."""

import hashlib
import json
from collections import Counter
from typing import Annotated, Any

from fastapi import FastAPI, Form, Response

HISTORY = (
    ("2026-11-19 18:40:11", "【示例市】快件已到达 示例转运中心", "1002", "干线"),
    ("2026-11-19 09:12:45", "【临江市】临江示例网点 已揽收", "103", "已揽收"),
)


class StandInKuaidi100:
    """The account it knows, the histories it tells, and how it behaves."""

    def __init__(self, *, customer: str = "EXAMPLE-CUSTOMER", key: str = "example-key") -> None:
        self.customer = customer
        self.key = key
        self.unknown: set[str] = set()  # numbers without any record
        self.asked: Counter[str] = Counter()
        self.questions: list[dict[str, Any]] = []
        self.busy_for = 0  # how many more times it answers 503
        self.nonsense = b""  # what it answers instead, if anything

    def answer(self, customer: str, sign: str, param: str) -> dict[str, Any]:
        """Answer one question as Kuaidi100 would."""
        expected = hashlib.md5((param + self.key + self.customer).encode()).hexdigest().upper()  # noqa: S324
        if customer != self.customer or sign != expected:
            return {"result": False, "returnCode": "503", "message": "验证签名失败"}
        question = json.loads(param)
        self.questions.append(question)
        self.asked[question["num"]] += 1
        if question["num"] in self.unknown:
            return {"result": False, "returnCode": "500", "message": "查询无结果，请隔段时间再查"}
        history = [
            {"time": time, "ftime": time, "context": text, "statusCode": code, "status": name}
            for time, text, code, name in HISTORY
        ]
        return {
            "message": "ok", "nu": question["num"], "ischeck": "0", "com": question["com"], "status": "200",
            "state": "0", "condition": "00", "data": history,
        }  # fmt: skip


def kuaidi100_app(standin: StandInKuaidi100) -> FastAPI:
    """Make the HTTP face of a stand-in."""
    app = FastAPI(title="Stand-in Kuaidi100")

    @app.post("/poll/query.do")
    def query(
        customer: Annotated[str, Form()], sign: Annotated[str, Form()], param: Annotated[str, Form()]
    ) -> Response:
        if standin.busy_for:
            standin.busy_for -= 1
            return Response(status_code=503)
        said = standin.nonsense or json.dumps(standin.answer(customer, sign, param), ensure_ascii=False).encode()
        return Response(said, media_type="application/json")

    return app
