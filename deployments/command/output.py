"""How commands print: tables for people, JSON for scripts.

Belongs here: the shared form of listings. Does not belong here: what is listed.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDTH_WITHOUT_TERMINAL = 200  # a pipe has no width: wrap nothing that a person or grep will look for


def console() -> Console:
    """Make the console of standard output, with colours only on a terminal."""
    width = None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL
    return Console(width=width, highlight=False, soft_wrap=width is not None)


def print_json(value: object) -> None:
    """Print one JSON document; what JSON does not know (times, amounts) becomes its text."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def local(moment: datetime | None, zone: tzinfo) -> str:
    """Show a time as people of the business read it; nothing where there is none."""
    return moment.astimezone(zone).strftime("%m-%d %H:%M") if moment else ""


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str | None = None) -> None:
    """Print a table; None becomes an empty cell, and what stands in brackets is shown as it stands."""
    table = Table(
        *columns,
        title=title,
        title_justify="left",
        box=None,
        header_style="bold",
        pad_edge=False,
        show_header=any(columns),
    )
    for row in rows:
        table.add_row(*(_shown(cell) for cell in row))
    console().print(table)


def _shown(cell: object) -> Text:
    """Show a cell as it stands: words in brackets are no markup; who wants colours gives a Text."""
    return cell if isinstance(cell, Text) else Text("" if cell is None else str(cell))
