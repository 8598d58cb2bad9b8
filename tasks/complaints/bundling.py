"""Writing the archive of a complaint as a ZIP: its five parts, the evidence out of the vault, and the index.

The same contents give the same bytes: names are sorted, times are left out, nothing is packed (another version of the
library that packs would give other bytes). Evidence goes through in chunks and never lies in memory whole.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from adapters.vault.client import Altered, FileVault, Missing, Vault
from rules.complaints.archive import Contents
from rules.complaints.archive_documents import documents_of, evidence_name, files_of
from rules.complaints.archive_index import INDEX, PAGE, index_bytes, index_of, page_bytes
from schemas.archives import ArchiveIndex
from tasks.settings import business_settings

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time that every file of an archive has: the first that a ZIP can name."""
OWNER_ONLY = 0o600
UNIX = 3


class EvidenceUnreadable(RuntimeError):
    """A piece of evidence is not in the vault, or is not what was given."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """An archive that was written, and what it says of itself."""

    file: Path
    index: ArchiveIndex


@contextmanager
def written_bundle(contents: Contents, *, edition: int) -> Iterator[Bundle]:
    """Write the archive of a complaint into a file that is gone when the block ends.

    Raises:
        EvidenceUnreadable: a piece of evidence cannot be had as it was given.
        Unavailable, Refused: the vault cannot be read.
    """
    documents = documents_of(contents)
    files = files_of(contents, documents)
    index = index_of(contents, files, edition=edition, time_zone=business_settings().time_zone)
    own = {document.name: document.content for document in documents}
    own |= {INDEX: index_bytes(index), PAGE: page_bytes(index)}
    sizes = {file.name: file.size_bytes for file in files}
    pieces = {evidence_name(piece): piece.sha256 for piece in contents.evidence}
    with TemporaryDirectory(prefix="redress-archive-") as folder, FileVault() as vault:
        file = Path(folder) / f"{index.archive_no}.zip"
        with ZipFile(file, "w", ZIP_STORED) as bundle:
            for name in sorted([*own, *pieces]):
                _add(bundle, name, own.get(name), pieces.get(name, ""), sizes.get(name, 0), vault)
        yield Bundle(file, index)


def _add(bundle: ZipFile, name: str, own: bytes | None, digest: str, size_bytes: int, vault: Vault) -> None:
    entry = ZipInfo(name, EARLIEST)
    entry.create_system, entry.external_attr, entry.file_size = UNIX, OWNER_ONLY << 16, size_bytes
    if own is not None:
        bundle.writestr(entry, own)
        return
    with bundle.open(entry, "w") as target:
        try:
            vault.copy_to(digest, target)
        except (Missing, Altered) as fault:
            raise EvidenceUnreadable(f"{name}: {fault}") from fault
