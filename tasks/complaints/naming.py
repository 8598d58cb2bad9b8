"""Who is complained of, as far as that is on file (R54, R86).

What a customer calls somebody is personal data that must be erasable: it lies in what was told, and nowhere else. The
case's own row, which the sealed history repeats, names only a department or a member of staff that is on file.
"""

from schemas.complaints import ComplaintRecord
from store import naming
from store import network as network_store
from store.unit_of_work import Connection


def on_file(connection: Connection, record: ComplaintRecord) -> dict[str, str]:
    """Give the department and the person that are complained of; each is empty where it is not on file."""
    return {"subject": _department(connection, record), "person": _person(connection, record)}


def _department(connection: Connection, record: ComplaintRecord) -> str:
    if not record.subject:
        return ""
    if (found := network_store.network(connection).find(record.subject)) is not None:
        return found.name
    return record.subject if naming.is_outlet_of(connection, record.subject, waybill=record.waybill) else ""


def _person(connection: Connection, record: ComplaintRecord) -> str:
    return record.person if record.person and naming.is_staff_id(connection, record.person) else ""
