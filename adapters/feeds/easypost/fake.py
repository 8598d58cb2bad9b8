"""A stand-in for EasyPost's tracking API, checking the key as EasyPost does, for tests and trials."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Response
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBasic, HTTPBasicCredentials

_KEY = HTTPBasic(auto_error=False)


@dataclass
class StandInEasyPost:
    """The account it knows, the trackers of that account, what it was asked, and how it misbehaves."""

    api_key: str = "EZTK-example"
    trackers: Sequence[dict[str, Any]] = ()
    asked: list[tuple[str, str]] = field(default_factory=list)  # tracking code and carrier
    status: int = 200  # anything else is what it answers, with no body
    nonsense: bytes | None = None  # what it answers instead of what it knows
    answers: Event = field(default_factory=Event)  # it answers nobody until this is set

    def __post_init__(self) -> None:
        """Begin with answering at once."""
        self.answers.set()

    def page(self, tracking_code: str, carrier: str) -> dict[str, Any]:
        """List the trackers of a number, of any carrier when none is named."""
        self.asked.append((tracking_code, carrier))
        found = [
            tracker
            for tracker in self.trackers
            if tracker["tracking_code"] == tracking_code and carrier in {"", tracker["carrier"]}
        ]
        return {"trackers": found, "has_more": False}


def easypost_app(easypost: StandInEasyPost) -> FastAPI:
    """Make the HTTP face of a stand-in EasyPost."""
    app = FastAPI(title="Stand-in EasyPost")

    @app.get("/v2/trackers")
    def trackers(
        shown: Annotated[HTTPBasicCredentials | None, Depends(_KEY)], tracking_code: str = "", carrier: str = ""
    ) -> Response:
        easypost.answers.wait(timeout=30)
        if easypost.status != 200:
            return Response(status_code=easypost.status)
        if easypost.nonsense is not None:
            return Response(easypost.nonsense)
        if shown is None or (shown.username, shown.password) != (easypost.api_key, ""):
            return JSONResponse(_refusal("APIKEY.INACTIVE", "This key is not active."), status_code=403)
        return JSONResponse(easypost.page(tracking_code, carrier))

    return app


def _refusal(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "errors": []}}
