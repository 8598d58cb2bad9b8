"""What the gateway says no with; which words the provider hears is for the door to say."""

from fastapi.responses import JSONResponse
from pydantic import ValidationError

FAULTS_SHOWN = 20
CLOSED_SECONDS = 600  # after which it may be worth coming back to what somebody must open first


class Refusal(Exception):
    """A request that is not taken: the HTTP status, a sentence for people, and when to come back."""

    def __init__(self, status: int, message: str, *, retry_after_seconds: int | None = None) -> None:
        """Keep what is answered; the message never holds what the sender showed."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.retry_after_seconds = retry_after_seconds

    @property
    def headers(self) -> dict[str, str]:
        """Give the headers that go with the answer."""
        headers = {} if self.retry_after_seconds is None else {"Retry-After": str(self.retry_after_seconds)}
        if self.status in {408, 413}:
            headers["Connection"] = "close"  # the rest of the body is not waited for
        return headers


class Unfit(Exception):
    """What was sent is wrong; `faults` says of each what and where, without repeating what was sent."""

    def __init__(self, faults: list[dict[str, str]]) -> None:
        """Keep the first of them."""
        super().__init__(f"{len(faults)} faults")
        self.faults = faults[:FAULTS_SHOWN]


def as_json(no: Refusal | Unfit) -> JSONResponse:
    """Answer with what is not taken, for a program to read."""
    if isinstance(no, Unfit):
        return JSONResponse({"detail": no.faults}, 422)
    return JSONResponse({"detail": no.message}, no.status, headers=no.headers)


def unfit(invalid: ValidationError) -> Unfit:
    """Say what is wrong as a sender may hear it."""
    errors = invalid.errors(include_input=False, include_url=False, include_context=False)
    return Unfit([{"at": ".".join(map(str, error["loc"])), "what": error["msg"]} for error in errors])
