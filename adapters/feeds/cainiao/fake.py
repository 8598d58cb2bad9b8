"""A stand-in for Cainiao's public detail endpoint, for tests and trials."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import Annotated, Any

from fastapi import FastAPI, Query, Response
from fastapi.responses import JSONResponse


@dataclass
class StandInCainiao:
    """The parcels it knows, what it was asked, and how it misbehaves."""

    parcels: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)  # numbers and language
    status: int = 200  # anything else is what it answers, with no body
    nonsense: bytes | None = None  # what it answers instead of what it knows
    answers: Event = field(default_factory=Event)  # it answers nobody until this is set

    def __post_init__(self) -> None:
        """Begin with answering at once."""
        self.answers.set()

    def reply(self, numbers: str, language: str) -> dict[str, Any]:
        """Tell of every number, known or not, as Cainiao does."""
        self.asked.append((numbers, language))
        return {"module": [self._parcel(number) for number in numbers.split(",")], "success": True}

    def _parcel(self, number: str) -> Mapping[str, Any]:
        return self.parcels.get(number, {"mailNo": number, "mailNoSource": "EXTERNAL", "detailList": []})


def cainiao_app(cainiao: StandInCainiao) -> FastAPI:
    """Make the HTTP face of a stand-in Cainiao."""
    app = FastAPI(title="Stand-in Cainiao")

    @app.get("/global/detail.json")
    def detail(
        numbers: Annotated[str, Query(alias="mailNos", min_length=1)], lang: str = "en-US", language: str = ""
    ) -> Response:
        cainiao.answers.wait(timeout=30)
        if cainiao.status != 200:
            return Response(status_code=cainiao.status)
        if cainiao.nonsense is not None:
            return Response(cainiao.nonsense)
        return JSONResponse(cainiao.reply(numbers, language or lang))

    return app
