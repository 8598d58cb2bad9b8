"""What most procedures answer alike when the gate asks (`tasks.supervision.procedures`)."""

from collections.abc import Mapping
from typing import Any

from rules.supervision.approvals import NotAccepted
from schemas.approvals import Approval
from store.unit_of_work import Connection


class DecidedByItself:
    """A case that is decided alone, by a plan of its own."""

    form: type[Approval] = Approval

    def parcels(self, connection: Connection, case: Any) -> Mapping[str, str]:
        """Give the waybill of its parcel, where it is about one."""
        del connection
        return {case.case_no: case.waybill} if case.waybill else {}

    def fault_in(self, case: Any, answer: Approval) -> NotAccepted | None:
        """Find no fault that the rules of approval do not find."""
        del case, answer
        return None

    def details_of(self, connection: Connection, case_no: str) -> str:
        """Have nothing to add to who decided."""
        del connection, case_no
        return ""
