"""The rule packs in force: those that come with Redress, and the carrier's own files beside them where it has some."""

from functools import lru_cache
from pathlib import Path

from rules.packs.book import BOOK, PackBook, PacksInvalid, load_packs
from tasks.claims.settings import ClaimSettings
from tasks.settings import as_set_now


def packs_in_force() -> PackBook:
    """Give the packs by which claims are assessed now; where a file was changed, all are read and checked again.

    Raises:
        PacksInvalid: a file named by REDRESS_RULE_PACKS_FILES cannot be read, or something is wrong with it.
    """
    files = as_set_now(ClaimSettings).rule_packs_files
    return _read(tuple((file, _changed_at(file)) for file in files)) if files else BOOK


def _changed_at(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError as unreadable:
        raise PacksInvalid(f"{file}: {unreadable}") from unreadable


@lru_cache(maxsize=2)
def _read(files: tuple[tuple[Path, int], ...]) -> PackBook:
    return load_packs(*(file for file, _changed_at in files))
