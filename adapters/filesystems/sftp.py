"""Files on an SFTP server. Imported only where an address is one, since its libraries are an extra."""

from pathlib import Path
from typing import Any

import asyncssh
from asyncssh.sftp import SFTPOpUnsupported
from fsspec.asyn import sync
from fsspec.utils import infer_storage_options
from sshfs import SSHFileSystem
from sshfs.utils import wrap_exceptions

CONNECT_SECONDS_MAX = 15


class RenamingFileSystem(SSHFileSystem):  # type: ignore[misc]  # the library is not typed
    """A server whose files are moved by renaming or not at all.

    Where a server cannot rename over an existing name, the library copies in a shell and then removes the original,
    also when copying failed.
    """

    @wrap_exceptions  # type: ignore[untyped-decorator]
    async def _mv(self, source: str, target: str, **_options: Any) -> None:
        async with self._pool.get() as channel:
            try:
                await channel.posix_rename(source, target)
            except SFTPOpUnsupported:
                await channel.rename(source, target)

    def disconnect(self) -> None:
        """End the connection now, and not whenever this object is collected."""

        async def end() -> None:
            await self._pool.close()
            await self._stack.aclose()

        sync(self.loop, end, timeout=CONNECT_SECONDS_MAX)


def connected(url: str, options: dict[str, Any]) -> tuple[RenamingFileSystem, str]:
    """Connect to the server of an sftp:// address and give it with the folder's path.

    The server must show a key that known_hosts has, the user's own unless an option names another file.

    Raises:
        ConnectionRefusedError: or whatever else asyncssh raises when the server cannot be reached or trusted.

    """
    told = infer_storage_options(url)
    wanted = {name: told[name] for name in ("host", "port", "username", "password") if told.get(name)} | options
    wanted["known_hosts"] = str(Path(wanted.get("known_hosts", "~/.ssh/known_hosts")).expanduser())
    if "port" in wanted:
        wanted["port"] = int(wanted["port"])
    try:
        server = RenamingFileSystem(**wanted, connect_timeout=CONNECT_SECONDS_MAX, skip_instance_cache=True)
    except asyncssh.PermissionDenied as denied:
        raise PermissionError(denied.reason) from denied
    return server, str(told["path"])
