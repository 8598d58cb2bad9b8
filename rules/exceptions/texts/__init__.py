"""The texts about exceptions: who reads each, and the templates in both languages (rules/texts.py says how they work).

Which words stand for a type, a cause or a measure: wording.py. Which text goes out when: the playbooks.
"""

from pathlib import Path

from rules.tables import require_words
from rules.texts import BOTH, LANGUAGES, Language, TextBook
from schemas.disclosure import Audience
from schemas.playbooks import Texts

__all__ = ["BOTH", "ENVIRONMENT", "LANGUAGES", "READER", "READ_BY", "Language", "check", "languages_of", "render"]

READER: dict[str, Audience] = {
    "trouble": Audience.CUSTOMER,  # before he notices (R7, R11)
    "trouble_reply": Audience.CUSTOMER,  # the same, and he is to say something
    "trouble_customs": Audience.CUSTOMER,  # the same, and customs waits for papers (R92)
    "update": Audience.CUSTOMER,  # while it goes on (R16)
    "result": Audience.CUSTOMER,  # result, basis, amount, and when the money arrives (R19, R44)
    "explained": Audience.CUSTOMER,  # explained, not agreed: reasons, and the way to the regulator (R46)
    "cured": Audience.CUSTOMER,
    "department": Audience.DEPARTMENT,  # R18, R20
    "question": Audience.OUTLET,  # to any node that is asked (R22, R39)
    "reminder": Audience.OUTLET,
}
"""Who reads each text."""
READ_BY: dict[str, Audience] = {
    **dict.fromkeys(("opened", "update", "result", "explained", "cured"), Audience.CUSTOMER),
    "department": Audience.DEPARTMENT,
    **dict.fromkeys(("question", "reminder"), Audience.OUTLET),
}
"""To whom each occasion of a playbook writes: a text for another reader is none for it (R65)."""
require_words(READ_BY, Texts.model_fields)

_BOOK = TextBook(Path(__file__).parent, READER)
ENVIRONMENT = _BOOK.environment
check, languages_of, render = _BOOK.check, _BOOK.languages_of, _BOOK.render
