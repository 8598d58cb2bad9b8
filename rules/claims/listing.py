"""Which columns a list of claims may have, in Chinese or in English, and what a row of it tells (R78)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from rules.claims.telling import RELATION
from rules.claims.wording import EVENT
from schemas.assessment import ClaimEvent
from schemas.claims import Relation

COLUMNS: dict[str, tuple[str, ...]] = {
    "waybill": ("运单号", "单号", "waybill"),
    "event": ("事由", "索赔类型", "event"),
    "happened_on": ("发生日期", "日期", "happened_on"),
    "account": ("经过", "说明", "account"),
    "claimant.name": ("索赔人", "姓名", "name"),
    "claimant.phone": ("电话", "手机号", "phone"),
    "claimant.email": ("邮箱", "email"),
    "claimant.relation": ("与快件的关系", "关系", "relation"),
    "claimant.language": ("语言", "language"),
    "payee.name": ("收款人", "payee"),
    "payee.account": ("收款账号", "payee_account"),
    "parcel.contents": ("物品", "contents"),
    "parcel.value": ("物品价值", "价值", "value"),
    "parcel.lost_percent": ("损失比例", "lost_percent"),
    "parcel.lost_pieces": ("损失件数", "lost_pieces"),
    "parcel.lost_value": ("损失金额", "lost_value"),
    "claimed": ("索赔金额", "claimed"),
    "currency": ("币种", "currency"),
    "reference": ("客户编号", "编号", "reference"),
}
"""The names of each column; the first is how it is called in Chinese, the last in English."""
NEEDED = ("waybill", "event")
_EXCEL_BEGINS = date(1899, 12, 30)
"""A day in a workbook is a number of days from here on."""

_COLUMN_OF = {name.casefold(): field for field, names in COLUMNS.items() for name in names}
_EVENT_OF = {word.casefold(): event for event in ClaimEvent for word in (event.value, EVENT[event].zh, EVENT[event].en)}
_RELATION_OF = {word.casefold(): relation for relation in Relation for word in (relation.value, *RELATION[relation])}


class WrongColumns(ValueError):
    """The header of a list lacks a column, or has one twice or one that nobody knows."""


def columns_of(header: Sequence[str]) -> list[str]:
    """Say which field each column holds; empty for one without a name.

    Raises:
        WrongColumns: with what is wrong.
    """
    fields = [_COLUMN_OF.get(name.casefold(), "") for name in header]
    named = enumerate(zip(header, fields, strict=True), start=1)
    if unknown := [place for place, (name, field) in named if name and not field]:
        raise WrongColumns(f"nobody knows what column {unknown[0]} is; the columns are {_known()}")
    if twice := [field for field in fields if field and fields.count(field) > 1]:
        raise WrongColumns(f"there are two columns {'/'.join(COLUMNS[twice[0]])}")
    if missing := [field for field in NEEDED if field not in fields]:
        raise WrongColumns(f"there is no column {'/'.join(COLUMNS[missing[0]])}")
    return fields


def _known() -> str:
    return ", ".join(f"{names[0]}/{names[-1]}" for names in COLUMNS.values())


def told_in(columns: Sequence[str], cells: Sequence[str]) -> dict[str, Any]:
    """Give what a row tells as the fields of a claim form; an empty cell tells nothing."""
    said = {field: cell for field, cell in zip(columns, cells, strict=False) if field and cell}
    told: dict[str, Any] = {}
    parts: dict[str, dict[str, Any]] = {}
    for field, cell in said.items():
        part, dot, name = field.partition(".")
        if dot:
            parts.setdefault(part, {})[name] = _word(field, cell)
        else:
            told[field] = _word(field, cell)
    if "parcel" in parts:
        told["parcels"] = [{"id": said.get("waybill", "1"), **parts.pop("parcel")}]
    return {**told, **parts}


def _word(field: str, cell: str) -> Any:
    """Read a cell in its own words; what is none of them stays as it is, for the form to refuse."""
    match field:
        case "event":
            return _EVENT_OF.get(cell.casefold(), cell)
        case "claimant.relation":
            return _RELATION_OF.get(cell.casefold(), cell)
        case "happened_on":
            return _day(cell)
        case "parcel.lost_percent":
            return cell.removesuffix("%").removesuffix("％").strip()
        case "claimant.language":
            return {"中文": "zh", "英文": "en", "chinese": "zh", "english": "en"}.get(cell.casefold(), cell)
    return cell


def _day(cell: str) -> str:
    """Read a day as people and workbooks write it."""
    if cell.isascii() and cell.isdigit() and len(cell) == 5:
        return (_EXCEL_BEGINS + timedelta(days=int(cell))).isoformat()
    parts = cell.replace("/", "-").replace("年", "-").replace("月", "-").removesuffix("日").split("-")
    return "-".join(part.zfill(2) for part in parts)


def shown_field(where: Sequence[object]) -> str:
    """Name a field of a form as the list calls it, so that whoever wrote it finds the column."""
    path = ".".join(str(part) for part in where if not isinstance(part, int))
    field = path.replace("parcels", "parcel", 1)
    names: Mapping[str, tuple[str, ...]] = {name: COLUMNS[name] for name in COLUMNS if field.startswith(name)}
    longest = max(names, key=len, default="")
    return "/".join((names[longest][0], names[longest][-1])) if longest else field
