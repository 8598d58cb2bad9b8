"""What kind of file evidence is: told from its bytes, and refused where its sender or its name say something else.

Only the kinds of a short list are taken. What a browser could run (HTML, SVG) and what a machine could (programs,
scripts, archives) are none of them, whatever they are called.
"""

import csv
import re
from collections.abc import Callable
from email.parser import BytesHeaderParser

from adapters import Refused
from schemas.evidence import MediaType

EXTENSION: dict[MediaType, tuple[str, ...]] = {
    MediaType.JPEG: ("jpg", "jpeg", "jpe", "jfif"),
    MediaType.PNG: ("png",),
    MediaType.WEBP: ("webp",),
    MediaType.HEIC: ("heic", "heif"),
    MediaType.PDF: ("pdf",),
    MediaType.MP3: ("mp3",),
    MediaType.WAV: ("wav",),
    MediaType.MP4: ("mp4", "m4v"),
    MediaType.TEXT: ("txt", "log"),
    MediaType.CSV: ("csv",),
    MediaType.MAIL: ("eml",),
    MediaType.JSON: ("json",),
}
"""How a file of each kind may be called; the first is what it is called here."""

DECLARED: dict[str, MediaType] = {
    **{media_type.value: media_type for media_type in MediaType if media_type is not MediaType.JSON},
    "image/jpg": MediaType.JPEG,
    "image/pjpeg": MediaType.JPEG,
    "image/heif": MediaType.HEIC,
    "audio/mp3": MediaType.MP3,
    "audio/wave": MediaType.WAV,
    "audio/x-wav": MediaType.WAV,
    "audio/vnd.wave": MediaType.WAV,
    "application/vnd.ms-excel": MediaType.CSV,  # what Windows calls a CSV
}
UNDECLARED = frozenset({"", "application/octet-stream", "binary/octet-stream"})
NOT_TAKEN = frozenset(
    {
        *("html", "htm", "xhtml", "xht", "mht", "svg", "svgz", "xml", "xsl", "js", "mjs", "vbs", "vbe", "wsf", "hta"),
        *(
            "exe",
            "dll",
            "scr",
            "com",
            "bat",
            "cmd",
            "ps1",
            "msi",
            "jar",
            "class",
            "sh",
            "py",
            "php",
            "lnk",
            "url",
            "app",
        ),
        *(
            "app",
            "apk",
            "ipa",
            "dmg",
            "iso",
            "zip",
            "rar",
            "7z",
            "gz",
            "tar",
            "doc",
            "docm",
            "docx",
            "xls",
            "xlsm",
            "xlsx",
        ),
        *("ppt", "pptm", "pptx", "mov", "gif", "bmp", "tif", "tiff"),
    }
)
"""Endings of names that say that a file is something else than what is taken."""

PREFIXES: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\xfe\xed\xfa", "a program"),
    (b"PK\x03\x04", "an archive or an Office document"),
    (b"PK\x05\x06", "an archive"),
    (b"Rar!", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
    (b"\x1f\x8b", "an archive"),
    (b"\xd0\xcf\x11\xe0", "an Office document"),
    (b"GIF8", "a GIF"),
    (b"BM", "a bitmap"),
)
"""What is not on the list, so that its sender is told what he sent."""

