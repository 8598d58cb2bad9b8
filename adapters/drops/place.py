"""One place that files are dropped at: what lies there, reading it, and putting it away. What is in a file is not read.

A sender's name for a file is believed, its content never: only plain files of the place's own folder are looked at, no
links, no folders, nothing that is being written under a provisional name.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from hashlib import sha256
from typing import IO, Any, NamedTuple, Self

from adapters import Refused, Unavailable
from adapters.feeds.configuration import Drop
from adapters.filesystems.reaching import (
    APPEAR_WHOLE,
    SFTP,
    connected,
    disconnect,
    failures_told,
    protocol_of,
    shown_address,
)

MARKER = ".done"
"""A sender who writes NAME.done after NAME says that NAME is complete."""

PROVISIONAL = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".swp", MARKER)
READ_AHEAD_BYTES = 4_000_000


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
        self.protocol = protocol_of(drop.url)
        self.shown = shown_address(drop.url)
        with self._told():
            self._fs, root = connected(drop.url, drop.options)
        self._root = root.rstrip("/")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        """End the connection, where there is one to end."""
        disconnect(self._fs, self.protocol)

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
        with failures_told(self._drop.url, gone=gone, changed=Unsettled):
            yield


def _name(entry: dict[str, Any]) -> str:
    return str(entry["name"]).rstrip("/").rpartition("/")[2]


def _mark(entry: dict[str, Any]) -> str:
    if tag := entry.get("ETag") or entry.get("etag"):
        return str(tag).strip('"')
    written = entry.get("mtime") or entry.get("LastModified") or entry.get("created") or ""
    return f"{written} {entry.get('ino', '')}".strip()
