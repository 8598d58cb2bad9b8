"""What the gateway tells of itself in OpenAPI: each door with its kinds of body, its key or signature, its answers."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, TypeAdapter

from adapters.feeds.format import Format, TableFormat
from adapters.feeds.pushing import Answer
from deployments.gateway.change_requests import ASKED
from deployments.gateway.change_requests import CODE as CODE_GIVEN
from deployments.gateway.contacts import TOLD
from deployments.gateway.doors import Door
from deployments.gateway.forms import FORM, MULTIPART
from deployments.gateway.preferences import DECLARATIONS
from deployments.gateway.refusal import Refusal
from deployments.gateway.registrations import REGISTRATIONS
from deployments.gateway.uploads import SentAnswer, SentEvidence
from schemas.evidence import OFFERED_KINDS
from schemas.inquiries import AnswerCode

Described = dict[str, Any]

KEY_SCHEME = "ApiKey"
COMPONENTS = "#/components/schemas/{model}"
MEDIA_TYPES = {"json": "application/json", "xml": "application/xml"}
MEANINGS = {
    400: "It cannot be read; the answer says what is wrong and where. Nothing of it is kept.",
    401: "The key or the signature is missing or wrong, or it was signed for a moment too far from now.",
    408: "The body did not arrive in time.",
    413: "It is too large, as it was sent or when it is unpacked.",
    415: "Its Content-Encoding is none of gzip, deflate, identity.",
    429: "Too many requests in a minute; Retry-After says when to come back.",
    503: "The database is away or too much is arriving, or no secret is set yet; Retry-After says when to come back.",
}
RETRIED = {429, 503}
_RETRY_AFTER = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}

REFUSALS: dict[int | str, Described] = {
    status: {"description": meaning, **({"headers": _RETRY_AFTER} if status in RETRIED else {})}
    for status, meaning in MEANINGS.items()
}
UNHEALTHY: dict[int | str, Described] = {503: {"description": "It cannot: the database does not answer."}}
UNFIT: dict[int | str, Described] = {422: {"description": "One of them is wrong: what and where. None is stored."}}

NOT_CHANGED: dict[int | str, Described] = {
    403: {"description": "Who asks was not shown, or may not ask for this; the answer says what of it may be said."},
    404: {"description": "There is no such request."},
    409: {"description": "It comes too late, or another change is under way."},
    410: {"description": "The code has run out."},
}
LINK_REFUSALS: dict[int | str, Described] = {
    404: {"description": "There is no such inquiry, or the link was never good."},
    410: {"description": "The inquiry was withdrawn, it has as many answers as it takes, or the link has expired."},
    409: {"description": "The case has as much evidence as one may have."},
}
VISIT_REFUSALS: dict[int | str, Described] = {
    **{status: LINK_REFUSALS[status] for status in (404, 410)},
    **{status: REFUSALS[status] for status in (429, 503)},
}
EVIDENCE_ANSWERS: dict[int | str, Described] = {
    200: {"description": "The case had this file already."},
    404: {"description": "There is no such case."},
    409: LINK_REFUSALS[409],
}
CONTACT_ANSWERS: dict[int | str, Described] = {404: EVIDENCE_ANSWERS[404]}
CALLBACK_ANSWERS: dict[int | str, Described] = {
    **REFUSALS,
    200: {"description": "It is taken, or was before: then `repeated` is true."},
    404: {"description": "No insurer is asked about that claim."},
    409: {"description": "It came too early, and is to be told again (`retry`), or contradicts what was told before."},
    422: {"description": "It is wrong: what and where."},
}
_NAMED = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 200},
    "description": "The sender's own name for this request. Sent again, it is answered as before and does nothing.",
}

SCHEMAS: Described = {}


def asks_for(shape: TypeAdapter[Any]) -> Described:
    """Describe an operation that takes JSON of this shape from those who have the API key."""
    schema = shape.json_schema(ref_template=COMPONENTS)
    SCHEMAS.update(schema.pop("$defs", {}))
    return {
        "security": [{KEY_SCHEME: []}],
        "requestBody": {"required": True, "content": {MEDIA_TYPES["json"]: {"schema": schema}}},
    }


def signed_json(shape: TypeAdapter[Any], *headers: str) -> Described:
    """Describe an operation that takes JSON of this shape from those who sign it in these headers."""
    signed = [{"name": name, "in": "header", "required": True, "schema": {"type": "string"}} for name in headers]
    return {**asks_for(shape), "security": [], "parameters": signed}


def _sent(model: type[BaseModel]) -> Described:
    """Give the schema of a JSON body, and put those that it refers to among the others."""
    schema = model.model_json_schema(ref_template=COMPONENTS)
    SCHEMAS.update(schema.pop("$defs", {}))
    return schema


def upload(model: type[BaseModel], fields: Described, *, with_key: bool) -> Described:
    """Describe a request with files, as a form in parts or as JSON with base64."""
    in_parts = {"type": "object", "properties": fields}
    return {
        "security": [{KEY_SCHEME: []}] if with_key else [],
        "parameters": [_NAMED],
        "requestBody": {
            "required": True,
            "content": {MULTIPART: {"schema": in_parts}, MEDIA_TYPES["json"]: {"schema": _sent(model)}},
        },
    }


_FILE = {"type": "string", "format": "binary"}
FILES = {kind.value: {"type": "array", "items": _FILE} for kind in OFFERED_KINDS}


def answer(*, with_key: bool) -> Described:
    """Describe an answer: in a form, the files' fields are named by the kind of evidence."""
    codes = {"type": "string", "enum": list(AnswerCode)}
    fields = {"code": codes, "text": {"type": "string"}, "answered_by": {"type": "string"}, **FILES}
    return upload(SentAnswer, fields, with_key=with_key)


