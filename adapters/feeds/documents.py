"""How the bytes of a payload become a JSON or an XML document.

XML becomes the same shape as JSON: an element is an object of its attributes and of lists of its children, and an
element with neither is its text. Nothing here knows a format's fields, and nothing is ever fetched: a document type
declaration, an entity or an external reference is refused.
"""

import json
import re
from codecs import BOM_UTF8
from collections.abc import Collection
from typing import Any, Literal, NamedTuple, NoReturn
from urllib.parse import unquote_to_bytes
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from adapters.feeds.envelope import NESTING_MAX, UnreadableEnvelope

Content = Literal["json", "xml"]

TEXT = "#text"  # key of an element's own text where it has attributes or children beside it

_FORM = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_CHINESE = re.compile("[\u3000-\u9fff\uff00-\uffef]")


class Document(NamedTuple):
    """A payload that could be read: what it was, and its outermost value."""

    content: Content
    root: Any


def read_document(body: bytes, *, form_fields: Collection[str] = ()) -> Document:
    """Read a body as XML or JSON, taking it out of its form field where it is a posted form.

    Raises:
        UnreadableEnvelope: not_text, empty, form_field_missing, not_json, not_xml, xml_forbidden or
            nested_too_deeply.

    """
    text = decoded(body).strip()
    if form_fields and _FORM.match(text):
        text = _form_field(text, form_fields).strip()
    if not text:
        raise UnreadableEnvelope("empty", "body", "the body holds nothing")
    if text.startswith("<"):
        return Document("xml", xml_root(text))
    return Document("json", json_root(text))


def decoded(body: bytes) -> str:
    """Read bytes as UTF-8 or, where they are not, as GBK in its present form, GB18030.

    UTF-8 that is broken in a place can be read as GBK by chance, all of it wrongly; so what has more Chinese characters
    in UTF-8 than broken places is no GBK.

    Raises:
        UnreadableEnvelope: not_text.

    """
    try:
        return body.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as not_utf8:
        place = f"byte {not_utf8.start}"
        patched = body.decode("utf-8", "replace")
        if len(_CHINESE.findall(patched)) > patched.count("\ufffd"):
            raise UnreadableEnvelope("not_text", place, f"the UTF-8 is broken at {place}") from not_utf8
        try:
            return body.decode("gb18030")
        except UnicodeDecodeError:
            raise UnreadableEnvelope("not_text", place, f"{place} is neither UTF-8 nor GBK") from not_utf8


def _form_field(text: str, wanted: Collection[str]) -> str:
    for pair in text.split("&"):
        name, _, value = pair.partition("=")
        if name in wanted:
            return decoded(unquote_to_bytes(value.replace("+", " ")))
    raise UnreadableEnvelope("form_field_missing", "form", f"the form has no field {' or '.join(sorted(wanted))}")


def json_root(text: str) -> Any:
    """Read JSON text as it is: a NUL or half a surrogate pair stays, for the quality checks to tell of it.

    Raises:
        UnreadableEnvelope: not_json or nested_too_deeply.

    """
    try:
        root = _JSON.decode(text)
    except RecursionError as too_deep:
        raise _nested_too_deeply() from too_deep
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise UnreadableEnvelope("not_json", where, error.msg) from error
    except ValueError as error:
        raise UnreadableEnvelope("not_json", "body", str(error)) from error
    opened = text.count("{") + text.count("[")  # what does not open so many times is not so deep
    if opened > NESTING_MAX and _nested_deeper(root, NESTING_MAX):
        raise _nested_too_deeply()
    return root


def _refused_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON value")


def _finite(number: str) -> float | str:
    value = float(number)
    return number if value in (float("inf"), float("-inf")) else value  # a number too large stays as written


_JSON = json.JSONDecoder(parse_constant=_refused_constant, parse_float=_finite)


def _nested_too_deeply() -> UnreadableEnvelope:
    return UnreadableEnvelope("nested_too_deeply", "body", f"more than {NESTING_MAX} levels")


def _nested_deeper(node: Any, levels: int) -> bool:
    if levels == 0:
        return True
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return any(isinstance(child, (dict, list)) and _nested_deeper(child, levels - 1) for child in children)


def xml_root(text: str) -> dict[str, Any]:
    """Read XML text as an object with one key, the root element's name.

    Raises:
        UnreadableEnvelope: not_xml, xml_forbidden (a DTD, an entity or an external reference) or nested_too_deeply.

    """
    parser = DefusedXMLParser(target=_Shallow(), forbid_dtd=True)
    try:
        parser.feed(text)
        root = parser.close()
    except DefusedXmlException as forbidden:
        raise UnreadableEnvelope("xml_forbidden", "body", str(forbidden)) from forbidden
    except ParseError as error:
        line, column = error.position
        raise UnreadableEnvelope("not_xml", f"line {line} column {column + 1}", str(error)) from error
    except (ValueError, LookupError) as error:
        raise UnreadableEnvelope("not_xml", "body", str(error)) from error
    return {_local_name(root.tag): _element(root)}


class _Shallow(TreeBuilder):
    """Builds a tree, and refuses a deep one where it becomes too deep, not after all of it was read."""

    def __init__(self) -> None:
        """Begin at no level."""
        super().__init__()
        self._levels = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        """Open an element."""
        self._levels += 1
        if self._levels > NESTING_MAX:
            raise _nested_too_deeply()
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        """Close an element."""
        self._levels -= 1
        return super().end(tag)


def _element(element: Element) -> Any:
    text = (element.text or "").strip()
    if not element.attrib and not len(element):
        return text
    node: dict[str, Any] = {_local_name(name): value for name, value in element.attrib.items()}
    children: dict[str, list[Any]] = {}
    for child in element:
        children.setdefault(_local_name(child.tag), []).append(_element(child))
    return node | children | ({TEXT: text} if text else {})


def _local_name(name: str) -> str:
    return name.rpartition("}")[2]
