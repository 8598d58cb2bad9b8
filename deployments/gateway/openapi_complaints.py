"""What OpenAPI tells of the doors of complaints; what it tells of all doors is in `openapi`."""

from pydantic import BaseModel, TypeAdapter

from deployments.gateway import openapi
from deployments.gateway.complaint_bodies import SentComplaint, SentFiles
from deployments.gateway.openapi import Described
from schemas.complaint_doors import CallerAsked, CallerProfile, ComplaintStatus
from schemas.complaints import ComplaintRecord, Filed
from schemas.evidence import GivenPiece

_TEXT = {"type": "string"}
DRAFT = {
    "name": "draft",
    "in": "query",
    "required": False,
    "schema": {"type": "boolean", "default": False},
    "description": "Keep what lacks something as a draft, with a clock of its own, instead of refusing it.",
}
_DIGITS = {
    "name": "X-Phone-Digits",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "pattern": "^[0-9]{4}$"},
    "description": "The last four digits of the telephone number that was told with the complaint.",
}

Responses = dict[int | str, Described]


class Fault(BaseModel):
    """One thing that is wrong or missing: where, what, and which rule of the manual asks for it."""

    at: str
    what: str
    what_zh: str = ""
    rule: str = ""


class Faults(BaseModel):
    """What is wrong with what was sent."""

    detail: list[Fault]


class Said(BaseModel):
    """Why something is not taken."""

    detail: str


def fields_of(model: type[BaseModel], path: str = "") -> Described:
    """Name the fields of a form: those of a part by their path."""
    fields: Described = {}
    for name, told in model.model_fields.items():
        kind = told.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            fields |= fields_of(kind, f"{path}{name}.")
        else:
            fields[f"{path}{name}"] = _TEXT
    return fields


_REFUSED: Responses = {
    **{status: {"model": Said, **told} for status, told in openapi.REFUSALS.items()},
    409: {"model": Said, "description": "The complaint has as much evidence as one may have."},
    422: {"model": Faults | Said, "description": "Something is wrong or missing: what, where, by which rule."},
}
_NOT_THERE: Responses = {404: {"model": Said, "description": "There is no such complaint."}}
_CHANNEL: Responses = {403: {"model": Said, "description": "This key brings no complaints of this channel."}}
_DRAFTED: Responses = {202: {"model": Filed, "description": "It is kept as a draft: the answer says what it lacks."}}

_FORM = fields_of(ComplaintRecord)
_SENT = openapi.upload(SentComplaint, {**_FORM, **openapi.FILES}, with_key=True)
FILE: Described = {**_SENT, "parameters": [*_SENT["parameters"], DRAFT]}
COMPLETE = _SENT
ATTACH = openapi.upload(SentFiles, {"given_by": _TEXT, "note": _TEXT, **openapi.FILES}, with_key=True)
SHOW: Described = {"security": [], "parameters": [_DIGITS]}
CALLERS = openapi.asks_for(TypeAdapter(CallerAsked))

FILED: Responses = {
    **_REFUSED,
    **_CHANNEL,
    **_DRAFTED,
    200: {"model": Filed, "description": "The matter was known: it was added to its complaint."},
    201: {"model": Filed, "description": "It is a new complaint."},
}
COMPLETED: Responses = {
    **_REFUSED,
    **_CHANNEL,
    **_DRAFTED,
    **_NOT_THERE,
    200: {"model": Filed, "description": "It was added."},
}
ATTACHED: Responses = {
    **_REFUSED,
    **_NOT_THERE,
    200: {"model": list[GivenPiece], "description": "The complaint had them already."},
    201: {"model": list[GivenPiece], "description": "They are kept."},
}
SHOWN: Responses = {
    200: {"model": ComplaintStatus, "description": "How it stands."},
    404: {"model": Said, "description": "There is none with this number that somebody with these digits told."},
    **{status: _REFUSED[status] for status in (429, 503)},
}
CALLER_ANSWERS: Responses = {
    **{status: told for status, told in _REFUSED.items() if status not in {409, 415}},
    415: _REFUSED[415],
    200: {"model": CallerProfile, "description": "Who calls, as far as it is known."},
}
