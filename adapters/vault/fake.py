"""A vault in memory, for tests of what lies above: it keeps the same promises as the real one."""

from hashlib import sha256
from pathlib import Path
from typing import IO, Self

from adapters import Unavailable
from adapters.vault.client import Altered, Missing, TooLarge, checked_digest


class MemoryVault:
    """Holds content in a dictionary; it can be told to be away, and content can be altered behind its back."""

    def __init__(self, *, bytes_max: int = 20_000_000, archive_bytes_max: int = 1_000_000_000) -> None:
        """Begin with nothing."""
        self.contents: dict[str, bytes] = {}
        self.is_away = False
        self._bytes_max = bytes_max
        self._archive_bytes_max = archive_bytes_max

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        """Have no connection to end."""

    def keep(self, content: bytes) -> str:
        """Keep content; see `adapters.vault.client.Vault`."""
        self._be_there()
        if len(content) > self._bytes_max:
            raise TooLarge(f"the file is larger than {self._bytes_max} bytes")
        digest = sha256(content).hexdigest()
        self.contents[digest] = content
        return digest

    def read(self, digest: str) -> bytes:
        """Read content back; see `adapters.vault.client.Vault`."""
        self._be_there()
        content = self.contents.get(checked_digest(digest))
        if content is None:
            raise Missing(f"the vault does not hold {digest}")
        if sha256(content).hexdigest() != digest:
            raise Altered(f"what the vault holds as {digest} is not what was given")
        return content

    def keep_file(self, file: Path) -> str:
        """Keep what a file holds; see `adapters.vault.client.Vault`."""
        self._be_there()
        if file.stat().st_size > self._archive_bytes_max:
            raise TooLarge(f"the file is larger than {self._archive_bytes_max} bytes")
        content = file.read_bytes()
        digest = sha256(content).hexdigest()
        self.contents[digest] = content
        return digest

    def copy_to(self, digest: str, target: IO[bytes]) -> int:
        """Write content into a stream; see `adapters.vault.client.Vault`."""
        return target.write(self.read(digest))

    def holds(self, digest: str) -> bool:
        """Say whether something lies there; see `adapters.vault.client.Vault`."""
        self._be_there()
        return checked_digest(digest) in self.contents

    def remove(self, digest: str) -> None:
        """Remove content; see `adapters.vault.client.Vault`."""
        self._be_there()
        self.contents.pop(checked_digest(digest), None)

    def _be_there(self) -> None:
        if self.is_away:
            raise Unavailable("the vault cannot be reached")
