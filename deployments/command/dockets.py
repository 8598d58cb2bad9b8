"""How a docket is shown: what its supervisor reads, and what became of each claim once it is decided.

Belongs here: what is printed. Does not belong here: the text itself (`rules.claims.docket_text`), or the decision
(`redress approve`).
"""

from typing import TYPE_CHECKING

from deployments.command.outcome import Failure
from deployments.command.output import local, print_json

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


def print_docket(number: str, zone: "ZoneInfo", *, json: bool) -> None:
    """Print what stands above a docket's form; of one that is decided, with what became of each of its claims.

    Raises:
        Failure: there is no docket with that number.
    """
    from store import approvals
    from store.dockets import NoSuchDocket
    from store.unit_of_work import unit_of_work
    from tasks.supervision.gate import description_of
    from tasks.supervision.procedures import DOCKETS

    with unit_of_work() as connection:
        try:
            docket = DOCKETS.one(connection, number)
        except NoSuchDocket as missing:
            raise Failure(str(missing)) from missing
        gate = approvals.current_gate(connection, number)
        assert gate is not None  # it is opened with the docket
        text = description_of(connection, gate, docket)
    if json:
        print_json(docket.model_dump(mode="json"))
        return
    decided = f", decided {local(docket.decided_at, zone)} by {docket.decided_by}" if docket.decided_at else ""
    print(f"{docket.docket_no}  {docket.state.value}  made {local(docket.made_at, zone)}{decided}\n")
    print(text)
