"""The departments as one tree: found by code or by any of their names, and followed upwards.

Belongs here: what a network must be like. Does not belong here: how it is read from a file (`network_file`), or who
takes a case (`routing`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from rules.tracking.places import place_of
from schemas.network import Department, DepartmentKind


class Fault(NamedTuple):
    """What keeps departments from being a tree: of which code, in which of its columns, and why."""

    code: str
    column: str
    sentence: str


class NetworkInvalid(ValueError):
    """The departments make no tree; the message names each code and what is wrong with it."""


class Network:
    """The departments of a carrier.

    Raises:
        NetworkInvalid: a code or a name is taken twice, a parent is unknown or missing, or a chain ends in itself.
    """

    def __init__(self, departments: Iterable[Department] = ()) -> None:
        self.departments = tuple(departments)
        if faults := list(faults_of(self.departments)):
            raise NetworkInvalid("; ".join(f"{fault.code}: {fault.sentence}" for fault in faults))

    @cached_property
    def _by_code(self) -> dict[str, Department]:
        return {department.code: department for department in self.departments}

    @cached_property
    def _by_name(self) -> dict[str, Department]:
        return {_spelt(name): department for department in self.departments for name in department.names}

    def find(self, named: str) -> Department | None:
        """Find an active department by its code or one of its names."""
        found = self._by_code.get(named) or self._by_name.get(_spelt(named))
        return found if found is not None and found.active else None

    def province_of(self, place: str) -> Department | None:
        """Find the active province department in whose area a place lies."""
        province = place_of(place).province
        found = self.find(province) if province else None
        return found if found is not None and found.kind is DepartmentKind.PROVINCE else None

    @cached_property
    def headquarters(self) -> Department | None:
        """The head office, where there is one."""
        heads = (item for item in self.departments if item.kind is DepartmentKind.HEADQUARTERS and item.active)
        return next(heads, None)

    @cached_property
    def line_haul(self) -> Department | None:
        """The only department that drives between the hubs; None where there are several, or none."""
        drivers = [item for item in self.departments if item.kind is DepartmentKind.LINE_HAUL and item.active]
        return drivers[0] if len(drivers) == 1 else None

    def upwards(self, department: Department) -> Iterator[Department]:
        """Give a department and those above it, the closed ones left out."""
        current: Department | None = department
        while current is not None:
            if current.active:
                yield current
            current = self._by_code.get(current.parent)


def faults_of(departments: Iterable[Department]) -> Iterator[Fault]:
    """Say of each code what keeps the departments from being a tree."""
    listed = tuple(departments)
    by_code = {department.code: department for department in listed}
    codes = Counter(department.code for department in listed)
    names = Counter(_spelt(name) for department in listed for name in set(department.names))
    for department in listed:
        if codes[department.code] > 1:
            yield Fault(department.code, "code", "the code is given twice")
        for name in department.names:
            if names[_spelt(name)] > 1:
                yield Fault(department.code, "names", f"the name {name} is given to two departments")
        if (fault := _fault_above(department, by_code)) is not None:
            yield Fault(department.code, "parent", fault)


def _fault_above(department: Department, by_code: dict[str, Department]) -> str | None:
    if department.kind is DepartmentKind.HEADQUARTERS:
        return f"headquarters have no parent, not {department.parent}" if department.parent else None
    if not department.parent:
        return "it has no parent, and is not headquarters"
    if department.parent not in by_code:
        return f"its parent {department.parent} is unknown"
    seen = [department.code]
    while (parent := by_code[seen[-1]].parent) in by_code:
        if parent in seen:
            return f"the chain above it ends in itself: {' > '.join([*seen, parent])}"
        seen.append(parent)
    return None


def _spelt(name: str) -> str:
    return "".join(name.split()).casefold()
