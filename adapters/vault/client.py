"""Keeping and reading content, in a folder, a bucket or on an SFTP server.

A file's address is the SHA-256 of its bytes, so no name from outside is ever part of a path, the same content lies
there once, and reading it back shows whether it is still what was given. What lies there is never written over, unless
it is not what its address says. It is removed only when the time for which it may be kept is over; whether that is so,
and whether somebody else still needs it, is for others to say (`tasks.retention`).
"""

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from hashlib import file_digest, sha256
from pathlib import Path
from typing import IO, Any, Protocol, Self
from uuid import uuid4

from adapters import Refused, Unavailable
from adapters.filesystems.reaching import (
    APPEAR_WHOLE,
    connected,
    disconnect,
    failures_told,
    protocol_of,
    shown_address,
)
from adapters.vault.settings import VaultSettings

CHUNK_BYTES = 1_000_000
"""What is held of a file at a time that is larger than a piece of evidence may be."""
_ADDRESS = re.compile(r"[0-9a-f]{64}")


class TooLarge(Refused):
    """More than a piece of evidence may be."""


class Missing(Refused):
    """Nothing lies under this hash."""


class Altered(Refused):
    """What lies under this hash is not what was given: it was changed since, or cut off."""


class Vault(Protocol):
    """What a vault does; the client and the fake are held to the same tests."""

    def keep(self, content: bytes) -> str:
        """Keep content so that it is safe, and give its SHA-256; content that is there stays as it is.

        Raises:
            TooLarge: it is more than may be kept.
            Unavailable: the vault cannot be reached.
            Refused: the vault does not let us in.

        """
        ...

    def read(self, digest: str) -> bytes:
        """Read content back.

        Raises:
            Missing: it is not there.
            Altered: it is no longer what was given.
            Unavailable: the vault cannot be reached.
            Refused: this is no hash, or the vault does not let us in.

        """
        ...

    def keep_file(self, file: Path) -> str:
        """Keep what a file of this machine holds, however large an archive may be, and give its SHA-256.

        No more than a chunk of it is in memory at a time. Raises as `keep` does.
        """
        ...

    def copy_to(self, digest: str, target: IO[bytes]) -> int:
        """Write content into a stream, a chunk at a time, and give how many bytes it was.

        Raises as `read` does; what was written until then is to be thrown away.
        """
        ...

    def holds(self, digest: str) -> bool:
        """Say whether something lies under a hash, without reading it.

        Raises:
            Unavailable: the vault cannot be reached.
            Refused: this is no hash, or the vault does not let us in.

        """
        ...

    def remove(self, digest: str) -> None:
        """Remove content for good; what is not there is removed already.

        Raises:
            Unavailable: the vault cannot be reached.
            Refused: this is no hash, or the vault does not let us in.

        """
        ...


def checked_digest(digest: str) -> str:
    """Let nothing but a hash be an address.

    Raises:
        Refused: it is something else.

    """
    if not _ADDRESS.fullmatch(digest):
        raise Refused("this is not the SHA-256 of a piece of evidence")
    return digest


