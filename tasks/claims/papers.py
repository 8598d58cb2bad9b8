"""The papers of a claim for its claimant, as one ZIP that is written while it is sent (R65).

One file of his is in memory at a time. What the vault cannot give just now is named in the list of contents.
"""

import zipfile
from collections.abc import Iterator
from typing import NamedTuple

from adapters import Refused, Unavailable
from adapters.vault.client import FileVault
from rules.claims.claimant_papers import CONTENTS, Telling, contents_text, own_pieces, piece_name, texts_of
from rules.texts import Language
from schemas.claim_doors import ClaimStatus
from schemas.complaint_doors import Words
from schemas.evidence import Evidence
from store import claim_forms, evidence
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.claims.letters import language_of
from tasks.claims.standing import shown_claim, status_now
from tasks.digits import NotShown
from tasks.settings import business_settings

ALWAYS = (1980, 1, 1, 0, 0, 0)
"""The time of every file in a ZIP: the same papers are the same bytes."""
TOO_MUCH = Words(zh="文件过大，未包含", en="left out: too large together")
AWAY = Words(zh="暂时无法读取", en="left out: it cannot be read just now")


class Papers(NamedTuple):
    """What goes into the ZIP."""

    status: ClaimStatus
    tellings: list[Telling]
    language: Language
    taken: list[Evidence]
    left: list[Evidence]


def claim_papers(number: str, digits: str) -> Papers:
    """Read what whoever filed a claim may take with him.

    Raises:
        NotShown: there is none, or the digits are not those of its claimant's telephone.
        DoorClosed: wrong digits were given too often.
    """
    now = clock.now()
    with unit_of_work() as connection:
        claim = shown_claim(connection, number, digits, now=now)
        if claim is not None:
            chosen = own_pieces(evidence.of_case(connection, number))
            forms = claim_forms.forms_of(connection, number)
            tellings = [Telling(form.told_at, form.content) for form in forms if form.content is not None]
            return Papers(status_now(connection, claim, now=now), tellings, language_of(claim), *chosen)
    raise NotShown("there is no claim with this number that somebody with these digits filed")


def zipped(papers: Papers) -> Iterator[bytes]:
    """Write the ZIP, part after part."""
    written = _Written()
    with zipfile.ZipFile(written, "w") as archive:
        for name, text in texts_of(papers.status, papers.tellings, papers.language, business_settings().zone):
            _add(archive, name, text, packed=True)
            yield written.taken()
        taken: list[Evidence] = []
        left = [(piece, TOO_MUCH) for piece in papers.left]
        for piece in papers.taken:
            content = _read(piece)
            if content is None:
                left.append((piece, AWAY))
                continue
            _add(archive, piece_name(piece), content, packed=False)
            taken.append(piece)
            yield written.taken()
        _add(archive, CONTENTS, contents_text(papers.status.claim_no, taken, left), packed=True)
    yield written.taken()


def _read(piece: Evidence) -> bytes | None:
    try:
        with FileVault() as vault:
            return vault.read(piece.sha256)
    except (Unavailable, Refused):
        return None


def _add(archive: zipfile.ZipFile, name: str, content: bytes, *, packed: bool) -> None:
    """Add a file; pictures and sound are packed already."""
    about = zipfile.ZipInfo(name, ALWAYS)
    about.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    archive.writestr(about, content)


class _Written:
    """Holds what a ZIP writes until it is sent on; it cannot be read back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes, /) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing waits anywhere."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)
