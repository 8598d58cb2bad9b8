"""How AfterShip pushes: its signature, and its acknowledgement.

The header is the base64 of the HMAC-SHA256 of the body as it came, keyed with the webhook's secret. Any 2xx is an
acknowledgement; what is not acknowledged is sent again up to 13 times, the last time 245,730 seconds after the first.

The body's `ts`, which the signature covers, is the moment of the event that is pushed, not of a checkpoint and not of
the sending: it stays the same when the push is sent again. So it bounds replays only loosely. A window shorter than
those retries would refuse AfterShip's own and lose what they tell, whereas a push that is replayed within it tells
events that the log already holds. Seven days are more than twice the retries and leave somebody time to send a push
again by hand. A body without a readable `ts` is told by its signature alone. Whether the test that AfterShip's page
offers has a fresh `ts` could not be verified; where it has an old one it is refused, and real pushes still are not.
"""

import base64
import binascii
import hashlib
import hmac
import json
from datetime import datetime

from adapters.feeds.documents import json_root
from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.pushing import Answer, NotAllowed, Push, Pushed, Signature
from adapters.feeds.times import epoch_moment

HEADER = "aftership-hmac-sha256"
RETRIES_END_SECONDS = 245_730
REPLAY_SECONDS_MAX = 7 * 24 * 3600


def check(pushed: Pushed, secret: str) -> Signature:
    """Check a push's signature in constant time; an empty secret verifies nothing.

    Raises:
        NotAllowed: the signature is missing or wrong.

    """
    expected = hmac.new(secret.encode(), pushed.body, hashlib.sha256).digest()
    if not secret or not hmac.compare_digest(expected, _given(pushed)):
        raise NotAllowed("the signature does not match")
    return Signature(signed_at=_event_moment(pushed.body))


def _given(pushed: Pushed) -> bytes:
    try:
        return base64.b64decode(pushed.headers.get(HEADER, "").strip().encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return b""


def _event_moment(body: bytes) -> datetime | None:
    try:
        root = json_root(body.decode("utf-8", "replace"))
    except UnreadableEnvelope:
        return None
    read = epoch_moment(root.get("ts"), per_second=1) if isinstance(root, dict) else None
    return read.at if read else None


def answer(accepted: bool, message: str, _payload: bytes) -> Answer:
    """Answer a push; AfterShip looks at the status only."""
    return Answer(json.dumps({"accepted": accepted, "message": message}, ensure_ascii=False).encode())


PUSH = Push(check=check, answer=answer, replay_seconds_max=REPLAY_SECONDS_MAX)
