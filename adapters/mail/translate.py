"""A mail as the complaint that it is, or why it is none: pure, from the bytes as they came.

What it tells is a draft's worth: who writes, what happened in his words, and what can be told from them (the parcel's
number, the type). What a mail does not say is not made up: its customer is asked for it.

What a machine wrote is no complaint: automatic answers (RFC 3834), bounces (RFC 3464), lists, and what we wrote
ourselves. Answering them would make a loop.
"""

import re
from collections.abc import Iterator
from email.message import Message
from email.utils import parseaddr
from hashlib import sha256
from typing import NamedTuple

from adapters.mail.parts import File, Mail, header, taken_apart
from adapters.vault.media import Unacceptable, media_type_of
from rules.complaints.guessing import type_in, waybill_in
from schemas.complaint_doors import MailedComplaint
from schemas.complaints import Channel, Complainant, ComplaintRecord, Occurrence
from schemas.evidence import EvidenceKind, OfferedPiece

FILES_MAX = 30
HOPS_MAX = 40
NAME_LENGTH_MAX = 200
ACCOUNT_LENGTH_MAX = 4000
NUMBER = re.compile(r"(?<![A-Za-z0-9])CP-[0-9]{8}-[0-9]{6,12}(?![0-9])")

_ADDRESS = re.compile(r"[^@\s<>,;\"]{1,64}@[A-Za-z0-9.-]{1,120}")
_MACHINES = re.compile(r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)(?:[+.-].*)?@.*", re.IGNORECASE)
_AUTOMATIC = re.compile(
    r"(?:自动回复|自动答复|假期(?:自动)?回复|automatic reply|auto[- ]?(?:reply|response)|out of (?:the )?office)"
    r"\s*(?:[:：].*)?",
    re.IGNORECASE,
)
"""What machines write above their answers; a person who writes of one writes more or otherwise."""
_BOUNCED = re.compile(
    r"(?:系统退信|退信通知|undeliverable:|undelivered mail returned|delivery status notification"
    r"|mail delivery failed|returned mail: see).*",
    re.IGNORECASE,
)
_ANSWERED = re.compile(
    r"^[ \t]*(?:On .{5,200} wrote:|在.{3,200}写道[:：]|-{2,} ?(?:Original Message|原始邮件) ?-{2,}.*)[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_CHINESE = re.compile("[\u4e00-\u9fff]")


class Skipped(NamedTuple):
    """A mail that is no complaint, and why."""

    reason: str


def complaint_in(raw: bytes, *, own_addresses: frozenset[str] = frozenset()) -> MailedComplaint | Skipped:
    """Read a mail as a complaint; whatever it holds, it is one or there is a reason why it is none."""
    mail = taken_apart(raw)
    name, address = _sender(mail.message)
    if reason := _why_none(mail, address, own_addresses):
        return Skipped(reason)
    subject = header(mail.message, "Subject")
    told = "\n".join(filter(None, [subject, _own_words(mail.text)]))
    pieces, left_out = _pieces(raw, mail.files)
    answers = NUMBER.search(f"{subject}\n{mail.text}")
    return MailedComplaint(
        key=_key(mail.message, raw),
        record=ComplaintRecord(
            channel=Channel.EMAIL,
            type=type_in(told),
            waybill=waybill_in(told),
            customer=Complainant(
                name=name[:NAME_LENGTH_MAX], email=address, language="zh" if _CHINESE.search(told) else "en"
            ),
            occurrence=Occurrence(account=told[:ACCOUNT_LENGTH_MAX]),
        ),
        pieces=tuple(pieces),
        left_out=left_out,
        answers=answers[0] if answers else "",
    )


def _sender(message: Message) -> tuple[str, str]:
    """Give who writes, and from where; an address that is none is empty."""
    name, address = parseaddr(header(message, "From"))
    return name.strip(), address if _ADDRESS.fullmatch(address) else ""


def _why_none(mail: Mail, address: str, own_addresses: frozenset[str]) -> str:
    message = mail.message
    subject = header(message, "Subject")
    if (
        message.get_content_type() in {"multipart/report", "message/delivery-status"}
        or header(message, "Return-Path") == "<>"
        or header(message, "X-Failed-Recipients")
        or _BOUNCED.fullmatch(subject)
    ):
        return "bounce"
    if _is_automatic(message) or _AUTOMATIC.fullmatch(subject) or _MACHINES.fullmatch(address):
        return "automatic"
    if header(message, "List-Id") or header(message, "List-Unsubscribe"):
        return "list"
    if address.casefold() in own_addresses or len(message.get_all("Received", [])) > HOPS_MAX:
        return "loop"
    if not address:
        return "no_sender"
    return "" if mail.text or mail.files or subject else "empty"


def _is_automatic(message: Message) -> bool:
    said = header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    precedence = header(message, "Precedence").strip().lower()
    return (
        said not in {"", "no"}
        or precedence in {"bulk", "junk", "list", "auto_reply"}
        or any(header(message, name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply"))
    )


def _own_words(text: str) -> str:
    """Leave out what is only quoted below an answer; a mail that is nothing else is kept whole."""
    above = _ANSWERED.split(text, maxsplit=1)[0]
    own = "\n".join(line for line in above.splitlines() if not line.lstrip().startswith(">")).strip()
    return own or text


def _pieces(raw: bytes, files: tuple[File, ...]) -> tuple[list[OfferedPiece], int]:
    """Give the mail itself and its files as evidence, and count those that are no evidence as they are."""
    mail = OfferedPiece(
        kind=EvidenceKind.MESSAGE_RECORD, content=raw, declared_type="message/rfc822", file_name="mail.eml"
    )
    offered = [mail, *(_offered(file) for file in files)]
    taken = [piece for piece in _distinct(offered) if _is_evidence(piece)][: FILES_MAX + 1]
    return taken, len(offered) - len(taken)


def _offered(file: File) -> OfferedPiece:
    kind = EvidenceKind.MESSAGE_RECORD if file.media_type == "message/rfc822" else EvidenceKind.OTHER
    return OfferedPiece(kind=kind, content=file.content, declared_type=file.media_type, file_name=file.name)


def _distinct(offered: list[OfferedPiece]) -> Iterator[OfferedPiece]:
    """Yield each file once, however often a mail shows it."""
    seen: set[bytes] = set()
    for piece in offered:
        digest = sha256(piece.content).digest()
        if digest not in seen:
            seen.add(digest)
            yield piece


def _is_evidence(piece: OfferedPiece) -> bool:
    try:
        media_type_of(piece.content, declared=piece.declared_type, file_name=piece.file_name)
    except Unacceptable:
        return False
    return True


def _key(message: Message, raw: bytes) -> str:
    """Name a mail by its Message-ID, which it keeps on every way to us; one that has none by all that it is."""
    named = header(message, "Message-ID").strip()
    return sha256(named.encode() if named else raw).hexdigest()
