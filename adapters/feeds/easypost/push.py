"""How EasyPost pushes: its signature and its acknowledgement.

EasyPost posts the event as JSON and signs the raw body with the secret of the webhook: `X-Hmac-Signature` is
"hmac-sha256-hex=" and the HMAC-SHA256, the secret in Unicode's form NFKD. Any 2xx acknowledges; otherwise it is sent
again, and a webhook that fails for long is switched off. A second header, X-Hmac-Signature-V2 with a timestamp and a
path, is sent too, but what it signs is told in several ways and in none of EasyPost's own libraries, so it is not read;
there is no replay window therefore.
"""

import hashlib
import hmac
import json
import unicodedata

from adapters.feeds.pushing import Answer, NotAllowed, Push, Pushed, Signature

HEADER = "x-hmac-signature"


def signature(body: bytes, secret: str) -> str:
    """Sign a body as EasyPost does."""
    key = unicodedata.normalize("NFKD", secret).encode(errors="replace")
    return f"hmac-sha256-hex={hmac.new(key, body, hashlib.sha256).hexdigest()}"


def check(pushed: Pushed, secret: str) -> Signature:
    """Check a push's signature in constant time; an empty secret verifies nothing.

    Raises:
        NotAllowed: the signature is missing or wrong.

    """
    given = pushed.headers.get(HEADER, "").strip().lower().encode(errors="replace")
    if not secret or not hmac.compare_digest(signature(pushed.body, secret).encode(), given):
        raise NotAllowed("the signature does not match")
    return Signature()


def answer(accepted: bool, message: str, _payload: bytes) -> Answer:
    """Answer a push; EasyPost reads the status only."""
    return Answer(json.dumps({"accepted": accepted, "message": message}, ensure_ascii=False).encode())


PUSH = Push(check=check, answer=answer)
