"""Reaching a folder, a bucket or an SFTP server, and telling their failures. What lies there is for others to say."""

import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from errno import EROFS
from typing import Any

import fsspec
from fsspec.core import split_protocol

from adapters import Refused, Unavailable

APPEAR_WHOLE = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "oss", "obs"})
"""Object stores: a file is there with all of it, or not at all."""

SFTP = frozenset({"sftp", "ssh"})
EXTRAS = {"s3": "s3", "s3a": "s3", "sftp": "sftp", "ssh": "sftp"}

_LIBRARIES = {
    "botocore.exceptions": ("BotoCoreError", "ClientError"),
    "asyncssh": ("Error",),
    "aiohttp": ("ClientError",),
}


def protocol_of(url: str) -> str:
    """Name the protocol of an address; a path is a file's."""
    return split_protocol(url)[0] or "file"


def shown_address(url: str) -> str:
    """Give an address without what it may hold of credentials."""
    return re.sub("//[^/@]*@", "//", url)


def connected(url: str, options: Mapping[str, str]) -> tuple[Any, str]:
    """Connect to an address and give its file system with the path there. Call it within `failures_told`.

    An option that begins with $ names the environment variable that holds it.

    Raises:
        Refused: such a variable is not set.

    """
    given: dict[str, Any] = {name: _value(value) for name, value in options.items()}
    if protocol_of(url) in SFTP:
        from adapters.filesystems.sftp import connected as sftp_connected  # noqa: PLC0415  # an extra that few need

        return sftp_connected(url, given)
    found: tuple[Any, str] = fsspec.url_to_fs(url, skip_instance_cache=True, **given)
    return found


def _value(value: str) -> str:
    if not value.startswith("$"):
        return value
    if not os.environ.get(value[1:]):
        raise Refused(f"the variable {value[1:]} is not set")
    return os.environ[value[1:]]


def disconnect(file_system: Any, protocol: str) -> None:
    """End a connection, where there is one to end."""
    if protocol in SFTP:
        with suppress(*_unreachable()):
            file_system.disconnect()


@contextmanager
def failures_told(
    url: str, *, gone: type[Unavailable | Refused] = Refused, changed: type[Unavailable] = Unavailable
) -> Iterator[None]:
    """Turn what the libraries raise into the two errors that an adapter has, or what the caller makes of them.

    Raises:
        Refused: it is not there (or `gone`), does not let us in, or the library for it is not installed.
        Unavailable: it cannot be reached, or a file was replaced while it was read (or `changed`).

    """
    shown = shown_address(url)
    try:
        yield
    except FileNotFoundError as error:
        raise gone(f"{shown}: it is not there") from error
    except (PermissionError, FileExistsError, NotADirectoryError) as error:
        raise Refused(f"{shown}: {error.strerror or 'permission denied'}") from error
    except ImportError as error:
        extra = EXTRAS.get(protocol_of(url))
        hint = f"pip install 'redress[{extra}]'" if extra else str(error)
        raise Refused(f"{shown}: the library for it is not installed: {hint}") from error
    except _unreachable() as error:
        if type(error).__name__ == "FileExpired":  # what s3fs says of an object that was replaced
            raise changed(f"{shown}: a file changed while it was read") from error
        if isinstance(error, OSError) and error.errno == EROFS:
            raise Refused(f"{shown}: {error.strerror}") from error
        raise Unavailable(f"{shown} cannot be reached: {type(error).__name__}") from error


def _unreachable() -> tuple[type[Exception], ...]:
    """Name the errors of a place that cannot be had; a library that is not loaded cannot have raised any."""
    loaded = [(sys.modules[module], names) for module, names in _LIBRARIES.items() if module in sys.modules]
    return (OSError, *(getattr(module, name) for module, names in loaded for name in names))
