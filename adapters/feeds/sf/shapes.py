"""What SF's objects look like, wherever they stand in a payload. What they say is read in translate and answers."""

from functools import lru_cache
from typing import Any

from adapters.feeds.documents import json_root
from adapters.feeds.envelope import find, text_of
from adapters.feeds.sf.answers import is_gateway_answer

# Fields in which SF's gateway sends a whole document as text.
OPENERS = {"apiResultData": json_root, "msgData": json_root}

_PUSHED_LISTS = frozenset({"waybillroute", "orderstate"})
ROUTE_LISTS = frozenset({"route", "routes"}) | _PUSHED_LISTS


@lru_cache(maxsize=256)
def folded(key: str) -> str:
    """Give a field's name without the differences in SF's spelling of it."""
    return key.replace("_", "").lower()


def fields_of(item: dict[str, Any]) -> dict[str, Any]:
    """Key an object's fields by their folded names; in XML a field may be an attribute or an element."""
    return {folded(key): _of_element(value) for key, value in item.items()}


def _of_element(value: object) -> object:
    return value[0] if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str) else value


def is_route(node: dict[str, Any]) -> bool:
    """Say whether this object is a route by its own fields."""
    names = {folded(key) for key in node}
    return "opcode" in names and not names.isdisjoint(("accepttime", "scandatetime"))


def holds_routes(node: dict[str, Any]) -> bool:
    """Say whether this object has a list of routes, or is itself a route of a list without a name of its own."""
    return is_route(node) or _has_list(node, ROUTE_LISTS)


def is_push_payload(root: object) -> bool:
    """Say whether a whole payload is a push."""
    return next(find(root, _holds_pushed_routes, openers=OPENERS), None) is not None


def is_json_query_payload(root: object) -> bool:
    """Say whether a whole payload is a JSON query answer and no push."""
    found = next(find(root, _is_queried, openers=OPENERS), None) is not None
    return found and not is_push_payload(root)


def is_xml_query_payload(root: object) -> bool:
    """Say whether a whole payload is an answer of SF's XML route service."""
    return next(find(root, lambda node: text_of(node.get("service")) == "RouteService"), None) is not None


def _holds_pushed_routes(node: dict[str, Any]) -> bool:
    return _has_list(node, _PUSHED_LISTS) or text_of(node.get("service")) == "RoutePushService"


def _is_queried(node: dict[str, Any]) -> bool:
    return is_route(node) or is_gateway_answer(node)


def _has_list(node: dict[str, Any], names: frozenset[str]) -> bool:
    return any(folded(key) in names and isinstance(value, (list, dict)) for key, value in node.items())
