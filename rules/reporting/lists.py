"""The lists of cases that figures lead to: which are needed, by what each is found, and what it is called."""

from collections.abc import Mapping
from typing import NamedTuple

from rules.privacy import mask_phones
from rules.reporting.figures import MEANINGS, Meaning
from schemas.reporting import Words

SHOWN_MAX = 40
"""Case numbers shown for one figure on the page; the workbook has all."""
CASES_SHOWN_MAX = 1500
"""Cases described on the page."""


PARTIAL = frozenset({"customs_office"})
"""Dimensions that only some cases belong to: the others are blank in it, and counted by no group."""


TOGETHER = "+"
"""Between the names of dimensions that cases are counted by together, such as `outlet+currency` ..."""
BETWEEN = " · "
"""... and between what their groups are called. Only the first may have it within itself."""

SHEET_OF_CASES = Words("案件", "Cases")
"""What the workbook calls the sheet of all cases."""


class Wanted(NamedTuple):
    """One list: the cases that a figure counts, in one group of a dimension, or in all groups but those named."""

    key: str
    name: Words
    total: int
    condition: str
    dimension: str = ""
    group: str = ""
    not_in: tuple[str, ...] = ()

    @property
    def filter(self) -> str:
        """Say how the list is found in the workbook's sheet of cases."""
        figure = f"{self.condition} = 1"
        if not self.dimension:
            return figure
        if self.not_in:
            blank = "，非空 and not blank" if self.dimension in PARTIAL else ""
            return f"{figure}, {self.dimension}: 除表中所列 none of the {len(self.not_in)} groups shown{blank}"
        named = zip(self.dimension.split(TOGETHER), parted(self.dimension, self.group), strict=True)
        return ", ".join([figure, *(f"{name} = {mask_phones(group) or '(空 blank)'}" for name, group in named)])


def parted(dimension: str, group: str) -> list[str]:
    """Take apart what a group of several dimensions together is called."""
    return group.rsplit(BETWEEN, dimension.count(TOGETHER))


class Lists:
    """Collects the lists that a report needs of one population while its tables are put together.

    A report about several gives each a `prefix` of its own, so that no two lists have one key, and names the sheet of
    the workbook that has all of it.
    """

    def __init__(
        self,
        meanings: Mapping[str, Meaning] = MEANINGS,
        *,
        prefix: str = "",
        sheet: Words = SHEET_OF_CASES,
    ) -> None:
        self.meanings = meanings
        self.sheet = sheet
        self.wanted: list[Wanted] = []
        self._prefix = prefix
        self._keys: set[str] = set()

    def key_for(self, condition: str, total: int) -> str:
        """Want all cases that a figure counts, and give the list's key; none is wanted of no case."""
        return self._want(Wanted(condition, self.meanings[condition].name, total, condition))

    def key_in(self, group: Wanted) -> str:
        """Want the cases of one group, and give the list's key."""
        figure = self.meanings[group.condition].name
        name = Words(f"{figure.zh}：{group.name.zh}", f"{figure.en}: {group.name.en}")
        return self._want(group._replace(name=name))

    def _want(self, wanted: Wanted) -> str:
        if not wanted.total:
            return ""
        wanted = wanted._replace(key=f"{self._prefix}{wanted.key}")
        if wanted.key not in self._keys:
            self._keys.add(wanted.key)
            self.wanted.append(wanted)
        return wanted.key
