"""How Kuaidi100 pushes: its signature, where its JSON is, and its acknowledgement.

Kuaidi100 posts a form: `param` is the JSON, `sign` the upper-case MD5 of param and the salt of the subscription. What
is not acknowledged is posted again about half an hour later.
"""

import hashlib
import hmac
import json

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.pushing import Answer, NotAllowed, Push, Pushed, Signature

FORM_FIELD = "param"


def payload(pushed: Pushed) -> bytes:
    """Take the pushed JSON out of the form, as it is to be kept and translated.

    Raises:
        UnreadableEnvelope: form_field_missing.

    """
    if FORM_FIELD not in pushed.form:
        raise UnreadableEnvelope("form_field_missing", "form", f"the form has no field {FORM_FIELD}")
    return pushed.form[FORM_FIELD].encode(errors="replace")


def check(pushed: Pushed, salt: str) -> Signature:
    """Check a push's signature in constant time.

    A subscription without a salt is not signed, so an empty salt verifies nothing: otherwise anybody could sign.

    Raises:
        NotAllowed: the signature is missing or wrong.

    """
    signed = (pushed.form.get(FORM_FIELD, "") + salt).encode(errors="replace")
    expected = hashlib.md5(signed, usedforsecurity=False).hexdigest().upper()  # the provider's choice
    given = pushed.form.get("sign", "").strip().upper().encode(errors="replace")
    if not salt or not hmac.compare_digest(expected.encode(), given):
        raise NotAllowed("the signature does not match")
    return Signature()


def answer(accepted: bool, message: str, _payload: bytes) -> Answer:
    """Answer a push in the provider's words; anything but accepted makes it push again."""
    said = {"result": accepted, "returnCode": "200" if accepted else "500", "message": message}
    return Answer(json.dumps(said, ensure_ascii=False).encode())


PUSH = Push(payload=payload, check=check, answer=answer)
