"""Places of each kind: a local folder, a bucket of a real S3 server, a folder of a real SFTP server."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from file_servers import sftp_server
from fsspec.implementations.memory import MemoryFileSystem

from adapters.drops.place import Place
from adapters.feeds.configuration import Drop


class Sender:
    """Whoever drops files at a place, and can look at what became of them."""

    def __init__(self, folder: Any, drop: Drop) -> None:
        self.drop = drop
        self._folder = folder
        self._open = ExitStack()

    def leave(self, name: str, body: bytes = b"{}") -> None:
        self._folder.write(name, body)

    def names(self, folder: str = "") -> list[str]:
        return self._folder.names(folder)

    def body(self, name: str) -> bytes:
        return self._folder.body(name)

    def place(self, **changes: Any) -> Place:
        """Open the place; it is closed when the test ends."""
        place = Place(self.drop.model_copy(update=changes))
        self._open.callback(place.__exit__)
        return place

    def leave_all(self) -> None:
        self._open.close()


class LocalFolder:
    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(exist_ok=True)

    def write(self, name: str, body: bytes) -> None:
        (self.path / name).write_bytes(body)

    def names(self, folder: str = "") -> list[str]:
        found = self.path / folder
        return sorted(item.name for item in found.iterdir() if item.is_file()) if found.is_dir() else []

    def body(self, name: str) -> bytes:
        return (self.path / name).read_bytes()


class BucketFolder:
    def __init__(self, client: Any) -> None:
        self.client = client
        client.create_bucket(Bucket="drop")

    def write(self, name: str, body: bytes) -> None:
        self.client.put_object(Bucket="drop", Key=f"in/{name}", Body=body)

    def names(self, folder: str = "") -> list[str]:
        prefix = f"in/{folder}/" if folder else "in/"
        listed = self.client.list_objects_v2(Bucket="drop", Prefix=prefix, Delimiter="/").get("Contents", [])
        return sorted(item["Key"].removeprefix(prefix) for item in listed)

    def body(self, name: str) -> bytes:
        return self.client.get_object(Bucket="drop", Key=f"in/{name}")["Body"].read()


@pytest.fixture
def local(tmp_path: Path) -> Sender:
    return Sender(LocalFolder(tmp_path / "in"), Drop(url=str(tmp_path / "in")))


@pytest.fixture
def bucket(s3_server: str, s3_client: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sender]:
    pytest.importorskip("s3fs", reason="s3fs is not installed")
    client = s3_client
    monkeypatch.setenv("EXAMPLE_S3_SECRET", "example-secret")
    options = {"key": "example", "secret": "$EXAMPLE_S3_SECRET", "endpoint_url": s3_server}
    yield Sender(BucketFolder(client), Drop(url="s3://drop/in", options=options))
    for item in client.list_objects_v2(Bucket="drop").get("Contents", []):
        client.delete_object(Bucket="drop", Key=item["Key"])
    client.delete_bucket(Bucket="drop")


@pytest.fixture
def sftp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sender]:
    pytest.importorskip("sshfs", reason="sshfs is not installed")
    monkeypatch.setenv("EXAMPLE_SFTP_PASSWORD", "a-password")
    root = tmp_path / "served"
    root.mkdir()
    with sftp_server(root, tmp_path) as port:
        options = {"password": "$EXAMPLE_SFTP_PASSWORD", "known_hosts": str(tmp_path / "known_hosts")}
        drop = Drop(url=f"sftp://carrier@127.0.0.1:{port}/in", options=options)
        sender = Sender(LocalFolder(root / "in"), drop)
        yield sender
        sender.leave_all()


@pytest.fixture
def memory() -> Iterator[None]:
    yield
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]


@pytest.fixture(params=["local", "bucket", "sftp"])
def sender(request: pytest.FixtureRequest) -> Sender:
    """Give a sender at each kind of place in turn."""
    found: Callable[..., Sender] = request.getfixturevalue(request.param)
    return found  # type: ignore[return-value]
