"""The commands about the carrier's departments: network import, list.

Belongs here: what they take and print. Does not belong here: what a network must be like (`rules.supervision.network`).
"""

from pathlib import Path

from cyclopts import App

from deployments.command.installation import enter
from deployments.command.outcome import Failure, WrongUsage
from deployments.command.output import print_json, print_table

FILE_BYTES_MAX = 50_000_000


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    group = App(name="network", help="The carrier's departments: import, list.")
    group.command(import_file, name="import")
    group.command(listing, name="list")
    app.command(group)


def import_file(file: Path) -> None:
    """Take a CSV file as the whole network; departments that it no longer has are retired, none is removed.

    Columns: code, names (several after |), kind, parent (a code), and if wanted manager (a staff id), contact,
    languages (zh|en), active (yes or no). Kinds: outlet, hub, line_haul, sorting_centre, customs_broker, province,
    headquarters, subcontractor.

    - `redress network import departments.csv`

    Args:
        file: The CSV file, in UTF-8.
    """
    enter()
    from rules.supervision.network_file import NetworkFileInvalid, read_departments
    from store import network as network_store
    from store import staff
    from store.unit_of_work import unit_of_work
    from tasks import clock

    try:
        departments = read_departments(_text(file))
    except NetworkFileInvalid as invalid:
        raise WrongUsage(f"{file}: {invalid}") from invalid
    with unit_of_work() as connection:
        done = network_store.replace(connection, departments, at=clock.now())
        enrolled = {member.staff_id for member in staff.listing(connection)}
    print(f"{done.added} added, {done.changed} changed, {done.retired} retired, {done.unchanged} unchanged.")
    if strangers := sorted({item.manager for item in departments if item.manager} - enrolled):
        shown = ", ".join(strangers[:10]) + (" ..." if len(strangers) > 10 else "")
        print(f"{len(strangers)} managers are not on file as staff, so that no ties of theirs are known: {shown}")


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > FILE_BYTES_MAX:
            raise WrongUsage(f"{file} has more than {FILE_BYTES_MAX} bytes")
        return file.read_text("utf-8")
    except OSError as error:
        raise WrongUsage(f"{file}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise WrongUsage(f"{file} is not UTF-8: byte {error.start}") from error


def listing(*, under: str = "", json: bool = False) -> None:
    """List the departments, each with the chain above it.

    - `redress network list`
    - `redress network list --under 浙江`

    Args:
        under: Only this department and those below it, by code or name.
        json: Print JSON.
    """
    enter()
    from store import network as network_store
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        network = network_store.network(connection)
    shown = list(network.departments)
    if under:
        top = network.find(under)
        if top is None:
            raise Failure(f"there is no active department {under}")
        shown = [item for item in shown if top in network.upwards(item)]
    if json:
        print_json([item.model_dump(mode="json") for item in shown])
        return
    print_table(
        ("code", "names", "kind", "above", "manager", "contact", "languages", "active"),
        [
            (item.code, " | ".join(item.names), item.kind,
             " > ".join(above.name for above in network.upwards(item) if above != item), item.manager, item.contact,
             " ".join(item.languages), "yes" if item.active else "no")
            for item in shown
        ],
    )  # fmt: skip
    print(f"{len(shown)} departments.")
