"""Forms as they are posted: fields, and files where a form came in parts. What a field means is the format's affair.

Fields are read as UTF-8 and, where they are not, as GBK, one by one: both are sent, whatever the header says.
"""

import re
from codecs import BOM_UTF8
from collections.abc import AsyncGenerator, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import unquote_to_bytes

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from adapters.feeds.documents import decoded
from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.pushing import Pushed

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
FIELDS_MAX = 50
FILES_MAX = 10


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a form: a field, or a file with what its sender says of it."""

    name: str
    content: bytes
    file_name: str | None = None  # None: it is a field
    media_type: str = ""


async def as_pushed(body: bytes, headers: Mapping[str, str], form_fields: Collection[str]) -> Pushed:
    """Take a body out of its form where it is one; a file counts as a field where the format knows one of its name.

    Of a form in parts that holds one file, or else one field, that is the body.

    Raises:
        UnreadableEnvelope: form_unreadable.

    """
    content_type = headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    if kind == FORM:
        return Pushed(body=body, headers=headers, form=form_of(body))
    if kind != MULTIPART:
        return Pushed(body=body, headers=headers)
    parts = await parts_of(body, content_type)
    fields = _first_of_each(part for part in parts if part.file_name is None)
    files = _first_of_each(part for part in parts if part.file_name is not None)
    form = fields | {name: content for name, content in files.items() if name in form_fields}
    alone = list((files or fields).values())
    return Pushed(
        body=alone[0] if len(alone) == 1 else body,
        headers=headers,
        form={name: text_of(content) for name, content in form.items()},
    )


def _first_of_each(parts: Iterable[Part]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for part in parts:
        found.setdefault(part.name, part.content)
    return found


def form_of(body: bytes) -> dict[str, str]:
    """Read a form; of a field that is there twice the first value holds.

    Raises:
        UnreadableEnvelope: form_unreadable, not_text.

    """
    pairs = body.split(b"&", FIELDS_MAX)
    if len(pairs) > FIELDS_MAX:
        raise _unreadable(f"it has more than {FIELDS_MAX} fields")
    form: dict[str, str] = {}
    for pair in pairs:
        name, _, value = pair.partition(b"=")
        form.setdefault(_unescaped(name), _unescaped(value))
    return form


def _unescaped(text: bytes) -> str:
    """Undo the escapes of a form; what looks like one and is none stays as it is.

    Python's own escapes are undone in C, in a twentieth of the time that urllib takes over Chinese text.
    """
    text = text.replace(b"+", b" ")
    if b"%" not in text:
        return text_of(text)
    try:
        backslashed = text.replace(b"\\", b"\\\\").replace(b"%", b"\\x")
        return text_of(backslashed.decode("unicode_escape").encode("latin-1"))
    except UnicodeDecodeError:
        return text_of(unquote_to_bytes(text))


def text_of(value: bytes) -> str:
    """Read a value in either encoding; a byte order mark stays, because a signature may count it."""
    return "\ufeff" * value.startswith(BOM_UTF8) + decoded(value)


class _Parser(MultiPartParser):
    """Keeps all parts in memory; the body has been bounded."""

    spool_max_size: ClassVar[int] = 2**31  # type: ignore[misc]  # an attribute of the class there too
    ended = False

    def on_end(self) -> None:
        """Note that the last part is whole."""
        self.ended = True


async def parts_of(body: bytes, content_type: str, *, files_max: int = FILES_MAX) -> list[Part]:
    """Take a form apart that came in parts, in the order in which they came.

    Raises:
        UnreadableEnvelope: form_unreadable.

    """

    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    # Latin-1 keeps the bytes of a field as they are.
    headers = Headers({"content-type": re.sub(r";\s*charset=[^;]*", "", content_type) + "; charset=latin-1"})
    parser = _Parser(headers, stream(), max_files=files_max, max_fields=FIELDS_MAX, max_part_size=len(body) + 1)
    parts: list[Part] = []
    try:
        form = await parser.parse()
        if not parser.ended:
            raise _unreadable("it has no end")
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                file_name = text_of((value.filename or "").encode("latin-1"))
                parts.append(Part(name, await value.read(), file_name, value.content_type or ""))
            else:
                parts.append(Part(name, value.encode("latin-1")))
    except MultiPartException as broken:
        raise _unreadable(broken.message) from broken
    finally:
        for file in parser._files_to_close_on_error:  # noqa: SLF001  # whole or not; a form that has no end names none
            file.close()
    return parts


def _unreadable(why: str) -> UnreadableEnvelope:
    return UnreadableEnvelope("form_unreadable", "body", f"the form cannot be read: {why}")
