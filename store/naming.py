"""Whether who is complained of is on file: as a member of staff, an agent or a manager, or as a parcel's outlet."""

from sqlalchemy import Connection, text


def is_staff_id(connection: Connection, named: str) -> bool:
    """Say whether somebody of the carrier is on file by this id."""
    found: bool = connection.execute(
        text(
            "SELECT EXISTS (SELECT FROM staff WHERE staff_id = :named) OR EXISTS (SELECT FROM agent "
            "WHERE staff_id = :named) OR EXISTS (SELECT FROM department WHERE manager = :named)"
        ),
        {"named": named},
    ).scalar_one()
    return found


def is_outlet_of(connection: Connection, named: str, *, waybill: str) -> bool:
    """Say whether this is what the parcel's outlet is called, or the place where it was last."""
    found: bool = connection.execute(
        text(
            "SELECT EXISTS (SELECT FROM shipment WHERE waybill = :waybill AND :named IN (destination_outlet, "
            "last_location))"
        ),
        {"waybill": waybill, "named": named},
    ).scalar_one()
    return found
