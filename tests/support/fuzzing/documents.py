"""Mutations of JSON and XML that keep them well-formed: what stands in them is what nobody expects.

Those of a list's entries keep the list, so that as many records must come out as entries are left in it.
"""

import json
import re
from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

from fuzzing import nonsense

ENTRIES_MAX = 300
_STEP = re.compile(r"([^.\[\]]+)|\[([0-9]+)\]")
_TIME = re.compile(r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}.*")
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Mutant(NamedTuple):
    """A mutated document; `entries` is how many its list has left, None where nobody kept count."""

    body: bytes
    entries: int | None = None


class _Twice(dict[str, Any]):
    """An object that is written with some of its keys twice."""

    def items(self) -> Any:
        """Give the pairs, the first ones again with other values at the end."""
        return [*super().items(), *((key, "again") for key in list(self)[:3])]


def mutated_json(body: bytes, rng: Random) -> Mutant:
    """Change anything in a JSON document."""
    root = json.loads(body)
    for _ in range(rng.choice((1, 1, 2, 4))):
        places = list(_places(root))
        if not places:
            break
        holder, key = rng.choice(places)
        _change(holder, key, rng)
    return Mutant(_written(_wrapped(root, rng) if rng.random() < 0.15 else root, rng))


def mutated_entries_of_json(body: bytes, entries: str, rng: Random) -> Mutant:
    """Change only the entries of a document's list: what they say, how many they are, that they are entries at all."""
    root = json.loads(body)
    listed = at(root, entries)
    _change_list(listed, rng)
    for _ in range(rng.randint(0, 3)):
        inside = [place for place in _places(listed) if not (place[0] is listed and isinstance(listed[place[1]], list))]
        if not inside:
            break
        holder, key = rng.choice(inside)
        if holder is listed:
            listed[key] = nonsense.value(rng) if rng.random() < 0.5 else listed[key]
        else:
            _change(holder, key, rng)
    return Mutant(_written(root, rng), len(listed))


def at(root: Any, path: str) -> Any:
    """Find what stands at a path such as data[0].traces."""
    for name, place in _STEP.findall(path):
        root = root[name] if name else root[int(place)]
    return root


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place of a document, as what holds it and its key there."""
    keyed = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in list(keyed):
        yield node, key
        yield from _places(child)


def _change(holder: Any, key: Any, rng: Random) -> None:
    old = holder[key]
    kind = rng.randrange(10)
    if kind == 0:
        del holder[key]
    elif kind == 1 and isinstance(holder, dict):
        holder[rng.choice((str(key).lower(), str(key).title(), f"{key} ", "", "x", "\ud800", f"{key}\0", "data"))] = (
            holder.pop(key)
        )
    elif kind == 2 and isinstance(old, str) and _TIME.fullmatch(old):
        holder[key] = rng.choice(nonsense.TIMES)
    elif kind == 3 and isinstance(old, str):
        place = rng.randrange(len(old) + 1)
        holder[key] = old[:place] + rng.choice(nonsense.TEXTS) + old[place:]
    elif kind == 4 and isinstance(old, list):
        _change_list(old, rng)
    elif kind == 5 and isinstance(old, dict):
        holder[key] = _Twice(old)
    elif kind == 6:
        holder[key] = [old] if rng.random() < 0.5 else json.dumps(old, default=str)
    elif kind == 7 and isinstance(old, dict):
        old[str(nonsense.value(rng))[:50]] = nonsense.value(rng)
    else:
        holder[key] = nonsense.value(rng)


def _change_list(listed: list[Any], rng: Random) -> None:
    """Empty a list, repeat it, take from it, add to it, or turn it round."""
    match rng.randrange(6):
        case 0:
            listed.clear()
        case 1:
            listed[:] = (listed * rng.choice((2, 3, 100)))[:ENTRIES_MAX]
        case 2 if listed:
            del listed[rng.randrange(len(listed))]
        case 3:
            listed.insert(rng.randrange(len(listed) + 1), nonsense.value(rng))
        case 4:
            listed.reverse()
        case _:
            rng.shuffle(listed)


def _wrapped(root: Any, rng: Random) -> Any:
    return rng.choice(
        ([root], [root, root], {"data": root}, {"a": {"b": [root]}}, {"msg": root, "result": [root]}, json.dumps(root))
    )


def _written(root: Any, rng: Random) -> bytes:
    """Write a document; half a surrogate pair needs its escape."""
    text = json.dumps(root, ensure_ascii=rng.random() < 0.5, indent=rng.choice((None, None, 1)))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(root).encode()


def mutated_xml(body: bytes, rng: Random) -> Mutant:
    """Change anything in an XML document."""
    root = ET.fromstring(body)
    for _ in range(rng.choice((1, 1, 2, 4))):
        _change_element(rng.choice(list(root.iter())), rng)
    return Mutant(ET.tostring(root, encoding=rng.choice(("utf-8", "us-ascii", "gb18030"))))


def mutated_entries_of_xml(body: bytes, entries: str, rng: Random) -> Mutant:
    """Change only the elements that are a list's entries, and how many they are."""
    root = ET.fromstring(body)
    names = [name for name, _ in _STEP.findall(entries) if name]
    holder = root
    for name in names[1:-1]:
        holder = holder.find(name)
    listed = holder.findall(names[-1])
    for element in listed:
        holder.remove(element)
    left = [ET.fromstring(ET.tostring(element)) for element in listed * rng.choice((1, 1, 2, 30))]
    if rng.random() < 0.3:
        del left[rng.randrange(len(left))]
    for element in rng.sample(left, min(2, len(left))):
        _change_element(rng.choice(list(element.iter())), rng, rename=False)
    holder.extend(left)
    return Mutant(ET.tostring(root, encoding="utf-8"), len(left))


def _change_element(element: Any, rng: Random, *, rename: bool = True) -> None:
    kind = rng.randrange(7)
    value = _NO_XML.sub("?", str(nonsense.value(rng)))
    if kind == 0 and element.attrib:
        del element.attrib[rng.choice(list(element.attrib))]
    elif kind == 1 and element.attrib:
        element.set(rng.choice(list(element.attrib)), value)
    elif kind == 2:
        element.text = value
    elif kind == 3 and len(element):
        element.remove(element[rng.randrange(len(element))])
    elif kind == 4 and len(element):
        element.append(ET.fromstring(ET.tostring(element[0])))
    elif kind == 5 and rename:
        element.tag = rng.choice(("x", "{urn:x}y", "Route", "Body", "traces", "trace", element.tag.lower()))
    elif kind == 6:
        element.clear()
    else:
        element.set(rng.choice(("opCode", "acceptTime", "mailno", "service", "x")), value)
