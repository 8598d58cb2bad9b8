"""The two forms of a scanner file."""

from adapters.feeds.format import TableFormat
from adapters.feeds.scanners.columns import NAMESPACE
from adapters.feeds.scanners.translate import is_csv_header, is_scanner_line, tabulate_csv, tabulate_ndjson

FORMATS = (
    TableFormat(name="csv", namespace=NAMESPACE, tabulate=tabulate_csv, recognises=is_csv_header),
    TableFormat(name="ndjson", namespace=NAMESPACE, tabulate=tabulate_ndjson, recognises=is_scanner_line),
)