EVIDENCE = upload(
    SentEvidence,
    {
        "case_no": {"type": "string"},
        "kind": {"type": "string", "enum": list(OFFERED_KINDS)},
        "given_by": {"type": "string"},
        "taken_at": {"type": "string", "format": "date-time"},
        "note": {"type": "string"},
        "file": _FILE,
    },
    with_key=True,
)
REGISTRATION = asks_for(REGISTRATIONS)
PREFERENCES = asks_for(DECLARATIONS)
CHANGE_REQUEST = asks_for(ASKED)
CODE = asks_for(CODE_GIVEN)
CONTACT = {**asks_for(TOLD), "parameters": [_NAMED]}


def describe(app: FastAPI, doors: Mapping[str, Door]) -> None:
    """Let an app tell of its doors beside what FastAPI knows of it."""

    def described() -> Described:
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
            schema["paths"] |= {f"/feeds/{name}": {"post": _door(door)} for name, door in doors.items()}
            components = schema.setdefault("components", {})
            components.setdefault("schemas", {}).update(SCHEMAS)
            components["securitySchemes"] = {KEY_SCHEME: {"type": "apiKey", "in": "header", "name": "X-API-Key"}}
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # as FastAPI's own documentation has it


def _door(door: Door) -> Described:
    accepted = door.accepted(b"", 1)
    return {
        "summary": f"Push {door.format.name}",
        "description": _who_may(door),
        "operationId": f"push_{door.feed.name}",
        "tags": ["feeds"],
        "security": [{KEY_SCHEME: []}] if door.asks_for_api_key else [],
        "requestBody": {"required": True, "content": _bodies(door.format)},
        "responses": {
            str(accepted.status): {"description": "It is committed.", "content": _example(accepted)},
            **{
                str(status): {**told, "content": _example(door.refused(Refusal(int(status), "..."), b""))}
                for status, told in REFUSALS.items()
            },
        },
    }


def _who_may(door: Door) -> str:
    shown = "the header X-API-Key" if door.asks_for_api_key else "the provider's own signature"
    window = door.push.replay_seconds_max if door.push else None
    return (
        f"Asks for {shown}; at most {door.feed.requests_per_minute_max} a minute. "
        + (f"What was signed more than {window} s ago is refused. " if window else "")
        + "A body may come packed (Content-Encoding gzip or deflate). It is acknowledged after its commit only, and "
        "may be sent again at any time: an event that is known is not counted twice."
    )


def _bodies(declared: Format | TableFormat) -> Described:
    fields = {name: {"type": "string"} for name in declared.form_fields}
    contents = () if isinstance(declared, TableFormat) else sorted(declared.content)
    kinds: Described = {MEDIA_TYPES[content]: {} for content in contents} or {"text/plain": {}}
    return kinds | {kind: {"schema": {"type": "object", "properties": fields}} for kind in (FORM, MULTIPART)}


def _example(answer: Answer) -> Described:
    return {answer.media_type: {"example": answer.body.decode()}}
