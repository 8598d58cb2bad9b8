"""Checks of the computer: Python, room, permissions, ports, memory."""

import os
import platform
import shutil
import stat
import sys
from pathlib import Path

import psutil

from deployments.engine.credentials import engine_env_file, secret_key_file
from deployments.engine.doctor.findings import Check, Finding, Situation, doubtful, well, wrong
from deployments.engine.ports import PortClaim, holder_of, is_taken

GIB = 1024**3
PYTHON_MIN = (3, 11)
DISK_WARN_BYTES, DISK_FAIL_BYTES = 5 * GIB, 1 * GIB
MEMORY_WARN_BYTES, MEMORY_FAIL_BYTES = 1 * GIB, GIB // 4


def python_version(_situation: Situation) -> Finding:
    """Check that this Python is one that Redress is made for."""
    found = f"Python {platform.python_version()}"
    if sys.version_info < PYTHON_MIN:
        return wrong("python", found, advice="install Python 3.11 or later and run `make PYTHON=python3.12 up`")
    return well("python", found)


def home_writable(situation: Situation) -> Finding:
    """Check that data, logs and secrets can be written."""
    folder = _existing(situation.settings.home)
    if not os.access(folder, os.W_OK | os.X_OK):
        return wrong("home", f"{folder} cannot be written", advice="set REDRESS_HOME to a folder of yours")
    return well("home", str(situation.settings.home))


def disk_space(situation: Situation) -> Finding:
    """Check that there is room for data and logs."""
    free = shutil.disk_usage(_existing(situation.settings.home)).free
    found = f"{free / GIB:.1f} GiB free"
    advice = f"make room on the disk of {situation.settings.home}, or set REDRESS_HOME to another disk"
    if free < DISK_FAIL_BYTES:
        return wrong("disk", found, advice=advice)
    if free < DISK_WARN_BYTES:
        return doubtful("disk", found, advice=advice)
    return well("disk", found)


def free_memory(_situation: Situation) -> Finding:
    """Check that the memory does not run out."""
    available = psutil.virtual_memory().available
    found = f"{available / GIB:.1f} GiB available"
    advice = "end other programs, or give the machine more memory: the whole engine takes about 1 GiB"
    if available < MEMORY_FAIL_BYTES:
        return wrong("memory", found, advice=advice)
    if available < MEMORY_WARN_BYTES:
        return doubtful("memory", found, advice=advice)
    return well("memory", found)


def secret_files(situation: Situation) -> Finding:
    """Check that nobody else may read the secrets."""
    home = situation.settings.home
    files = [file for file in (secret_key_file(home), engine_env_file(home)) if file.exists()]
    open_files = [str(file) for file in files if stat.S_IMODE(file.stat().st_mode) & 0o077]
    if open_files:
        names = " ".join(open_files)
        return wrong("secrets", f"others may read {names}", advice=f"chmod 600 {names}, then renew the secrets")
    return well("secrets", "only their owner may read them" if files else "made at the first start")


def free_ports(situation: Situation) -> Finding | None:
    """Check that a start would find its ports free; while the engine runs, it holds them itself."""
    if situation.record:
        return None
    settings = situation.settings
    claims = [PortClaim(settings.gateway_port, "REDRESS_GATEWAY_PORT")]
    if situation.services.runs_prefect_server:
        claims.append(PortClaim(settings.prefect_port, "REDRESS_PREFECT_PORT"))
    for claim in claims:
        if is_taken(claim.number):
            found = f"{claim.number} is taken by {holder_of(claim.number) or 'another process'}"
            return wrong("ports", found, advice=f"end it, or set {claim.variable} to a free port")
    return well("ports", ", ".join(str(claim.number) for claim in claims) + " are free")


def _existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())


CHECKS: tuple[Check, ...] = (python_version, home_writable, disk_space, free_memory, secret_files, free_ports)
