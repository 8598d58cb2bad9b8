"""What others tell of attempts to reach the customer of a case (R113): outlets, call centres, voice gateways."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import TypeAdapter
from starlette.requests import Request

from deployments.gateway.reading import PartnerDoor, read
from deployments.gateway.refusal import Refusal, Unfit
from deployments.gateway.uploads import content_hash, key_of
from schemas.channels import ToldContact
from schemas.evidence import Door
from store.cases import NoSuchCase
from store.requests import NamedRequest, OtherContent
from tasks.exceptions.contacting import NotYet, tell_contact

TOLD = TypeAdapter(ToldContact)


@dataclass(frozen=True, kw_only=True)
class Contacts:
    """Takes what came of attempts from those who have the API key."""

    door: PartnerDoor

    async def take(self, request: Request, case_no: str) -> dict[str, Any]:
        """Keep what came of an attempt and give it as it is kept.

        Raises:
            Refusal: with the status that says why.
            Unfit: it is wrong; nothing is kept.

        """
        name = key_of(request)
        return await self.door.take(request, partial(_tell, case_no=case_no, name=name))


def _tell(body: bytes, key: str, *, case_no: str, name: str) -> dict[str, Any]:
    told = read(TOLD, body)
    named = NamedRequest(f"{Door.API.value} {key} contacts {case_no}", name, content_hash(told)) if name else None
    try:
        return tell_contact(case_no, told, request=named)
    except NoSuchCase as missing:
        raise Refusal(404, str(missing)) from missing
    except OtherContent as wrong:
        raise Refusal(422, str(wrong)) from wrong
    except NotYet as early:
        raise Unfit([{"at": "at", "what": "It should not be still to come"}]) from early
