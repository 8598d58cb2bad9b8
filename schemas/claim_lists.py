"""What became of a list of claims: which rows were filed, which were known, and which do not fit and why."""

from pydantic import BaseModel, ConfigDict


class UnfitRow(BaseModel):
    """A row that was not taken: its line, and what is wrong with it, naming columns and no value."""

    model_config = ConfigDict(frozen=True)

    line: int
    reasons: tuple[str, ...]


class ListTaken(BaseModel):
    """A list that was taken in: rows = filed + added + repeated + unfit."""

    model_config = ConfigDict(frozen=True)

    file: str
    rows: int
    filed: tuple[str, ...] = ()  # the numbers of new claims
    added: tuple[str, ...] = ()  # of claims that had been filed before and were added to
    repeated: int = 0  # rows that were taken in before, or stand in the list twice
    unfit: tuple[UnfitRow, ...] = ()
