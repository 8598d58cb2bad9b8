"""Reading the cases of a procedure that are chosen, in the order of their numbers."""

from collections.abc import Collection, Mapping
from enum import Enum
from typing import Any, NamedTuple

from sqlalchemy import Connection, Result, text


def rows_chosen(
    connection: Connection,
    select: str,
    chosen: NamedTuple,
    conditions: Mapping[str, str],
    *,
    alias: str = "c",
    open_only: bool = False,
    after: str = "",
    limit: int,
    locking: str = "",
) -> Result[Any]:
    """Read the rows for which every condition holds that `chosen` gives a value, whose number is after that one.

    `select` says what is read from where, the cases as `alias`; `conditions` says in SQL what each field of `chosen`
    asks for, with the field as its parameter. A field that is None, or has no condition, chooses all.
    """
    given = {name: value for name, value in chosen._asdict().items() if name in conditions and value is not None}
    holds = [f"{alias}.case_no > :after", *(conditions[name] for name in given)]
    if open_only:
        holds.append(f"{alias}.closed_at IS NULL")
    return connection.execute(
        text(f"{select} WHERE {' AND '.join(holds)} ORDER BY {alias}.case_no LIMIT :limit {locking}"),
        {**{name: _as_bound(value) for name, value in given.items()}, "after": after, "limit": limit},
    )


def _as_bound(value: object) -> object:
    """Give a value as the driver takes it: an array for several, of what their enumeration calls them."""
    if isinstance(value, Collection) and not isinstance(value, str):
        return [one.value if isinstance(one, Enum) else one for one in value]
    return value
