"""One place that files are dropped at: what lies there, reading it, and putting it away. What is in a file is not read.

A sender's name for a file is believed, its content never: only plain files of the place's own folder are looked at, no
links, no folders, nothing that is being written under a provisional name.
"""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EROFS
from fnmatch import fnmatchcase
from hashlib import sha256
from typing import IO, Any, NamedTuple, Self

import fsspec
from fsspec.core import split_protocol

from adapters import Refused, Unavailable
from adapters.feeds.configuration import Drop

MARKER = ".done"
"""A sender who writes NAME.done after NAME says that NAME is complete."""

PROVISIONAL = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".swp", MARKER)
APPEAR_WHOLE = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "oss", "obs"})
"""Object stores: a file is there with all of it, or not at all."""

SFTP = frozenset({"sftp", "ssh"})
EXTRAS = {"s3": "s3", "s3a": "s3", "sftp": "sftp", "ssh": "sftp"}
READ_AHEAD_BYTES = 4_000_000

_LIBRARIES = {
    "botocore.exceptions": ("BotoCoreError", "ClientError"),
    "asyncssh": ("Error",),
    "aiohttp": ("ClientError",),
}


class Unsettled(Unavailable):
    """A file is no longer what was listed: gone, grown or changed. The next look sees what it has become."""


class File(NamedTuple):
    """A file as it lies there. The mark is a different one whenever its content is."""

    name: str
    size: int
    mark: str
    whole: bool  # its sender, or the kind of place, says that nothing more will be written to it


class Reading:
    """A file while it is read: what was read of it is counted and hashed, and more than was listed is not read."""

    def __init__(self, stream: IO[bytes], file: File) -> None:
        self._stream = stream
        self._file = file
        self._hash = sha256()
        self.size = 0

    def read(self, size: int, /) -> bytes:
        """Read at most so many bytes; none at the end.

        Raises:
            Unsettled: there is more than was listed.

        """
        read = self._stream.read(size)
        self.size += len(read)
        if self.size > self._file.size:
            raise Unsettled(f"{self._file.name} is still being written")
        self._hash.update(read)
        return read

    def digest(self) -> bytes:
        """Give the SHA-256 of what was read."""
        return self._hash.digest()


