"""What a vault promises, the same for the fake and for every kind of place."""

from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest

from adapters import Refused, Unavailable
from adapters.vault.client import Altered, FileVault, Missing, TooLarge
from adapters.vault.settings import VaultSettings

PHOTO = b"\xff\xd8\xff a photo"
DIGEST = sha256(PHOTO).hexdigest()


class TestKeep:
    def test_gives_the_hash_under_which_it_can_be_read_again(self, under):
        assert under.vault.keep(PHOTO) == DIGEST
        assert under.vault.read(DIGEST) == PHOTO

    def test_keeps_the_same_content_once(self, under):
        assert under.vault.keep(PHOTO) == under.vault.keep(PHOTO)
        under.vault.keep(b"another")

        assert under.names() == sorted([DIGEST, sha256(b"another").hexdigest()])

    def test_takes_as_much_as_is_allowed_and_no_more(self, under):
        under.vault.keep(b"x" * 1000)

        with pytest.raises(TooLarge, match="larger than 1000 bytes"):
            under.vault.keep(b"x" * 1001)

    def test_puts_right_what_is_not_what_its_address_says(self, under):
        under.vault.keep(PHOTO)
        under.overwrite(DIGEST, PHOTO[:5])

        under.vault.keep(PHOTO)

        assert under.vault.read(DIGEST) == PHOTO


class TestRead:
    def test_refuses_what_was_altered(self, under):
        under.vault.keep(PHOTO)
        under.overwrite(DIGEST, PHOTO + b"!")

        with pytest.raises(Altered, match=DIGEST):
            under.vault.read(DIGEST)

    def test_says_what_is_not_there(self, under):
        with pytest.raises(Missing, match=DIGEST):
            under.vault.read(DIGEST)

    @pytest.mark.parametrize(
        "address", ["", "../../etc/passwd", DIGEST.upper(), DIGEST + "/x", "a" * 63, DIGEST + "\n"]
    )
    def test_takes_nothing_but_a_hash_for_an_address(self, under, address):
        with pytest.raises(Refused, match="not the SHA-256"):
            under.vault.read(address)


LARGE = bytes(range(256)) * 10_000
LARGE_DIGEST = sha256(LARGE).hexdigest()


@pytest.fixture
def large(tmp_path: Path) -> Path:
    (tmp_path / "large").write_bytes(LARGE)
    return tmp_path / "large"


class TestKeepFile:
    def test_keeps_more_than_a_piece_of_evidence_may_be(self, under, large):
        assert under.vault.keep_file(large) == LARGE_DIGEST

        copied = BytesIO()
        assert under.vault.copy_to(LARGE_DIGEST, copied) == len(LARGE)
        assert copied.getvalue() == LARGE

    def test_keeps_the_same_content_once(self, under, large):
        under.vault.keep_file(large)
        under.vault.keep_file(large)

        assert under.names() == [LARGE_DIGEST]

    def test_refuses_more_than_an_archive_may_be(self, under, large):
        large.write_bytes(LARGE * 2)

        with pytest.raises(TooLarge, match="larger than 5000000 bytes"):
            under.vault.keep_file(large)

    def test_puts_right_what_is_not_what_its_address_says(self, under, large):
        under.vault.keep_file(large)
        under.overwrite(LARGE_DIGEST, LARGE[:5])

        under.vault.keep_file(large)

        assert under.vault.copy_to(LARGE_DIGEST, BytesIO()) == len(LARGE)


class TestCopyTo:
    def test_refuses_what_was_altered(self, under):
        under.vault.keep(PHOTO)
        under.overwrite(DIGEST, PHOTO + b"!")

        with pytest.raises(Altered, match=DIGEST):
            under.vault.copy_to(DIGEST, BytesIO())

    def test_says_what_is_not_there(self, under):
        with pytest.raises(Missing, match=DIGEST):
            under.vault.copy_to(DIGEST, BytesIO())


class TestRemove:
    def test_leaves_nothing_of_the_content_and_everything_else(self, under):
        under.vault.keep(PHOTO)
        other = under.vault.keep(b"another")

        under.vault.remove(DIGEST)

        assert under.names() == [other]
        assert (under.vault.holds(DIGEST), under.vault.holds(other)) == (False, True)
        with pytest.raises(Missing):
            under.vault.read(DIGEST)

    def test_may_be_repeated(self, under):
        under.vault.keep(PHOTO)

        under.vault.remove(DIGEST)
        under.vault.remove(DIGEST)

        assert under.names() == []

    def test_lets_the_same_content_be_kept_again(self, under):
        under.vault.keep(PHOTO)
        under.vault.remove(DIGEST)

        under.vault.keep(PHOTO)

        assert under.vault.read(DIGEST) == PHOTO

    @pytest.mark.parametrize("address", ["", "../../etc/passwd", DIGEST + "/x", DIGEST.upper()])
    def test_takes_nothing_but_a_hash_for_an_address(self, under, address):
        with pytest.raises(Refused, match="not the SHA-256"):
            under.vault.remove(address)


class TestFileVault:
    def test_lies_in_the_home_of_the_installation_as_long_as_nothing_is_set(self, tmp_path, monkeypatch):
        monkeypatch.setenv("REDRESS_HOME", str(tmp_path / "home"))

        FileVault().keep(PHOTO)

        [kept] = [path for path in (tmp_path / "home" / "evidence").rglob("*") if path.is_file()]
        assert kept.relative_to(tmp_path / "home" / "evidence") == Path(DIGEST[:2], DIGEST[2:4], DIGEST)

    def test_leaves_nothing_half_written_when_it_cannot_write(self, local, monkeypatch):
        def full(_descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("adapters.vault.client.os.fsync", full)

        with pytest.raises(Unavailable):
            local.vault.keep(PHOTO)
        assert local.names() == []

    def test_says_that_a_place_cannot_be_reached(self, bucket, monkeypatch):
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        options = {"key": "example", "secret": "x", "endpoint_url": "http://127.0.0.1:9"}

        with pytest.raises(Unavailable, match="cannot be reached"):
            FileVault(VaultSettings(vault_url="s3://vault/kept", vault_options=options)).keep(PHOTO)

    def test_shows_no_password(self):
        url = "sftp://carrier:a-password@127.0.0.1:9/in"

        with pytest.raises(Unavailable) as told:
            FileVault(VaultSettings(vault_url=url))

        assert "a-password" not in str(told.value)

    def test_names_a_variable_that_is_not_set(self):
        with pytest.raises(Refused, match="EXAMPLE_SECRET is not set"):
            FileVault(VaultSettings(vault_url="s3://vault", vault_options={"secret": "$EXAMPLE_SECRET"}))

    def test_shows_itself_without_its_password(self):
        assert "secret" not in repr(FileVault(VaultSettings(vault_url="memory://user:secret@vault")))


class TestMemoryVault:
    def test_can_be_away(self, memory):
        memory.vault.is_away = True

        with pytest.raises(Unavailable):
            memory.vault.keep(PHOTO)
        with pytest.raises(Unavailable):
            memory.vault.read(DIGEST)
        with pytest.raises(Unavailable):
            memory.vault.remove(DIGEST)
