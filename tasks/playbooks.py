"""The playbooks in force: those that come with Redress, with the carrier's own file over them where it has one."""

from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from rules.exceptions.playbook_data import Playbooks, PlaybookText, UnusablePlaybooks, load_playbooks
from rules.exceptions.playbooks import OWN, PLAYBOOKS, mode_of, parcel_facts, playbook_for
from schemas.exceptions import ExceptionCase, ExceptionType
from schemas.playbooks import Closing, Mode, Playbook, Texts
from schemas.promises import LaneClass
from tasks.clock_book import clock_book, clock_settings
from tasks.settings import business_settings


class Kind(Protocol):
    """What of a case says which playbook counts for it; a row of a few columns may stand for the case."""

    @property
    def type(self) -> ExceptionType:
        """What is wrong with the parcel."""

    @property
    def product(self) -> str:
        """What was booked."""

    @property
    def lane(self) -> LaneClass:
        """How far the parcel goes."""


def playbooks_in_force() -> Playbooks:
    """Give the playbooks by which cases are handled now; a file that was changed is read and checked again.

    Raises:
        UnusablePlaybooks: the file named by REDRESS_PLAYBOOKS_FILE cannot be read, or something is wrong with it.
    """
    path = business_settings().playbooks_file
    if path is None:
        return PLAYBOOKS
    try:
        return _read(path, path.stat().st_mtime_ns, clock_book().internal)
    except (OSError, UnicodeDecodeError) as error:
        raise UnusablePlaybooks(f"{path}: cannot be read: {error}") from error


def mode_of_case(case: ExceptionCase) -> Mode:
    """Say how a case's parcel travels, by its product and lane."""
    return mode_of(product=case.product, lane=case.lane, books=playbooks_in_force())


def playbook_of(case: ExceptionCase) -> Playbook:
    """Give the playbook by which a case is handled now."""
    books = playbooks_in_force()
    mode = mode_of(product=case.product, lane=case.lane, books=books)
    return playbook_for(case.type, mode=mode, facts=parcel_facts(case), books=books)


def texts_of(case: Kind) -> Texts:
    """Name the texts that go out about a case; no condition of the parcel changes them."""
    return _whole_playbook(case).texts


def closing_of(case: Kind) -> Closing:
    """Say how a case is closed once its result is told; no condition of the parcel changes it."""
    return _whole_playbook(case).closing


def update_interval_of(case: Kind) -> timedelta:
    """Say how often customer and departments hear of a case at least (R16); no condition of the parcel changes it."""
    return timedelta(hours=float(_whole_playbook(case).update_hours))


def clock_profile_of(case: Kind) -> str:
    """Name the profile of clocks that a case begins under: its playbook's, else the installation's."""
    return _whole_playbook(case).clock_profile or clock_settings().profile


def _whole_playbook(case: Kind) -> Playbook:
    books = playbooks_in_force()
    return books.books[case.type, mode_of(product=case.product, lane=case.lane, books=books)]


@lru_cache(maxsize=2)
def _read(path: Path, _changed_at: int, clock_profiles: frozenset[str]) -> Playbooks:
    return load_playbooks(OWN, PlaybookText(str(path), path.read_text("utf-8")), clock_profiles=clock_profiles)
