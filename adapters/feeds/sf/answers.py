"""What SF says instead of routes: its own envelopes of success and refusal, and those of its gateways.

What a route looks like stands in translate.
"""

from typing import Any

from adapters.feeds.documents import TEXT
from adapters.feeds.envelope import text_of

# Where each envelope has its code and its sentence.
_SHAPES = (
    ("apiResultCode", "apiErrorMsg"),
    ("errorCode", "errorMsg"),
    ("code", "message"),
    ("code", "msg"),
)
_GOOD = frozenset({"", "0", "200", "A1000", "S0000", "EX_CODE_OPENAPI_0200"})
_SERVICES = frozenset({"RouteService", "RoutePushService"})


def is_answer(node: dict[str, Any]) -> bool:
    """Say whether this object is one of SF's envelopes, with or without routes."""
    if is_gateway_answer(node) or text_of(node.get("service")) in _SERVICES:
        return True
    return any(code in node and message in node for code, message in _SHAPES)


def is_gateway_answer(node: dict[str, Any]) -> bool:
    """Say whether this object is an envelope that only SF uses, so that a payload can be told by it."""
    return "routeResps" in node or "apiResultCode" in node or {"success", "errorCode", "msgData"} <= node.keys()


def trouble(node: dict[str, Any]) -> str:
    """Give what an envelope says went wrong, as "code: sentence"; nothing when all is well or it is no envelope."""
    if node.get("Head") == ["ERR"]:
        return _xml_error(node)
    own = is_gateway_answer(node)  # these may lack the sentence; others have a code too
    for code_key, message_key in _SHAPES:
        if code_key in node and (own or message_key in node):
            code = text_of(node[code_key])
            if code not in _GOOD:
                return ": ".join(filter(None, [code, text_of(node.get(message_key))]))
    return ""


def _xml_error(response: dict[str, Any]) -> str:
    errors = response.get("ERROR")
    error = errors[0] if isinstance(errors, list) and errors else ""
    if isinstance(error, dict):
        return f"{text_of(error.get('code'))}: {text_of(error.get(TEXT))}"
    return f"ERR: {text_of(error)}"