TEXTS_REFUSED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\s*<\s*[!?a-z]", re.IGNORECASE), "HTML, SVG or XML"),
    (re.compile(r"#!"), "a script"),
)
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})
MP4_BRANDS = frozenset(
    {b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash"}
)
BRANDS_MAX = 32
TEXT_KINDS = frozenset({MediaType.TEXT, MediaType.CSV, MediaType.MAIL})
CSV_LINES_LOOKED_AT = 5
MAIL_HEADERS_BYTES_MAX = 100_000

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MAIL_HEADER = re.compile(rb"[A-Za-z][A-Za-z-]{0,60}:[ \t]?[^\r\n]")
_FRAME_BITRATE_FREE, _FRAME_BITRATE_BAD, _FRAME_RATE_BAD = 0, 15, 3


class Unacceptable(Refused):
    """A file that is no evidence as it is; the message is a sentence for whoever gave it."""

    def __init__(self, reason_code: str, sentence: str) -> None:
        """Keep the reason code beside the sentence."""
        super().__init__(sentence)
        self.reason_code = reason_code


def media_type_of(content: bytes, *, declared: str = "", file_name: str = "") -> MediaType:
    """Say what kind of file this is, and refuse it unless all that is said of it agrees.

    Raises:
        Unacceptable: empty, type_not_taken, name_not_taken, type_disagrees or name_disagrees.

    """
    if not content:
        raise Unacceptable("empty", "the file is empty")
    found = _sniffed(content)
    ending = ending_of(file_name)
    if ending in NOT_TAKEN:
        raise Unacceptable("name_not_taken", f"a file whose name ends in .{ending} is not taken")
    stated = _stated(declared)
    named = next((kind for kind, endings in EXTENSION.items() if ending in endings), None)
    if found in TEXT_KINDS:
        found = _kind_of_text(content, stated=stated, named=named)
    if stated is not None and not _agrees(stated, found):
        raise Unacceptable("type_disagrees", f"it is said to be {stated.value} and is {found.value}")
    if named is not None and not _agrees(named, found):
        raise Unacceptable("name_disagrees", f"its name ends in .{ending} and it is {found.value}")
    return found


def ending_of(file_name: str) -> str:
    """Give what stands behind the last dot of a name, in small letters."""
    stem, dot, ending = file_name.strip().rpartition(".")
    return ending.lower() if dot and stem else ""


def _stated(declared: str) -> MediaType | None:
    stated = declared.partition(";")[0].strip().lower()
    if stated in UNDECLARED:
        return None
    if stated not in DECLARED:
        raise Unacceptable("type_not_taken", f"files of the type {stated[:60]!r} are not taken")
    return DECLARED[stated]


def _agrees(said: MediaType, found: MediaType) -> bool:
    """Plain text may be a table or a mail; nothing else is two things."""
    return said is found or (said is MediaType.TEXT and found in TEXT_KINDS)


def _sniffed(content: bytes) -> MediaType:
    for kind, fits in _SIGNATURES:
        if fits(content):
            return kind
    read = _text_of(content)
    if read is None:
        what = next((what for prefix, what in PREFIXES if content.startswith(prefix)), None)
        raise Unacceptable(
            "type_not_taken",
            f"it is {what}, which is not taken" if what else f"it is none of {', '.join(taken_types())}",
        )
    for beginning, what in TEXTS_REFUSED:
        if beginning.match(read):
            raise Unacceptable("type_not_taken", f"it is {what}, which is not taken")
    return MediaType.TEXT


def taken_types() -> tuple[str, ...]:
    """List the kinds of file that are taken, by the endings of their names."""
    return tuple(endings[0] for kind, endings in EXTENSION.items() if kind is not MediaType.JSON)


def _kind_of_text(content: bytes, *, stated: MediaType | None, named: MediaType | None) -> MediaType:
    """Take text for the table or the mail that it is said to be, if it can be that."""
    wanted = next((said for said in (stated, named) if said in TEXT_KINDS and said is not MediaType.TEXT), None)
    if wanted is MediaType.MAIL and not _is_mail(content):
        raise Unacceptable("type_disagrees", "it is said to be an e-mail and has no sender and no date")
    if wanted is MediaType.CSV and not _is_table(content):
        raise Unacceptable("type_disagrees", "it is said to be CSV and has no columns")
    return wanted or MediaType.TEXT


def _text_of(content: bytes) -> str | None:
    """Read text as it is written in China and elsewhere; None when it is none."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            read = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if _CONTROL.search(read) else read
    return None


def _is_mail(content: bytes) -> bool:
    if not _MAIL_HEADER.match(content):
        return False
    headers = {name.lower() for name in BytesHeaderParser().parsebytes(content[:MAIL_HEADERS_BYTES_MAX])}
    return {"from", "date"} <= headers


def _is_table(content: bytes) -> bool:
    lines = (_text_of(content) or "").splitlines()[:CSV_LINES_LOOKED_AT]
    return any(len(row) > 1 for separator in ",;\t" for row in csv.reader(lines, delimiter=separator))


def _is_png(content: bytes) -> bool:
    return content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR"


def _is_riff(content: bytes, form: bytes) -> bool:
    return content.startswith(b"RIFF") and content[8:12] == form


def _has_brand(content: bytes, brands: frozenset[bytes]) -> bool:
    """Look for a brand in the box that an MP4 or a HEIC begins with; only its major brand says what it is."""
    return content[4:8] == b"ftyp" and content[8:12] in brands


def _is_heic(content: bytes) -> bool:
    if _has_brand(content, HEIC_BRANDS):
        return True
    size = min(int.from_bytes(content[:4]), 16 + 4 * BRANDS_MAX)
    compatible = {content[at : at + 4] for at in range(16, size, 4)}
    return _has_brand(content, frozenset({b"mif1", b"msf1"})) and bool(compatible & HEIC_BRANDS)


def _is_mp3(content: bytes) -> bool:
    if content.startswith(b"ID3"):
        return len(content) > 10 and content[3] in {2, 3, 4}
    if len(content) < 4 or content[0] != 0xFF or content[1] & 0xE0 != 0xE0:
        return False
    version, layer = content[1] >> 3 & 3, content[1] >> 1 & 3
    bitrate, rate = content[2] >> 4, content[2] >> 2 & 3
    return (
        version != 1 and layer == 1
        and bitrate not in {_FRAME_BITRATE_FREE, _FRAME_BITRATE_BAD} and rate != _FRAME_RATE_BAD
    )  # fmt: skip


_SIGNATURES: tuple[tuple[MediaType, Callable[[bytes], bool]], ...] = (
    (MediaType.JPEG, lambda content: content.startswith(b"\xff\xd8\xff") and len(content) > 20),
    (MediaType.PNG, _is_png),
    (MediaType.WEBP, lambda content: _is_riff(content, b"WEBP")),
    (MediaType.WAV, lambda content: _is_riff(content, b"WAVE")),
    (MediaType.HEIC, _is_heic),
    (MediaType.MP4, lambda content: _has_brand(content, MP4_BRANDS)),
    (MediaType.PDF, lambda content: re.match(rb"%PDF-[12]\.[0-9]", content) is not None),
    (MediaType.MP3, _is_mp3),
)
