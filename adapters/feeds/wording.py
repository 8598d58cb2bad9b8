"""Reading free text by declared wordings: the shape of a row, and the ordered book of rows.

The rows of a language stand in a module of their own (chinese). First wins, so negatives and failures stand above
what they negate; each row carries an example that a test reads back, which keeps a row from being hidden by an
earlier one. What no row says is not guessed.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from schemas.tracking import Event, Reason

TEXT_MAX = 1000  # characters read of a text; the longest seen has 130, and patterns may take quadratic time

_PLAIN = re.compile(r"[^\\^$.*+?{}\[\]()]+")


class IdleWording(Exception):
    """A row of pattern syntax names no word that would let it be tried."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One way of saying something, as a regular expression, with an invented sentence that says it so.

    The expression is tried only on texts in which one of `words` stands. A pattern without any syntax but "|" is its
    own list of words.
    """

    pattern: str
    event: Event
    reason: Reason | None
    example: str
    words: tuple[str, ...] = ()

    @property
    def cues(self) -> tuple[str, ...]:
        """Give the words without which the pattern cannot match.

        Raises:
            IdleWording: the pattern needs its words declared and they are not.

        """
        if self.words:
            return self.words
        if not _PLAIN.fullmatch(self.pattern):
            raise IdleWording(f"{self.pattern!r} needs its words declared")
        return tuple(self.pattern.split("|"))


class Phrasebook:
    """Wordings in the order in which they are tried, behind what clears a text of boilerplate."""

    def __init__(self, rows: Iterable[Wording], *, essential: Callable[[str], str]) -> None:
        """Compile the rows; `essential` takes from a text what says nothing about the parcel."""
        self.rows = tuple(rows)
        self._essential = essential
        self._patterns = tuple(re.compile(row.pattern) for row in self.rows)
        self._cues = tuple((cue, place) for place, row in enumerate(self.rows) for cue in row.cues)
        written = "\n".join(f"{row.pattern}|{row.event}|{row.reason}" for row in self.rows)
        self.version = hashlib.sha256(written.encode()).hexdigest()

    def reading(self, text: str) -> Wording | None:
        """Find the first row that the text fits, or None."""
        text = self._essential(text[:TEXT_MAX])
        tried = -1
        for place in [place for cue, place in self._cues if cue in text]:  # trying every pattern costs ten times this
            if place != tried and self._patterns[place].search(text):
                return self.rows[place]
            tried = place
        return None