class FileVault:
    """A vault on whatever file system its address names."""

    def __init__(self, settings: VaultSettings | None = None) -> None:
        """Connect to it.

        Raises:
            Unavailable: it cannot be reached.
            Refused: it does not let us in, a variable is not set, or a library is not installed.

        """
        settings = settings or VaultSettings()
        self._bytes_max = settings.evidence_bytes_max
        self._archive_bytes_max = settings.archive_bytes_max
        self._url = settings.address
        self.protocol = protocol_of(self._url)
        with failures_told(self._url):
            self._fs, root = connected(self._url, settings.vault_options)
        self._root = root.rstrip("/")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        """End the connection, where there is one to end."""
        disconnect(self._fs, self.protocol)

    def __repr__(self) -> str:
        return f"FileVault({shown_address(self._url)})"

    def keep(self, content: bytes) -> str:
        """Keep content; see `Vault`."""
        if len(content) > self._bytes_max:
            raise TooLarge(f"the file is larger than {self._bytes_max} bytes")
        digest = sha256(content).hexdigest()
        path = self._path(digest)
        with failures_told(self._url, gone=Unavailable):
            if self._content_at(path) != content:
                self._write(path, content)
        return digest

    def read(self, digest: str) -> bytes:
        """Read content back; see `Vault`."""
        path = self._path(checked_digest(digest))
        with failures_told(self._url):
            content = self._content_at(path)
        if content is None:
            raise Missing(f"the vault does not hold {digest}")
        if sha256(content).hexdigest() != digest:
            raise Altered(f"what the vault holds as {digest} is not what was given")
        return content

    def keep_file(self, file: Path) -> str:
        """Keep what a file holds; see `Vault`."""
        if file.stat().st_size > self._archive_bytes_max:
            raise TooLarge(f"the file is larger than {self._archive_bytes_max} bytes")
        with file.open("rb") as stream:
            digest = file_digest(stream, "sha256").hexdigest()
        path = self._path(digest)
        with failures_told(self._url, gone=Unavailable):
            if self._digest_at(path) != digest:
                self._write_file(path, file)
        return digest

    def copy_to(self, digest: str, target: IO[bytes]) -> int:
        """Write content into a stream; see `Vault`."""
        path = self._path(checked_digest(digest))
        hashed, size = sha256(), 0
        with failures_told(self._url):
            self._fs.invalidate_cache()
            if not self._fs.exists(path):
                raise Missing(f"the vault does not hold {digest}")
            with self._fs.open(path, "rb") as stream:
                while chunk := stream.read(CHUNK_BYTES):
                    hashed.update(chunk)
                    size += target.write(chunk)
        if hashed.hexdigest() != digest:
            raise Altered(f"what the vault holds as {digest} is not what was given")
        return size

    def holds(self, digest: str) -> bool:
        """Say whether something lies there; see `Vault`."""
        path = self._path(checked_digest(digest))
        with failures_told(self._url):
            self._fs.invalidate_cache()
            return bool(self._fs.exists(path))

    def remove(self, digest: str) -> None:
        """Remove content; see `Vault`."""
        path = self._path(checked_digest(digest))
        with failures_told(self._url):
            self._fs.invalidate_cache()
            with suppress(FileNotFoundError):
                self._fs.rm_file(path)
                if self.protocol == "file":
                    _force_folder_to_disk(path.rpartition("/")[0])

    def _path(self, digest: str) -> str:
        return f"{self._root}/{digest[:2]}/{digest[2:4]}/{digest}"

    def _content_at(self, path: str) -> bytes | None:
        self._fs.invalidate_cache()
        try:
            content: bytes = self._fs.cat_file(path)
        except FileNotFoundError:
            return None
        return content

    def _digest_at(self, path: str) -> str | None:
        self._fs.invalidate_cache()
        hashed = sha256()
        try:
            with self._fs.open(path, "rb") as stream:
                while chunk := stream.read(CHUNK_BYTES):
                    hashed.update(chunk)
        except FileNotFoundError:
            return None
        return hashed.hexdigest()

    def _write(self, path: str, content: bytes) -> None:
        """Write a file so that it is there with all of it or not at all."""
        if self.protocol in APPEAR_WHOLE:
            self._fs.pipe_file(path, content)
            return
        self._write_chunks(path, [content])

    def _write_file(self, path: str, file: Path) -> None:
        if self.protocol in APPEAR_WHOLE:
            self._fs.put_file(str(file), path)
            return
        with file.open("rb") as stream:
            self._write_chunks(path, iter(lambda: stream.read(CHUNK_BYTES), b""))

    def _write_chunks(self, path: str, chunks: Iterable[bytes]) -> None:
        self._fs.makedirs(path.rpartition("/")[0], exist_ok=True)
        provisional = f"{path}.{uuid4().hex}.part"
        try:
            with self._fs.open(provisional, "wb") as stream:
                for chunk in chunks:
                    stream.write(chunk)
                self._force_to_disk(stream)
            self._move(provisional, path)
        except BaseException:
            with suppress(OSError):
                self._fs.rm_file(provisional)
            raise

    def _move(self, provisional: str, path: str) -> None:
        if self.protocol == "file":
            os.replace(provisional, path)  # noqa: PTH105  # fsspec's own move copies where a name is taken
            _force_folder_to_disk(path.rpartition("/")[0])
        else:
            self._fs.mv(provisional, path)

    def _force_to_disk(self, stream: Any) -> None:
        """A row that names a file is committed after this; a cut of the power must not leave the row alone."""
        if self.protocol == "file":
            stream.flush()
            os.fsync(stream.fileno())


def _force_folder_to_disk(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
