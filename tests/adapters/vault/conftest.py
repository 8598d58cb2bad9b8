"""Vaults of each kind: in memory, in a local folder, in a bucket of a real S3 server, on a real SFTP server."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from file_servers import sftp_server

from adapters.vault.client import FileVault, Vault
from adapters.vault.fake import MemoryVault
from adapters.vault.settings import VaultSettings

BYTES_MAX = 1000
ARCHIVE_BYTES_MAX = 5_000_000


@dataclass
class Under:
    """A vault with the means to look at it, and to alter it, behind its back."""

    vault: Vault
    names: Callable[[], list[str]]
    overwrite: Callable[[str, bytes], object]


def in_folder(vault: Vault, root: Path) -> Under:
    def overwrite(digest: str, content: bytes) -> None:
        (root / digest[:2] / digest[2:4] / digest).write_bytes(content)

    return Under(vault, lambda: sorted(path.name for path in root.rglob("*") if path.is_file()), overwrite)


def settings(**given: Any) -> VaultSettings:
    return VaultSettings(evidence_bytes_max=BYTES_MAX, archive_bytes_max=ARCHIVE_BYTES_MAX, **given)


@pytest.fixture
def memory() -> Under:
    vault = MemoryVault(bytes_max=BYTES_MAX, archive_bytes_max=ARCHIVE_BYTES_MAX)
    return Under(vault, lambda: sorted(vault.contents), vault.contents.__setitem__)


@pytest.fixture
def local(tmp_path: Path) -> Under:
    return in_folder(FileVault(settings(home=tmp_path)), tmp_path / "evidence")


@pytest.fixture
def bucket(s3_server: str, s3_client: Any) -> Iterator[Under]:
    pytest.importorskip("s3fs", reason="s3fs is not installed")
    s3_client.create_bucket(Bucket="vault")
    options = {"key": "example", "secret": "x", "endpoint_url": s3_server}

    def keys() -> list[str]:
        return [item["Key"] for item in s3_client.list_objects_v2(Bucket="vault").get("Contents", [])]

    def overwrite(digest: str, content: bytes) -> None:
        s3_client.put_object(Bucket="vault", Key=f"kept/{digest[:2]}/{digest[2:4]}/{digest}", Body=content)

    vault = FileVault(settings(vault_url="s3://vault/kept", vault_options=options))
    yield Under(vault, lambda: sorted(key.rpartition("/")[2] for key in keys()), overwrite)
    for key in keys():
        s3_client.delete_object(Bucket="vault", Key=key)
    s3_client.delete_bucket(Bucket="vault")


@pytest.fixture
def sftp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Under]:
    pytest.importorskip("sshfs", reason="sshfs is not installed")
    monkeypatch.setenv("EXAMPLE_SFTP_PASSWORD", "a-password")
    root = tmp_path / "served"
    (root / "kept").mkdir(parents=True)
    with sftp_server(root, tmp_path) as port:
        options = {"password": "$EXAMPLE_SFTP_PASSWORD", "known_hosts": str(tmp_path / "known_hosts")}
        url = f"sftp://carrier@127.0.0.1:{port}/kept"
        with FileVault(settings(vault_url=url, vault_options=options)) as vault:
            yield in_folder(vault, root / "kept")


@pytest.fixture(params=["memory", "local", "bucket", "sftp"])
def under(request: pytest.FixtureRequest) -> Under:
    """Give each kind of vault in turn."""
    found: Under = request.getfixturevalue(request.param)
    return found
