"""Changes that customers ask for through a partner's page (R28): the request, then the code from the phone on file."""

from dataclasses import dataclass

from pydantic import TypeAdapter
from starlette.requests import Request

from deployments.gateway.reading import PartnerDoor, read
from deployments.gateway.refusal import Refusal
from schemas.change_requests import ChangeAnswer, ChangeAsked, CodeGiven
from store.change_requests import NoSuchRequest
from tasks.change_requests.asking import Refused, ask_for_change, give_code

ASKED = TypeAdapter(ChangeAsked)
CODE = TypeAdapter(CodeGiven)
STATUS = {
    "identity": 403,
    "wrong_code": 403,
    "guessed": 403,
    "not_allowed": 403,
    "too_many": 429,
    "run_out": 410,
    "phone": 422,
    "no_change": 422,
    "no_phone": 422,
}
"""The HTTP status of a refusal; what is not named is a conflict with where things stand."""
CONFLICT = 409
A_DAY_SECONDS = 86_400


@dataclass(frozen=True, kw_only=True)
class ChangeRequests:
    """Takes requests and codes from those who have the API key; who the customer is, the code shows."""

    door: PartnerDoor

    async def take(self, request: Request) -> ChangeAnswer:
        """Take a request and have a code sent.

        Raises:
            Refusal: with the status and the sentence for the customer.
            Unfit: it is wrong; nothing is kept.

        """
        return await self.door.take(request, _ask)

    async def take_code(self, request: Request, number: str) -> ChangeAnswer:
        """Take a code.

        Raises:
            Refusal: with the status and the sentence for the customer.
            Unfit: it is none.

        """
        return await self.door.take(request, lambda body, _key: _give_code(number, body))


def _ask(body: bytes, key: str) -> ChangeAnswer:
    asked = read(ASKED, body)
    try:
        return ask_for_change(asked, taken_by=key)
    except Refused as refused:
        raise _refusal(refused) from None


def _give_code(number: str, body: bytes) -> ChangeAnswer:
    given = read(CODE, body)
    try:
        return give_code(number, given.code)
    except NoSuchRequest:
        raise Refusal(404, "there is no such change request") from None
    except Refused as refused:
        raise _refusal(refused) from None


def _refusal(refused: Refused) -> Refusal:
    status = STATUS.get(refused.why.code, CONFLICT)
    return Refusal(status, refused.why.sentence, retry_after_seconds=A_DAY_SECONDS if status == 429 else None)
