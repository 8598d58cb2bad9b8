"""Who a consignee is to the store: a keyed hash of the phone number, so that the number itself is kept once."""

from rules.phones import normalised_phone
from store.keyed import keyed_hash


def consignee_key(phone: str) -> str:
    """Name the consignee who has this number, however it is spelled; empty when it is no number.

    Raises:
        NoSecretKey: there is no key to hash with.
    """
    number = normalised_phone(phone)
    return keyed_hash("consignee", number) if number else ""
