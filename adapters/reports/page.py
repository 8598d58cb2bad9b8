"""A report as one HTML page: style and pictures inside, no script, nothing asked of any other host; it prints."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from adapters.reports.numbers import change, written
from schemas.reporting import Report

VIEWS = Path(__file__).parent / "views"


def html_page(report: Report, *, pictures: Mapping[str, str], names: Mapping[str, Mapping[str, str]]) -> str:
    """Write the page. `pictures` are SVG by the key of their chart; `names` say what codes of a case are called.

    A picture is embedded as an image, so that nothing in it can do anything.
    """
    zone = ZoneInfo(report.time_zone)

    def local(moment: datetime | None, form: str = "%m-%d %H:%M") -> str:
        return moment.astimezone(zone).strftime(form) if moment else ""

    def name(kind: str, code: str) -> str:
        return names[kind].get(code, code)

    environment = Environment(
        loader=FileSystemLoader(VIEWS), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("report.j2").render(
        report=report,
        shown=frozenset(line.case_no for line in report.cases),
        images={key: "data:image/svg+xml;base64," + b64encode(svg.encode()).decode() for key, svg in pictures.items()},
        written=written,
        change=change,
        local=local,
        name=name,
    )
