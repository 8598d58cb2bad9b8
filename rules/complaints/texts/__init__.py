"""The texts about complaints: who reads each, and the templates in both languages (how they work: rules/texts.py)."""

from pathlib import Path

from rules.texts import TextBook
from schemas.disclosure import Audience

READER: dict[str, Audience] = {
    "acknowledged": Audience.CUSTOMER,  # number and the two promised times, an apology that admits nothing (R37, R50)
    "incomplete": Audience.CUSTOMER,  # what is still to be told (R38)
    "told_again": Audience.CUSTOMER,  # the matter is known; what was told now was added
    "update": Audience.CUSTOMER,  # while it goes on (R16)
    "result": Audience.CUSTOMER,  # result, basis, amount, and when the money arrives (R44)
    "explained": Audience.CUSTOMER,  # explained, not agreed: reasons, and the way to the regulator (R46)
    "concluded": Audience.CUSTOMER,  # the final content, once agreed (R72)
    "department": Audience.DEPARTMENT,  # R18, R20
    "task": Audience.DEPARTMENT,  # what is to be done, by when (R43)
    "penalty": Audience.DEPARTMENT,  # with the way to clear oneself (R89, 投诉澄清免责)
}
"""Who reads each text."""

BOOK = TextBook(Path(__file__).parent, READER)
