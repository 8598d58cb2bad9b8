"""Folders of pages that runs write and people read: put in place whole, and removed when they are too old.

What is in them is said elsewhere.
"""

import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

BUILDING = ".building-"
ABANDONED_SECONDS = 3600.0
"""After that a folder that is still being built belongs to a process that died."""

_Built = TypeVar("_Built")


def put_in_place(folder: Path, build: Callable[[Path], _Built]) -> _Built:
    """Build beside the folder and put it into its place, so that a reader never finds half of it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=BUILDING, dir=folder.parent))
    try:
        built = build(building / folder.name)
        shutil.rmtree(folder, ignore_errors=True)
        (building / folder.name).rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return built


def remove_old(folder: Path, *, before: date, day_of: Callable[[str], date | None]) -> int:
    """Remove the folders of days before that one, and what a build left behind that died; anything else is not ours.

    `day_of` gives the day that a folder's name stands for; None for a name that nobody here gave.
    """
    old = [
        one
        for one in folder.iterdir()
        if one.is_dir() and (_is_abandoned(one) or ((day := day_of(one.name)) is not None and day < before))
    ]
    for one in old:
        shutil.rmtree(one)
    return len(old)


def _is_abandoned(folder: Path) -> bool:
    return folder.name.startswith(BUILDING) and time.time() - folder.stat().st_mtime > ABANDONED_SECONDS
