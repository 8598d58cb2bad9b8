"""The book for texts of either language, as aggregators pass on whatever a carrier wrote."""

import re

from adapters.feeds.chinese import CHINESE
from adapters.feeds.english import ENGLISH
from adapters.feeds.wording import Phrasebook, Wording

_HAN = re.compile("[\u4e00-\u9fff]")


class _EitherLanguage(Phrasebook):
    """All rows of both books, of which a text is read with those of its own language."""

    def __init__(self) -> None:
        super().__init__((*CHINESE.rows, *ENGLISH.rows), essential=str)

    def reading(self, text: str) -> Wording | None:
        """Find the first row that the text fits in the book of its language; one Chinese character makes it Chinese."""
        return (CHINESE if _HAN.search(text) else ENGLISH).reading(text)


CHINESE_OR_ENGLISH = _EitherLanguage()
