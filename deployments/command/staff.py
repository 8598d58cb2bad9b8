"""The commands about staff who decide: staff add, list, disable, and passcode for the demo's people.

Belongs here: what they take and print. Does not belong here: how a passcode is checked.
"""

from decimal import Decimal, InvalidOperation
from typing import Literal

from cyclopts import App

from deployments.command.installation import enter
from deployments.command.options import currency_told
from deployments.command.outcome import Failure
from deployments.command.output import print_json, print_table

RoleName = Literal["agent", "supervisor", "manager", "director"]


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    group = App(name="staff", help="Who may decide: add, list, disable.")
    group.command(add)
    group.command(listing, name="list")
    group.command(disable)
    app.command(group)
    app.command(passcode)


def add(
    staff_id: str,
    *,
    name: str,
    role: list[RoleName],
    limit: str = "0",
    currency: str = "CNY",
    tie: list[str] | None = None,
) -> None:
    """Put somebody on file and show the QR code that enrols an authenticator app.

    - `redress staff add sup-wang --name 王某某 --role supervisor --limit 2000`
    - `redress staff add mgr-zhao --name 赵某某 --role manager --role supervisor --limit 50000 --tie 示例城东网点`
    - `redress staff add sup-smith --name Smith --role supervisor --limit 300 --currency USD`

    Args:
        staff_id: Small letters, digits and dashes.
        name: The person's name.
        role: agent, supervisor, manager or director; may be given more than once.
        limit: The highest compensation this person may approve.
        currency: Of the limit (ISO 4217); a payment in any other currency this person cannot approve as the last one.
        tie: An outlet or payee this person may not decide about; may be given more than once.
    """
    spoken_of = currency_told("--currency", currency)
    enter()
    from pydantic import ValidationError

    from schemas.approvals import Approval, Staff
    from schemas.exceptions import Role
    from store import staff as staff_store
    from store.unit_of_work import unit_of_work
    from tasks.supervision.passcodes import new_secret

    try:
        Approval(decision="approve", passcode="000000", staff_id=staff_id)
        member = Staff(
            staff_id=staff_id,
            name=name,
            roles=frozenset(Role(item) for item in role),
            amount_limit=Decimal(limit),
            currency=spoken_of,
            ties=frozenset(tie or ()),
        )
    except ValidationError as fault:
        raise Failure(f"{fault.errors()[0]['loc'][0]}: {fault.errors()[0]['msg']}") from fault
    except InvalidOperation as fault:
        raise Failure(f"--limit {limit} is no amount") from fault
    secret = new_secret()
    with unit_of_work() as connection:
        try:
            staff_store.add(connection, member, secret=secret)
        except staff_store.AlreadyOnFile as taken:
            raise Failure(str(taken)) from taken
    show_enrolment(staff_id, secret)


def show_enrolment(staff_id: str, secret: str) -> None:
    """Print the QR code and the secret, which is shown this once."""
    import segno

    from tasks.supervision.passcodes import enrolment_uri

    print(f"{staff_id} is on file. Scan this with an authenticator app; it is shown only now.\n")
    segno.make(enrolment_uri(staff_id, secret), error="m").terminal(compact=True)
    print(f"\nOr type the secret by hand: {secret}")


def listing(*, json: bool = False) -> None:
    """List who may decide, up to which amount.

    Args:
        json: Print JSON.
    """
    enter()
    from store import staff as staff_store
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        members = staff_store.listing(connection)
    if json:
        print_json([member.model_dump(mode="json") for member in members])
        return
    print_table(
        ("staff id", "name", "roles", "limit", "ties", "active"),
        [
            (
                member.staff_id,
                member.name,
                ", ".join(sorted(member.roles)),
                f"{member.amount_limit} {member.currency}",
                ", ".join(sorted(member.ties)),
                "yes" if member.active else "no",
            )
            for member in members
        ],
    )


def disable(staff_id: str) -> None:
    """Take somebody's right to decide away.

    Args:
        staff_id: Whose.
    """
    enter()
    from store import staff as staff_store
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        if not staff_store.disable(connection, staff_id):
            raise Failure(f"nobody has the staff id {staff_id}")
    print(f"{staff_id} may no longer decide.")


def passcode(staff_id: str) -> None:
    """Show the passcode of one of the demo's invented people. Real people's passcodes are on their own devices only.

    - `redress passcode sup-zhang`

    Args:
        staff_id: A person whom the demo put on file.
    """
    enter()
    from store import staff as staff_store
    from store.unit_of_work import unit_of_work
    from tasks import clock
    from tasks.supervision.passcodes import passcode_at

    with unit_of_work() as connection:
        secret = staff_store.secret_of(connection, staff_id, sample_only=True)
    if secret is None:
        raise Failure(f"{staff_id} is not one of the demo's people")
    print(passcode_at(secret, clock.now()))
