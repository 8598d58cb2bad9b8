"""What OpenAPI tells of the doors of claims; what it tells of all doors is in `openapi`."""

from pydantic import BaseModel

from deployments.gateway import openapi
from deployments.gateway.claim_bodies import ANSWER, SentAddition, SentClaim
from deployments.gateway.openapi import Described
from deployments.gateway.openapi_complaints import DRAFT, Faults, Responses, Said, fields_of
from schemas.claim_doors import ClaimAddition, ClaimStatus, CodeSent
from schemas.claims import ClaimForm, Filed, ParcelTold

_DIGITS = {
    "name": "X-Phone-Digits",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "pattern": "^[0-9]{4}$"},
    "description": "The last four digits of the claimant's telephone number.",
}
_NOT_THERE: Responses = {
    404: {"model": Said, "description": "There is no claim with this number that somebody with these digits filed."}
}
_TAIL = {
    "name": "tail",
    "in": "query",
    "required": False,
    "schema": {"type": "string", "pattern": "^[0-9]{4}$"},
    "description": "The same digits, for a link; in the header they stand in no log of addresses.",
}
_REFUSED: Responses = {
    **{status: {"model": Said, **told} for status, told in openapi.REFUSALS.items()},
    409: {"model": Said, "description": "It does not fit how the claim stands, or the claim has too much evidence."},
    422: {"model": Faults | Said, "description": "Something is wrong or missing: what, where, by which rule."},
}
_WITHOUT_KEY: Responses = {**{status: told for status, told in _REFUSED.items() if status != 401}, **_NOT_THERE}
_WRONG_CODE: Responses = {403: {"model": Said, "description": "The code is not right, or has run out."}}
_ASKED: Responses = {**{status: _REFUSED[status] for status in (429, 503)}, **_NOT_THERE}


def _form(model: type[BaseModel]) -> Described:
    """Name the fields of a form: those of a part by their path, and of one parcel by its own."""
    told = fields_of(model)
    del told["parcels"]
    return {**told, **fields_of(ParcelTold, "parcel."), **openapi.FILES}


_FILE = openapi.upload(SentClaim, _form(ClaimForm), with_key=True)
FILE: Described = {**_FILE, "parameters": [*_FILE["parameters"], DRAFT]}
_ADD = openapi.upload(SentAddition, _form(ClaimAddition), with_key=False)
ADD: Described = {**_ADD, "parameters": [*_ADD["parameters"], _DIGITS]}
SAY: Described = {**openapi.asks_for(ANSWER), "security": [], "parameters": [_DIGITS]}
CODE: Described = {"security": [], "parameters": [_DIGITS]}
SHOW: Described = {"security": [], "parameters": [{**_DIGITS, "required": False}, _TAIL]}

FILED: Responses = {
    **_REFUSED,
    200: {"model": Filed, "description": "The matter was known: it was added to its claim."},
    201: {"model": Filed, "description": "It is a new claim."},
    202: {"model": Filed, "description": "It is kept as a draft: the answer says what it lacks."},
    403: {"model": Said, "description": "This key brings no claims of this channel."},
}
ADDED: Responses = {
    **_WITHOUT_KEY,
    **_WRONG_CODE,
    200: {"model": Filed, "description": "It was added."},
    202: {"model": Filed, "description": "It was added; the claim still lacks something."},
}
ANSWERED: Responses = {
    **_WITHOUT_KEY,
    **_WRONG_CODE,
    200: {"model": ClaimStatus, "description": "It is on record: how the claim stands now."},
}
SENT: Responses = {
    **_ASKED,
    200: {"model": CodeSent, "description": "A code is on its way to the claimant's telephone."},
    409: {"model": Said, "description": "The claim is closed, or too many codes were asked for."},
}
SHOWN: Responses = {**_ASKED, 200: {"model": ClaimStatus, "description": "How it stands."}}
GIVEN: Responses = {
    **_ASKED,
    200: {
        "description": "The claimant's own files and what he was told, as one ZIP.",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    },
}
