"""A stand-in for 17TRACK's `gettrackinfo`, checking key and question as 17TRACK does, and pushing as it would."""

import asyncio
import hashlib
import json
from collections import Counter
from typing import Annotated, Any

from fastapi import FastAPI, Header, Request, Response
from fastapi.responses import JSONResponse

NUMBERS_MAX = 40
HISTORY = (
    ("2026-11-21T08:05:00-05:00", "2026-11-21T13:05:00Z", "Out for delivery", "OutForDelivery_Other"),
    ("2026-11-19T18:40:00+08:00", "2026-11-19T10:40:00Z", "快件离开【示例转运中心】", "InTransit_Other"),
    ("2026-11-19T09:12:00+08:00", "2026-11-19T01:12:00Z", "Picked up", "InTransit_PickedUp"),
)


class StandInSeventeentrack:
    """The account it knows, the histories it tells, and how it behaves."""

    def __init__(self, *, key: str = "example-key") -> None:
        self.key = key
        self.unregistered: set[str] = set()
        self.asked: Counter[str] = Counter()
        self.carriers: dict[str, int] = {}  # the carriers that were named in questions
        self.busy_for = 0  # how many more times it answers 503
        self.slow_seconds = 0.0
        self.error_code = 0  # what it answers with HTTP 200 instead, if anything
        self.nonsense = b""  # the same, as bytes

    def parcel(self, number: str) -> dict[str, Any]:
        """Tell a parcel's history as 17TRACK would."""
        events = [
            {
                "time_iso": local, "time_utc": utc, "description": text, "location": "Linjiang", "stage": None,
                "sub_status": sub_status, "address": None,
            }
            for local, utc, text, sub_status in HISTORY
        ]  # fmt: skip
        track_info = {
            "latest_status": {"status": "OutForDelivery", "sub_status": "OutForDelivery_Other"},
            "latest_event": events[0],
            "tracking": {"providers": [{"provider": {"key": 190000, "name": "Example Express"}, "events": events}]},
        }
        return {"number": number, "carrier": 190000, "param": None, "tag": None, "track_info": track_info}

    def answer(self, asked: list[dict[str, Any]]) -> dict[str, Any]:
        """Answer one question."""
        accepted: list[dict[str, Any]] = []
        rejected: list[dict[str, Any]] = []
        for item in asked:
            number = item["number"]
            self.asked[number] += 1
            if "carrier" in item:
                self.carriers[number] = item["carrier"]
            if number in self.unregistered:
                error = {"code": -18019902, "message": f"The tracking number '{number}' does not register."}
                rejected.append({"number": number, "error": error})
            else:
                accepted.append(self.parcel(number))
        return {"code": 0, "data": {"accepted": accepted, "rejected": rejected}}

    def push(self, number: str) -> tuple[bytes, dict[str, str]]:
        """Give the body and the headers of a push about a parcel."""
        body = json.dumps({"event": "TRACKING_UPDATED", "data": self.parcel(number)}, ensure_ascii=False).encode()
        return body, {"sign": hashlib.sha256(body + b"/" + self.key.encode()).hexdigest()}


def seventeentrack_app(standin: StandInSeventeentrack) -> FastAPI:
    """Make the HTTP face of a stand-in."""
    app = FastAPI(title="Stand-in 17TRACK")

    @app.post("/gettrackinfo")
    async def gettrackinfo(request: Request, token: Annotated[str, Header(alias="17token")] = "") -> Response:
        await asyncio.sleep(standin.slow_seconds)
        if token != standin.key:
            return JSONResponse({"code": -18010002, "message": "Security key is invalid."}, 401)
        if standin.busy_for:
            standin.busy_for -= 1
            return Response(status_code=503)
        if standin.nonsense:
            return Response(standin.nonsense)
        asked = await request.json()
        code = standin.error_code or (-18010014 if len(asked) > NUMBERS_MAX else 0)
        return JSONResponse({"code": code, "message": "not now"} if code else standin.answer(asked))

    return app
