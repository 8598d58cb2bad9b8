"""A mailbox over IMAP with TLS (RFC 3501): what waits in it is read without a mark, and marked once it is kept."""

import imaplib
import re
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple, Self

from adapters import Refused, Unavailable
from adapters.mail.settings import MailSettings

_SIZE = re.compile(rb"UID ([0-9]+).*?RFC822\.SIZE ([0-9]+)|RFC822\.SIZE ([0-9]+).*?UID ([0-9]+)", re.DOTALL)


class Waiting(NamedTuple):
    """A mail that nobody has looked at."""

    uid: str
    size: int


class Mailbox:
    """One folder of a mailbox, open as long as the block lasts.

    Raises on entry and at every call:
        Unavailable: the server cannot be reached, or went away.
        Refused: it trusts not who asks, or is not to be trusted, or lacks the folder.
    """

    def __init__(self, settings: MailSettings) -> None:
        """Say where it is; it is opened on entry."""
        self._settings = settings
        self._server: imaplib.IMAP4_SSL | None = None

    def __enter__(self) -> Self:
        settings = self._settings
        with _failures_told("cannot be reached"):
            context = ssl.create_default_context(cafile=settings.ca_file)
            self._server = imaplib.IMAP4_SSL(
                settings.host, settings.port, ssl_context=context, timeout=settings.timeout_seconds
            )
        try:
            with _failures_told("refuses its user or password"):
                self._server.login(settings.user, settings.password.get_secret_value())
            with _failures_told("has no such folder"):
                _answered(self._server.select(_quoted(settings.folder)))
        except (Unavailable, Refused):
            self.__exit__()
            raise
        return self

    def __exit__(self, *_raised: object) -> None:
        """Say good-bye, if the server still listens."""
        if self._server is not None:
            with suppress(imaplib.IMAP4.error, OSError):
                self._server.logout()
            with suppress(OSError):
                self._server.shutdown()
            self._server = None

    def waiting(self) -> list[Waiting]:
        """List the mails that nobody has seen or flagged, oldest first, as many as are looked at at a time."""
        with _failures_told("cannot be searched"):
            [found] = _answered(self._open.uid("SEARCH", "UNSEEN", "UNFLAGGED", "UNDELETED"))
            uids = sorted((found or b"").split(), key=int)[: self._settings.mails_max]
            if not uids:
                return []
            told = _answered(self._open.uid("FETCH", b",".join(uids).decode(), "(UID RFC822.SIZE)"))
        sizes = dict(_sizes(told))
        return [Waiting(uid.decode(), sizes[uid]) for uid in uids if uid in sizes]

    def read(self, uid: str) -> bytes:
        """Read a mail as it came, which leaves no mark on it, and no more of it than one may have.

        Raises:
            Refused: it is gone.
        """
        most = self._settings.mail_bytes_max
        with _failures_told("cannot be read"):
            told = _answered(self._open.uid("FETCH", uid, f"(BODY.PEEK[]<0.{most}>)"))
        content = next((part[1] for part in told if isinstance(part, tuple)), None)
        if content is None:
            raise Refused(f"the mailbox has no mail {uid} any more")
        return bytes(content)

    def settle(self, uid: str, *, flagged: bool = False) -> None:
        """Mark a mail as seen and move it to the others that are done; one for a person is flagged and stays."""
        flags = r"(\Seen \Flagged)" if flagged else r"(\Seen)"
        with _failures_told("cannot be marked"):
            _answered(self._open.uid("STORE", uid, "+FLAGS.SILENT", flags))
            if self._settings.done_folder and not flagged and "MOVE" in self._open.capabilities:
                _answered(self._open.uid("MOVE", uid, _quoted(self._settings.done_folder)))

    @property
    def _open(self) -> imaplib.IMAP4_SSL:
        assert self._server is not None, "the mailbox is used inside its block"
        return self._server


def _answered(answer: tuple[str, list[Any]]) -> list[Any]:
    status, told = answer
    if status != "OK":
        raise imaplib.IMAP4.error(status)
    return told


def _sizes(told: list[Any]) -> Iterator[tuple[bytes, int]]:
    for part in told:
        if isinstance(part, bytes) and (found := _SIZE.search(part)):
            yield found[1] or found[4], int(found[2] or found[3])


def _quoted(name: str) -> str:
    """Write the name of a folder as IMAP has it: modified UTF-7 for what is not ASCII (RFC 3501, 5.1.3)."""
    written = re.sub(r"[^\x20-\x7e]+", _in_utf7, name.replace("&", "&-"))
    return '"' + written.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _in_utf7(found: re.Match[str]) -> str:
    coded = found[0].encode("utf-16-be")
    return "&" + b64encode(coded).decode().rstrip("=").replace("/", ",") + "-"


@contextmanager
def _failures_told(what: str) -> Iterator[None]:
    """Turn what the library raises into the two kinds of error; nothing of what the server said is repeated."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise Refused(f"the mailbox {what}: its certificate is not trusted") from error
    except (imaplib.IMAP4.abort, OSError) as error:
        raise Unavailable(f"the mailbox {what}: {type(error).__name__}") from error
    except imaplib.IMAP4.error as error:
        raise Refused(f"the mailbox {what}") from error
