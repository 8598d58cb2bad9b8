"""A stand-in for AfterShip's list of trackings, checking key and question as AfterShip does."""

import asyncio
from collections import Counter
from typing import Annotated, Any

from fastapi import FastAPI, Header, Query, Response
from fastapi.responses import JSONResponse

HISTORY = (
    ("2026-11-19T09:12:00+08:00", "Picked up", "InTransit_002", "Linjiang"),
    ("2026-11-19T18:40:00+08:00", "Departed the sorting centre", "InTransit_007", "Linjiang"),
    ("2026-11-21T08:05:00-05:00", "Out for delivery", "OutForDelivery_001", "Farhill"),
)


class StandInAftership:
    """The account it knows, the trackings it tells, and how it behaves."""

    def __init__(self, *, api_key: str = "example-key") -> None:
        self.api_key = api_key
        self.unknown: set[str] = set()  # numbers that were never registered
        self.asked: Counter[str] = Counter()
        self.slugs: list[str] = []
        self.busy_for = 0  # how many more times it answers 429
        self.slow_seconds = 0.0
        self.nonsense = b""  # what it answers instead, if anything

    def tracking(self, number: str) -> dict[str, Any]:
        """Tell a parcel's history as AfterShip would."""
        self.asked[number] += 1
        checkpoints = [
            {
                "slug": "example-express", "checkpoint_time": time, "message": message, "location": place,
                "tag": subtag.partition("_")[0], "subtag": subtag, "raw_tag": None,
            }
            for time, message, subtag, place in HISTORY
        ]  # fmt: skip
        return {
            "id": f"example-{number}", "tracking_number": number, "slug": "example-express", "tag": "OutForDelivery",
            "subtag": "OutForDelivery_001", "subtag_message": "Out for Delivery", "checkpoints": checkpoints,
        }  # fmt: skip


def refusal(code: int, kind: str, message: str) -> dict[str, Any]:
    """Refuse a request in AfterShip's envelope."""
    return {"meta": {"code": code, "type": kind, "message": message}, "data": {}}


def aftership_app(standin: StandInAftership) -> FastAPI:
    """Make the HTTP face of a stand-in."""
    app = FastAPI(title="Stand-in AfterShip")

    @app.get("/trackings")
    async def trackings(
        tracking_numbers: Annotated[str, Query(min_length=1)],
        as_api_key: Annotated[str, Header()] = "",
        slug: str = "",
    ) -> Response:
        await asyncio.sleep(standin.slow_seconds)
        if as_api_key != standin.api_key:
            return JSONResponse(refusal(401, "Unauthorized", "The API key is invalid."), 401)
        if standin.busy_for:
            standin.busy_for -= 1
            return JSONResponse(refusal(429, "TooManyRequests", "You have exceeded the limit."), 429)
        if standin.nonsense:
            return Response(standin.nonsense)
        standin.slugs.append(slug)
        told = [standin.tracking(number) for number in tracking_numbers.split(",") if number not in standin.unknown]
        return JSONResponse({"meta": {"code": 200}, "data": {"pagination": {"total": len(told)}, "trackings": told}})

    return app
