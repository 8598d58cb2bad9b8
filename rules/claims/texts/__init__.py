"""The texts about claims: who reads each, and the templates in both languages (how they work: rules/texts.py)."""

from pathlib import Path

from rules.texts import TextBook
from schemas.disclosure import Audience

READER: dict[str, Audience] = {
    "incomplete": Audience.CUSTOMER,  # what is still to be told
    "acknowledged": Audience.CUSTOMER,  # the number, the papers that are wanted, and the two promised times
    "added": Audience.CUSTOMER,  # the claim is known; what was told now was added
    "papers": Audience.CUSTOMER,  # what is still wanted, once more
    "update": Audience.CUSTOMER,  # while it goes on (R16)
    "offer": Audience.CUSTOMER,  # the amount, how it comes about, and until when it stands (R79)
    "agreed": Audience.CUSTOMER,  # what is paid and by when, or that an account is wanted
    "account": Audience.CUSTOMER,  # the account did not do: another is wanted
    "payee": Audience.CUSTOMER,  # the account was told or changed: whoever did not do it must hear of it
    "paid": Audience.CUSTOMER,
    "denied": Audience.CUSTOMER,  # the reasons, and the way to object and to the regulator (R46)
    "ended": Audience.CUSTOMER,  # withdrawn, settled otherwise, or closed without payment
    "department": Audience.DEPARTMENT,
}
"""Who reads each text."""

BOOK = TextBook(Path(__file__).parent, READER)
