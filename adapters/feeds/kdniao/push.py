"""How Kdniao pushes: its signature, where its JSON is, and its acknowledgement.

Kdniao posts a form: `RequestData` is the JSON, `RequestType` 101 or 102, `DataSign` the signature. Both values may
have been URL-encoded once more than the form itself does it; what is signed is the JSON before any encoding. The same
document is taken from a JSON body too: alone, then signed in the header `DataSign`, or with the form's field names.
What is not acknowledged is pushed again.
"""

import hmac
import json
import re
from datetime import datetime
from typing import NamedTuple
from urllib.parse import unquote, unquote_plus
from zoneinfo import ZoneInfo

from adapters.feeds.documents import decoded, json_root
from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.format import CHINA
from adapters.feeds.kdniao.signature import signature
from adapters.feeds.pushing import Answer, NotAllowed, Push, Pushed, Signature

FORM_FIELD = "RequestData"
SIGNATURE_FIELD = "DataSign"

_ENCODED = re.compile("%(?:7b|5b)", re.IGNORECASE)  # how an encoded document begins, and no JSON does
_ACCOUNT = re.compile(rb'"EBusinessID"\s*:\s*"?([A-Za-z0-9]{1,40})')


class _Told(NamedTuple):
    """What a push holds, out of whatever it came in."""

    document: bytes
    signed: str


def payload(pushed: Pushed) -> bytes:
    """Take the pushed JSON, as it is to be kept and translated.

    Raises:
        UnreadableEnvelope: form_field_missing.

    """
    return _told(pushed).document


def check(pushed: Pushed, app_key: str) -> Signature:
    """Check a push's signature in constant time; an empty key verifies nothing, because then anybody could sign.

    Raises:
        NotAllowed: the signature is missing or wrong.

    """
    try:
        told = _told(pushed)
    except UnreadableEnvelope as unsigned:
        raise NotAllowed("there is nothing that could be signed") from unsigned
    given = unquote(told.signed).strip().encode(errors="replace")
    if not app_key or not hmac.compare_digest(signature(told.document, app_key).encode(), given):
        raise NotAllowed("the signature does not match")
    return Signature()


def answer(accepted: bool, message: str, payload: bytes) -> Answer:
    """Answer a push in the provider's words, naming the account that the push names."""
    account = _ACCOUNT.search(payload)
    said = {
        "EBusinessID": account[1].decode() if account else "",
        "UpdateTime": datetime.now(ZoneInfo(CHINA)).strftime("%Y-%m-%d %H:%M:%S"),
        "Success": accepted,
        "Reason": "" if accepted else message,
    }
    return Answer(json.dumps(said, ensure_ascii=False).encode())


def _told(pushed: Pushed) -> _Told:
    if FORM_FIELD in pushed.form:
        return _Told(_plain(pushed.form[FORM_FIELD]), pushed.form.get(SIGNATURE_FIELD, ""))
    if pushed.form:
        raise UnreadableEnvelope("form_field_missing", "form", f"the form has no field {FORM_FIELD}")
    fields = _fields(pushed.body)
    if isinstance(fields.get(FORM_FIELD), str):
        return _Told(_plain(fields[FORM_FIELD]), str(fields.get(SIGNATURE_FIELD, "")))
    return _Told(pushed.body, pushed.headers.get(SIGNATURE_FIELD.lower(), ""))


def _plain(written: str) -> bytes:
    return (unquote_plus(written) if _ENCODED.match(written) else written).encode(errors="replace")


def _fields(body: bytes) -> dict[str, str]:
    """Read a body as the form's fields in JSON; one that is anything else has none."""
    if FORM_FIELD.encode() not in body:
        return {}
    try:
        root = json_root(decoded(body))
    except UnreadableEnvelope:
        return {}
    return root if isinstance(root, dict) else {}


PUSH = Push(payload=payload, check=check, answer=answer)
