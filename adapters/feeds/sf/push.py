"""How SF pushes: the payload out of a form, and the acknowledgements.

SF signs no route push, so the gateway asks for an API key of its own. A push arrives as JSON, as XML, or as a form
whose field `content` (or, through the newer gateway, `msgData`) holds one of the two; it is answered in its own kind.
What is not acknowledged is sent again.
"""

import json
from xml.sax.saxutils import escape

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.pushing import Answer, Push, Pushed

FORM_FIELDS = ("content", "msgData")


def payload(pushed: Pushed) -> bytes:
    """Take the pushed document, out of its form where it came in one.

    Raises:
        UnreadableEnvelope: form_field_missing.

    """
    if not pushed.form:
        return pushed.body
    for field in FORM_FIELDS:
        if field in pushed.form:
            return pushed.form[field].encode(errors="replace")
    raise UnreadableEnvelope("form_field_missing", "form", f"the form has no field {' or '.join(FORM_FIELDS)}")


def answer(accepted: bool, message: str, payload: bytes) -> Answer:
    """Answer in SF's words and in the kind that was pushed; anything but success makes it push again.

    4001 is SF's own code for "not processed".
    """
    if not _is_xml(payload):
        said = {"return_code": "0000" if accepted else "1000", "return_msg": message}
        return Answer(json.dumps(said, ensure_ascii=False).encode())
    head = "<Head>OK</Head>" if accepted else f'<Head>ERR</Head><ERROR code="4001">{escape(message)}</ERROR>'
    return Answer(f'<Response service="RoutePushService">{head}</Response>'.encode(), "application/xml")


def _is_xml(payload: bytes) -> bool:
    return payload.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


PUSH = Push(payload=payload, answer=answer)
