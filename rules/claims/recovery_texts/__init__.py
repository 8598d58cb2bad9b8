"""The texts about recovery: who reads each, and the templates in both languages (how they work: rules/texts.py)."""

from pathlib import Path

from rules.texts import TextBook
from schemas.disclosure import Audience

READER: dict[str, Audience] = {
    "charge": Audience.DEPARTMENT,  # the amount, what it rests on, and until when the party may object (R79)
    "ruling": Audience.DEPARTMENT,  # what came of the objection (R85)
    "taken_back": Audience.DEPARTMENT,  # that the payout was wrong, and nothing of it is borne
}
"""Who reads each text."""

BOOK = TextBook(Path(__file__).parent, READER)
