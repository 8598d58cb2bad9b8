"""Servers that hold files, real ones on loopback: S3's protocol and SFTP."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """Serve S3's protocol on loopback."""
    server = pytest.importorskip("moto.server", reason="moto is not installed")
    running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@contextmanager
def sftp_server(folder: Path, keys: Path) -> Iterator[int]:
    """Serve a folder over SFTP on loopback, to one user with a password, and give the port."""
    asyncssh = pytest.importorskip("asyncssh", reason="asyncssh is not installed")
    key = asyncssh.generate_private_key("ssh-ed25519")

    connections: list[Any] = []

    class OneUser(asyncssh.SSHServer):
        def connection_made(self, connection: Any) -> None:
            connections.append(connection)

        def begin_auth(self, username: str) -> bool:
            return True

        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == ("carrier", "a-password")

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def serve() -> Any:
        return await asyncssh.listen(
            "127.0.0.1", 0, server_factory=OneUser, server_host_keys=[key], allow_scp=False,
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(folder)),
        )  # fmt: skip

    listening = asyncio.run_coroutine_threadsafe(serve(), loop).result(10)
    port = listening.sockets[0].getsockname()[1]
    public = key.export_public_key().decode().strip()
    (keys / "known_hosts").write_text(f"[127.0.0.1]:{port} {public}\n", encoding="utf-8")
    try:
        yield port
    finally:

        async def stop() -> None:
            listening.close()
            for connection in connections:
                connection.abort()
                await connection.wait_closed()
            await listening.wait_closed()

        asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@pytest.fixture(scope="session")
def s3_client(s3_server: str) -> Iterator[Any]:
    """Reach the S3 server without the code under test."""
    client = pytest.importorskip("boto3").client(
        "s3", endpoint_url=s3_server, aws_access_key_id="example", aws_secret_access_key="x", region_name="us-east-1"
    )
    yield client
    client.close()
