"""A small network of invented departments for tests."""

from typing import Any

from schemas.network import Department, DepartmentKind


def a_department(code: str = "o-1", *names: str, **changes: Any) -> Department:
    """Make an outlet below the province."""
    return Department(
        **{"code": code, "names": names or (code,), "kind": DepartmentKind.OUTLET, "parent": "p-1", **changes}
    )


HEAD = a_department("hq", "示例总部", kind=DepartmentKind.HEADQUARTERS, parent="", manager="mgr-li")
PROVINCE = a_department("p-1", "示例浙江省区", "浙江", kind=DepartmentKind.PROVINCE, parent="hq", manager="sup-zhang")
OUTLET = a_department("o-1", "示例城东网点", "城东", manager="ag-wu", contact="chengdong@example.test")
HUB = a_department("h-1", "杭州转运中心", kind=DepartmentKind.HUB, manager="ag-he")
