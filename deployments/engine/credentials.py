"""The secrets that an installation makes for itself on its first start.

Belongs here: making, keeping and reading them. A secret given by the environment always wins and is never
written down. Nothing here prints or logs a value.
"""

import base64
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from deployments.engine import EngineError
from deployments.settings import PREFIX, EngineSettings

PRIVATE_MODE = 0o600
SECRET_KEY = "REDRESS_SECRET_KEY"  # noqa: S105 - the name of a variable
API_KEY = "REDRESS_API_KEY"
KUAIDI100_SALT = "REDRESS_KUAIDI100_SALT"


class SecretsUnreadable(EngineError):
    """A secret is missing or cannot be used; the message names the file or the variable."""


@dataclass(frozen=True, repr=False)
class Credentials:
    """The secrets that Redress's own processes share."""

    secret_key: str
    api_key: str
    kuaidi100_salt: str
    others: Mapping[str, str] = field(default_factory=dict)  # of feeds, as somebody wrote them into the file


def secret_key_file(home: Path) -> Path:
    """Name the file of the key that encrypts what the store keeps secret."""
    return home / "secret.key"


def engine_env_file(home: Path) -> Path:
    """Name the file of the gateway's API key and the Kuaidi100 salt, and of what other feeds need, line by line."""
    return home / "engine.env"


def ensure_credentials(settings: EngineSettings) -> Credentials:
    """Read the installation's secrets, making those that are missing.

    Raises:
        SecretsUnreadable: a file is there but does not hold its secrets. It is not replaced: what was
            encrypted with a lost key cannot be read again.
    """
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if settings.secret_key is None:
        _create(secret_key_file(settings.home), base64.urlsafe_b64encode(os.urandom(32)).decode())
    if settings.api_key is None or settings.kuaidi100_salt is None:
        lines = f"{API_KEY}={secrets.token_urlsafe(32)}\n{KUAIDI100_SALT}={secrets.token_hex(16)}"
        _create(engine_env_file(settings.home), lines)
    return read_credentials(settings)


def read_credentials(settings: EngineSettings) -> Credentials:
    """Read the installation's secrets without making any.

    Raises:
        SecretsUnreadable: one is missing or cannot be used.
    """
    return Credentials(
        secret_key=_secret_key(settings),
        api_key=_given_or_kept(settings, API_KEY, settings.api_key),
        kuaidi100_salt=_given_or_kept(settings, KUAIDI100_SALT, settings.kuaidi100_salt),
        others=_others(engine_env_file(settings.home)),
    )


def _secret_key(settings: EngineSettings) -> str:
    if settings.secret_key:
        origin, key = SECRET_KEY, settings.secret_key.get_secret_value()
    else:
        file = secret_key_file(settings.home)
        origin, key = str(file), _read(file).strip()
    if not _is_fernet_key(key):
        raise SecretsUnreadable(f"{origin} does not hold a Fernet key (32 bytes in url-safe base64)")
    return key


def _is_fernet_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, altchars=b"-_", validate=True)) == 32
    except ValueError:
        return False


def _given_or_kept(settings: EngineSettings, name: str, given: SecretStr | None) -> str:
    if given:
        return given.get_secret_value()
    file = engine_env_file(settings.home)
    pairs = _pairs(file)
    if not pairs.get(name):
        raise SecretsUnreadable(f"{file} has no {name}")
    return pairs[name]


def _others(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    own = {API_KEY, KUAIDI100_SALT}
    return {name: value for name, value in _pairs(file).items() if name.startswith(PREFIX) and name not in own}


def _pairs(file: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in _read(file).splitlines() if "=" in line)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SecretsUnreadable(f"{file} cannot be read: {error}") from error


def _create(file: Path, content: str) -> None:
    """Write a file that only its owner may read, unless it is there; nobody ever sees half of one."""
    if file.exists():
        return
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(content + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, file)  # unlike a rename, this leaves the file of a start that was quicker
    except FileExistsError:
        pass
    finally:
        draft.unlink()
