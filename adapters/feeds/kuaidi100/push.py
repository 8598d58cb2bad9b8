"""What the HTTP door needs to take a Kuaidi100 push: its signature, its JSON and its acknowledgement. No HTTP here.

Kuaidi100 posts a form: `param` is the JSON, `sign` the upper-case MD5 of param and the salt of the subscription. What
is not acknowledged is posted again about half an hour later.
"""

import hashlib
import hmac
from collections.abc import Mapping

from adapters.feeds.envelope import UnreadableEnvelope

FORM_FIELD = "param"


def verify(form: Mapping[str, str], salt: str) -> bool:
    """Check a push's signature in constant time.

    A subscription without a salt is not signed, so an empty salt verifies nothing: otherwise anybody could sign.
    """
    if not salt or FORM_FIELD not in form or "sign" not in form:
        return False
    signed = (form[FORM_FIELD] + salt).encode(errors="replace")
    expected = hashlib.md5(signed, usedforsecurity=False).hexdigest().upper()  # the provider's choice
    return hmac.compare_digest(expected.encode(), form["sign"].strip().upper().encode(errors="replace"))


def payload(form: Mapping[str, str]) -> bytes:
    """Take the pushed JSON out of the form, as it is to be kept and translated.

    Raises:
        UnreadableEnvelope: form_field_missing.

    """
    if FORM_FIELD not in form:
        raise UnreadableEnvelope("form_field_missing", "form", f"the form has no field {FORM_FIELD}")
    return form[FORM_FIELD].encode(errors="replace")


def acknowledgement(accepted: bool, message: str) -> dict[str, bool | str]:
    """Answer a push in the provider's words; anything but accepted makes it push again."""
    return {"result": accepted, "returnCode": "200" if accepted else "500", "message": message}
