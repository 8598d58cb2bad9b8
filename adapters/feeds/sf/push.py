"""What the HTTP door needs to take an SF push: the payload out of a form, and the acknowledgements. No HTTP here.

SF signs no route push, so the door asks for an API key of its own. A push arrives as JSON, as XML, or as a form whose
field `content` (or, through the newer gateway, `msgData`) holds one of the two; it is answered in its own kind. What is
not acknowledged is sent again.
"""

from collections.abc import Mapping
from xml.sax.saxutils import escape

from adapters.feeds.envelope import UnreadableEnvelope

FORM_FIELDS = ("content", "msgData")


def payload(form: Mapping[str, str]) -> bytes:
    """Take the pushed document out of the form, as it is to be kept and translated.

    Raises:
        UnreadableEnvelope: form_field_missing.

    """
    for field in FORM_FIELDS:
        if field in form:
            return form[field].encode(errors="replace")
    raise UnreadableEnvelope("form_field_missing", "form", f"the form has no field {' or '.join(FORM_FIELDS)}")


def wants_xml(body: bytes) -> bool:
    """Say whether a pushed document is XML, and so wants the XML acknowledgement."""
    return body.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def acknowledgement(accepted: bool, message: str = "成功") -> dict[str, str]:
    """Answer a JSON push in SF's words; anything but 0000 makes it push again."""
    return {"return_code": "0000" if accepted else "1000", "return_msg": message}


def acknowledgement_xml(accepted: bool, message: str = "成功") -> str:
    """Answer an XML push in SF's words; ERR makes it push again. 4001 is SF's own code for "not processed"."""
    head = "<Head>OK</Head>" if accepted else f'<Head>ERR</Head><ERROR code="4001">{escape(message)}</ERROR>'
    return f'<Response service="RoutePushService">{head}</Response>'
