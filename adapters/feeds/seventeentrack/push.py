"""How 17TRACK pushes: its two signatures, and its acknowledgement.

v2 puts the SHA-256 of the body as it came, a slash and the account's key into the header `sign`, in hexadecimal. v1
puts it into the body's own field `sign`, over the event, the data and the key with slashes between. Public receivers
sign there what their JSON library writes again, without blanks; a sender can only have signed what it wrote. So the
data are tried as they were sent, and then as they would be written again. Both recipes are those that several public
receivers repeat from the provider's pages; no push of the provider's own was at hand to verify either.

Neither signs a moment, so a push that is replayed cannot be told; its events are then in the log already. HTTP 200 is
the acknowledgement; anything else makes 17TRACK push again.
"""

import hashlib
import hmac
import json
import re

from adapters.feeds.pushing import Answer, NotAllowed, Push, Pushed, Signature
from adapters.feeds.seventeentrack.shapes import PUSHED

HEADER = "sign"

_JSON = json.JSONDecoder()
_BLANKS = re.compile(r"[ \t\n\r]*")


def check_v2(pushed: Pushed, key: str) -> Signature:
    """Check the signature in the header in constant time; an empty key verifies nothing.

    Raises:
        NotAllowed: the signature is missing or wrong.

    """
    return _compared([pushed.body + b"/" + key.encode()], pushed.headers.get(HEADER, ""), key)


def check_v1(pushed: Pushed, key: str) -> Signature:
    """Check the signature in the body in constant time; an empty key verifies nothing.

    Raises:
        NotAllowed: the signature is missing or wrong, or the body says one thing twice.

    """
    fields = _fields_as_sent(pushed.body)
    event, given = (_text(fields.get(name, "")) for name in ("event", "sign"))
    if event not in PUSHED or "data" not in fields:
        raise NotAllowed("the body is no signed push")
    again = json.dumps(json.loads(fields["data"]), ensure_ascii=False, separators=(",", ":"))
    return _compared([f"{event}/{data}/{key}".encode(errors="replace") for data in (fields["data"], again)], given, key)


def _compared(signed: list[bytes], given: str, key: str) -> Signature:
    written = given.strip().lower().encode(errors="replace")
    matches = [hmac.compare_digest(hashlib.sha256(text).hexdigest().encode(), written) for text in signed]
    if not key or not any(matches):
        raise NotAllowed("the signature does not match")
    return Signature()


def _fields_as_sent(body: bytes) -> dict[str, str]:
    """Cut an object's fields out of its text. A field that stands twice could be signed once and read the other time.

    Raises:
        NotAllowed: the body is no JSON object, or holds a field twice.

    """
    try:
        text = body.decode("utf-8-sig").strip()
        json.loads(text)
        return _cut(text)
    except (ValueError, RecursionError) as error:
        raise NotAllowed("the body is no JSON object that could be signed") from error


def _cut(text: str) -> dict[str, str]:
    if not text.startswith("{"):
        raise ValueError(text[:1])
    fields: dict[str, str] = {}
    place = _after_blanks(text, 1)
    while text[place] != "}":
        name, place = _JSON.raw_decode(text, place)
        begin = _after_blanks(text, _after_blanks(text, place) + 1)  # past the colon
        _, end = _JSON.raw_decode(text, begin)
        if name in fields:
            raise ValueError(name)
        fields[name] = text[begin:end]
        place = _after_blanks(text, end)
        place = _after_blanks(text, place + 1) if text[place] == "," else place
    return fields


def _after_blanks(text: str, place: int) -> int:
    found = _BLANKS.match(text, place)
    return found.end() if found else place


def _text(written: str) -> str:
    value = json.loads(written) if written else ""
    return value if isinstance(value, str) else ""


def answer(accepted: bool, message: str, _payload: bytes) -> Answer:
    """Answer a push; 17TRACK looks at the status only."""
    return Answer(json.dumps({"code": 0 if accepted else -1, "message": message}, ensure_ascii=False).encode())


PUSH_V1 = Push(check=check_v1, answer=answer)
PUSH_V2 = Push(check=check_v2, answer=answer)
