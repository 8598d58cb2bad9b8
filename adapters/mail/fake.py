"""A stand-in for a mailbox: a small IMAP server with TLS on loopback, as far as the client goes (RFC 3501, 6851)."""

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

LOOPBACK = "127.0.0.1"
_PARTIAL = re.compile(r"BODY\.PEEK\[\]<0\.([0-9]+)>")


@dataclass
class KeptMail:
    """A mail in the stand-in, with its flags."""

    content: bytes
    folder: str = "INBOX"
    flags: set[str] = field(default_factory=set)


@dataclass
class StandInMailbox:
    """The mails of a mailbox, by number; tests put some in and look at what became of them."""

    user: str = "complaints@carrier.example"
    password: str = "made-up-password"  # noqa: S105  # it stands for one
    folders: set[str] = field(default_factory=lambda: {"INBOX", "Done"})
    moves: bool = True  # whether it knows MOVE
    breaks_at: str = ""  # the command at which it hangs up
    mails: dict[int, KeptMail] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)

    def put(self, content: bytes) -> str:
        """Let a mail arrive, and give its number."""
        number = len(self.mails) + 1
        self.mails[number] = KeptMail(content)
        return str(number)

    def answer(self, command: str, told: str, folder: str) -> tuple[list[bytes], str]:
        """Answer a command in a folder that is selected: untagged lines, and how it ended."""
        name, _, rest = told.partition(" ")
        if command == "CAPABILITY":
            return [b"* CAPABILITY IMAP4rev1" + b" MOVE" * self.moves], "OK"
        if command == "LOGIN":
            return [], "OK" if told.replace('"', "") == f"{self.user} {self.password}" else "NO"
        if command == "SELECT":
            return [b"* 0 EXISTS"], "OK" if told.strip('"') in self.folders else "NO"
        if command == "LOGOUT":
            return [b"* BYE"], "OK"
        if command == "UID":
            return self._by_number(name.upper(), rest, folder), "OK"
        return [], "BAD"

    def _by_number(self, name: str, rest: str, folder: str) -> list[bytes]:
        if name == "SEARCH":
            found = [number for number, mail in self.mails.items() if mail.folder == folder and not mail.flags]
            return [b"* SEARCH " + " ".join(map(str, found)).encode()]
        numbers, _, what = rest.partition(" ")
        chosen = [int(number) for number in numbers.split(",") if int(number) in self.mails]
        if name == "STORE":
            for number in chosen:
                self.mails[number].flags |= set(re.findall(r"\\\w+", what))
        if name == "MOVE":
            for number in chosen:
                self.mails[number].folder = what.strip('"')
        return [self._fetched(number, what) for number in chosen] if name == "FETCH" else []

    def _fetched(self, number: int, what: str) -> bytes:
        content = self.mails[number].content
        if partial := _PARTIAL.search(what):
            sent = content[: int(partial[1])]
            head = f"* {number} FETCH (UID {number} BODY[]<0> {{{len(sent)}}}\r\n".encode()
            return head + sent + b")"
        return f"* {number} FETCH (UID {number} RFC822.SIZE {len(content)})".encode()


class _Talk(socketserver.StreamRequestHandler):
    """One client's talk with the stand-in."""

    def handle(self) -> None:
        """Answer line by line until the client leaves, or where the stand-in hangs up."""
        mailbox: StandInMailbox = self.server.mailbox  # type: ignore[attr-defined]
        folder = "INBOX"
        self._say(b"* OK ready")
        while line := self.rfile.readline().decode("utf-8", "replace").strip():
            tag, _, said = line.partition(" ")
            command, _, told = said.partition(" ")
            command = command.upper()
            mailbox.commands.append(command if command == "LOGIN" else f"{command} {told}".strip())
            if mailbox.breaks_at and said.upper().startswith(mailbox.breaks_at):
                return
            lines, ending = mailbox.answer(command, told, folder)
            if command == "SELECT" and ending == "OK":
                folder = told.strip('"')
            for one in (*lines, f"{tag} {ending} {command}".encode()):
                self._say(one)
            if command == "LOGOUT":
                return

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, mailbox: StandInMailbox, context: ssl.SSLContext) -> None:
        self.mailbox = mailbox
        super().__init__((LOOPBACK, 0), _Talk)
        self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients who hang up, or who do not trust the certificate."""


@contextmanager
def serving(mailbox: StandInMailbox, folder: Path) -> Iterator[int]:
    """Serve a mailbox with a certificate made for it (`ca.pem` in the folder), and give the port."""
    certificate, key = _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with _Server(mailbox, context) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join(timeout=5)


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stand-in mailbox")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(LOOPBACK))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, key_file = folder / "ca.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, key_file
