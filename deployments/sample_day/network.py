"""A small invented network for the sample day: head office, provinces, partners, a few hubs and outlets.

Most outlets of the day are left out on purpose, as on a carrier that has entered only some: their cases go to the
province.
"""

import csv
import io
from collections.abc import Iterator

from deployments.sample_day.places import CITIES, STREETS, City
from deployments.sample_day.world import CARRIERS

HEADER = ("code", "names", "kind", "parent", "manager", "contact", "languages", "active")
HEAD = "hq"
MANAGER, PROVINCE_MANAGER = "mgr-li", "sup-zhang"  # the demo's people
CITIES_WITH_OUTLETS = 2

_Row = tuple[str, str, str, str, str, str, str, str]


def network_csv() -> str:
    """Write the network as the file that `redress network import` takes."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(_rows())
    return out.getvalue()


def _rows() -> Iterator[_Row]:
    yield (HEAD, "示例总部", "headquarters", "", MANAGER, "hq@example.test", "zh|en", "yes")
    yield ("lh-1", "示例干线车队", "line_haul", HEAD, "", "line-haul@example.test", "zh", "yes")
    yield ("cb-1", "示例报关行", "customs_broker", HEAD, "", "customs@example.test", "zh|en", "yes")
    yield ("sub-1", "范例外包仓配", "subcontractor", HEAD, "", "subcontractor@example.test", "zh", "yes")
    provinces = dict.fromkeys(_province(city) for city in CITIES)
    codes = {province: f"p-{number:02d}" for number, province in enumerate(provinces, start=1)}
    for province, code in codes.items():
        yield (
            code,
            f"示例{province}省区|{province}",
            "province",
            HEAD,
            PROVINCE_MANAGER,
            f"{code}@example.test",
            "zh",
            "yes",
        )
    for number, city in enumerate(CITIES[:CITIES_WITH_OUTLETS], start=1):
        yield from _city(city, number, codes[_province(city)])


def _province(city: City) -> str:
    return city.province.removesuffix("省").removesuffix("维吾尔自治区") or city.short_name


def _city(city: City, number: int, province: str) -> Iterator[_Row]:
    hubs = dict.fromkeys(f"{city.short_name}{carrier.hub_suffix}" for carrier in CARRIERS.values())
    for position, name in enumerate(hubs, start=1):
        yield (f"h-{number}{position:02d}", name, "hub", province, "", "", "zh", "yes")
    outlets = [
        f"{city.short_name}{street}{suffix}"
        for street in STREETS
        for suffix in dict.fromkeys(carrier.outlet_suffix for carrier in CARRIERS.values())
    ]
    for position, name in enumerate(outlets, start=1):
        yield (f"o-{number}{position:02d}", name, "outlet", province, "", "", "zh", "yes")