class Place:
    """A place that files are dropped at. Messages name it without what its address may hold of credentials."""

    def __init__(self, drop: Drop) -> None:
        """Connect to the place.

        Raises:
            Unavailable: it cannot be reached.
            Refused: it does not let us in, a variable is not set, or a library is not installed.

        """
        self._drop = drop
        self.protocol = split_protocol(drop.url)[0] or "file"
        self.shown = re.sub("//[^/@]*@", "//", drop.url)
        with self._told():
            self._fs, root = _connected(self.protocol, drop)
        self._root = root.rstrip("/")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        """End the connection, where there is one to end."""
        if self.protocol in SFTP:
            with suppress(*_unreachable()):
                self._fs.disconnect()

    def look(self) -> list[File]:
        """List the files that could be taken, by name.

        Raises:
            Unavailable: the place cannot be reached.
            Refused: it is not there, or may not be read.

        """
        with self._told():
            self._fs.invalidate_cache()
            entries = self._entries()
        names = {_name(entry) for entry in entries}
        return sorted(
            File(
                _name(entry),
                int(entry["size"] or 0),
                _mark(entry),
                self.protocol in APPEAR_WHOLE or f"{_name(entry)}{MARKER}" in names,
            )
            for entry in entries
            if self._is_dropped(entry)
        )

    def _entries(self) -> list[dict[str, Any]]:
        try:
            entries: list[dict[str, Any]] = self._fs.ls(self._root, detail=True)
        except FileNotFoundError:
            if self.protocol in APPEAR_WHOLE and self._fs.exists(self._root.partition("/")[0]):
                return []  # an object store has no empty folders
            raise
        return entries

    def _is_dropped(self, entry: dict[str, Any]) -> bool:
        name = _name(entry)
        if entry["type"] != "file" or entry.get("islink") or not name or name.startswith((".", "~")):
            return False
        return not name.lower().endswith(PROVISIONAL) and fnmatchcase(name, self._drop.pattern)

    @contextmanager
    def read(self, file: File) -> Iterator[Reading]:
        """Open a file for reading from its beginning to its end, in the block only.

        Raises:
            Unavailable: the place cannot be reached, or the file is Unsettled.
            Refused: it may not be read.

        """
        options = {"block_size": READ_AHEAD_BYTES} if self.protocol in APPEAR_WHOLE else {}
        with self._told(gone=Unsettled):
            with self._fs.open(self._path(file.name), "rb", **options) as stream:
                reading = Reading(stream, file)
                yield reading
            self._fs.invalidate_cache()
            entry = self._fs.info(self._path(file.name))
        if _mark(entry) != file.mark or reading.size != file.size:
            raise Unsettled(f"{file.name} changed while it was read")

    def put_away(self, file: File, *, folder: str, name: str, note: str = "") -> None:
        """Move a file, and its marker, into a folder beside it, under a name that nothing there has; a note goes along.

        Raises:
            Unavailable: the place cannot be reached, or the file is Unsettled.
            Refused: nothing may be moved there.

        """
        with self._told(gone=Unsettled):
            target = self._path(f"{folder}/{name}")
            self._fs.makedirs(self._path(folder), exist_ok=True)
            if note:
                self._fs.pipe_file(f"{target}.reason.txt", f"{note}\n".encode())
            self._move(self._path(file.name), target)
            marker = self._path(f"{file.name}{MARKER}")
            if self._fs.exists(marker):
                self._fs.rm_file(marker)

    def _move(self, source: str, target: str) -> None:
        """Move without reading either name as a pattern, which a file's name may look like."""
        if self.protocol == "file" or self.protocol in SFTP:
            self._fs.mv(source, target)  # both rename
        else:
            self._fs.cp_file(source, target)
            self._fs.rm_file(source)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    @contextmanager
    def _told(self, *, gone: type[Unsettled | Refused] = Refused) -> Iterator[None]:
        """Turn what the libraries raise into the two errors that an adapter has."""
        try:
            yield
        except FileNotFoundError as error:
            raise gone(f"{self.shown}: it is not there") from error
        except (PermissionError, FileExistsError, NotADirectoryError) as error:
            raise Refused(f"{self.shown}: {error.strerror or 'permission denied'}") from error
        except ImportError as error:
            extra = EXTRAS.get(self.protocol)
            hint = f"pip install 'redress[{extra}]'" if extra else str(error)
            raise Refused(f"{self.shown}: the library for it is not installed: {hint}") from error
        except _unreachable() as error:
            if type(error).__name__ == "FileExpired":  # what s3fs says of an object that was replaced
                raise Unsettled(f"{self.shown}: a file changed while it was read") from error
            if isinstance(error, OSError) and error.errno == EROFS:
                raise Refused(f"{self.shown}: {error.strerror}") from error
            raise Unavailable(f"{self.shown} cannot be reached: {type(error).__name__}") from error


def _connected(protocol: str, drop: Drop) -> tuple[Any, str]:
    options: dict[str, Any] = {name: _value(value) for name, value in drop.options.items()}
    if protocol in SFTP:
        from adapters.drops.sftp import connected  # noqa: PLC0415  # an extra that few installations need

        return connected(drop.url, options)
    found: tuple[Any, str] = fsspec.url_to_fs(drop.url, skip_instance_cache=True, **options)
    return found


def _value(value: str) -> str:
    if not value.startswith("$"):
        return value
    if not os.environ.get(value[1:]):
        raise Refused(f"the variable {value[1:]} is not set")
    return os.environ[value[1:]]


def _name(entry: dict[str, Any]) -> str:
    return str(entry["name"]).rstrip("/").rpartition("/")[2]


def _mark(entry: dict[str, Any]) -> str:
    if tag := entry.get("ETag") or entry.get("etag"):
        return str(tag).strip('"')
    written = entry.get("mtime") or entry.get("LastModified") or entry.get("created") or ""
    return f"{written} {entry.get('ino', '')}".strip()


def _unreachable() -> tuple[type[Exception], ...]:
    """Name the errors of a place that cannot be had; a library that is not loaded cannot have raised any."""
    loaded = [(sys.modules[module], names) for module, names in _LIBRARIES.items() if module in sys.modules]
    return (OSError, *(getattr(module, name) for module, names in loaded for name in names))
