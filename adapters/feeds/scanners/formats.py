"""The two forms of a scanner file."""

from adapters.feeds.format import TableFormat
from adapters.feeds.scanners.columns import NAMESPACE
from adapters.feeds.scanners.translate import is_csv, is_scanner_line, tabulate_csv, tabulate_ndjson

FORMATS = (
    TableFormat(name="csv", namespace=NAMESPACE, tabulate=tabulate_csv, recognises=is_csv),
    TableFormat(
        name="ndjson",
        namespace=NAMESPACE,
        tabulate=tabulate_ndjson,
        recognises=lambda beginning: is_scanner_line(beginning.lstrip().split("\n", 1)[0]),
    ),
)
