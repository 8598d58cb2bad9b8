"""A mail taken apart (RFC 5322, MIME): its headers, its text and its files, however badly it was put together.

The text is the plain one, or the one of the page without its marks. Nothing here asks what it is about.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from html.parser import HTMLParser
from typing import NamedTuple

PARTS_MAX = 100
DEPTH_MAX = 20
TEXT_LENGTH_MAX = 100_000

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_BLOCKS = frozenset({"p", "br", "div", "tr", "li", "h1", "h2", "h3", "table", "blockquote"})
_SILENT = frozenset({"script", "style", "head", "title"})


class File(NamedTuple):
    """A file that came with a mail, as it says it is."""

    name: str
    media_type: str
    content: bytes


class Mail(NamedTuple):
    """A mail taken apart."""

    message: Message
    text: str
    files: tuple[File, ...]


def taken_apart(raw: bytes) -> Mail:
    """Take a mail apart; what cannot be read of it is left out, and nothing is raised."""
    message = message_from_bytes(raw)
    plain: list[str] = []
    pages: list[str] = []
    files: list[File] = []
    for part in _leaves(message, DEPTH_MAX):
        kind = part.get_content_type()
        if kind in {"text/plain", "text/html"} and not _is_attached(part):
            (plain if kind == "text/plain" else pages).append(_text_of(part))
        else:
            files.append(File(_file_name(part), kind, _content_of(part)))
    text = "\n".join(plain) if any(one.strip() for one in plain) else "\n".join(map(_without_marks, pages))
    return Mail(message, tidied(text)[:TEXT_LENGTH_MAX], tuple(file for file in files if file.content))


def header(message: Message, name: str) -> str:
    """Give a header's text, also one that was never encoded; empty where it is not there."""
    raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
    written = decoded(str(raw).encode("utf-8", "surrogateescape"), "")
    try:
        parts = decode_header(re.sub(r"\r?\n[ \t]+", " ", written))
    except (HeaderParseError, ValueError):
        return tidied(written)
    texts = [part if isinstance(part, str) else decoded(part, charset or "") for part, charset in parts]
    return tidied(" ".join("".join(texts).split()))


def decoded(content: bytes, charset: str) -> str:
    """Read bytes in the encoding that they are said to have, or in one of those that are used in China."""
    for encoding in (charset, "utf-8", "gb18030"):
        try:
            if encoding:
                return content.decode(encoding)
        except (LookupError, ValueError):
            continue
    return content.decode("utf-8", "replace")


def tidied(text: str) -> str:
    """Take out what nobody sees, and blank lines but one."""
    seen = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).encode("utf-8", "replace").decode()
    return re.sub(r"\n[ \t\u3000]*(?:\n[ \t\u3000]*)+", "\n\n", seen).strip()


def _leaves(message: Message, depth: int) -> Iterator[Message]:
    """Yield the parts that hold something; a mail inside a mail is one of them."""
    found = 0
    pending: list[tuple[Message, int]] = [(message, depth)]
    while pending and found < PARTS_MAX:
        part, left = pending.pop()
        inside = part.get_payload() if part.is_multipart() and part.get_content_maintype() == "multipart" else None
        if isinstance(inside, list) and left:
            pending += [(one, left - 1) for one in reversed(inside) if isinstance(one, Message)]
        elif inside is None:
            found += 1
            yield part


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _content_of(part: Message) -> bytes:
    if part.get_content_maintype() == "message":
        inside = part.get_payload()
        mail = inside[0] if isinstance(inside, list) and inside else None
        return mail.as_bytes() if isinstance(mail, Message) else b""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text_of(part: Message) -> str:
    return decoded(_content_of(part), str(part.get_content_charset() or ""))


def _file_name(part: Message) -> str:
    name = part.get_filename() or ""
    try:
        parts = decode_header(name)
    except (HeaderParseError, ValueError):
        return name
    return "".join(one if isinstance(one, str) else decoded(one, charset or "") for one, charset in parts)


class _Words(HTMLParser):
    """Gathers the words of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line where the page does."""
        del attrs
        self._silent += tag in _SILENT
        if tag in _BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End what nobody reads."""
        self._silent -= tag in _SILENT and self._silent > 0

    def handle_data(self, data: str) -> None:
        """Keep what is read."""
        if not self._silent:
            self.words.append(data)


def _without_marks(page: str) -> str:
    reader = _Words()
    reader.feed(page[:TEXT_LENGTH_MAX])
    reader.close()
    return "".join(reader.words)
