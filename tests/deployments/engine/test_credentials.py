"""The secrets that an installation makes for itself."""

import os
import stat

import pytest
from cryptography.fernet import Fernet

from deployments.engine.credentials import (
    SecretsUnreadable,
    engine_env_file,
    ensure_credentials,
    read_credentials,
    secret_key_file,
)
from deployments.settings import load_settings


@pytest.fixture
def open_umask():
    former = os.umask(0)
    yield
    os.umask(former)


class TestEnsureCredentials:
    def test_makes_files_that_only_their_owner_may_read_whatever_the_umask(self, settings, open_umask):
        ensure_credentials(settings)

        for file in (secret_key_file(settings.home), engine_env_file(settings.home)):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_makes_a_key_that_encrypts(self, settings):
        key = ensure_credentials(settings).secret_key

        assert Fernet(key).decrypt(Fernet(key).encrypt(b"a phone number")) == b"a phone number"

    def test_makes_a_key_and_salt_that_nobody_guesses(self, settings):
        credentials = ensure_credentials(settings)

        assert len(credentials.api_key) >= 32
        assert len(credentials.kuaidi100_salt) >= 32
        assert credentials.api_key != credentials.kuaidi100_salt

    def test_keeps_what_the_first_start_made(self, settings):
        first = ensure_credentials(settings)

        assert ensure_credentials(settings) == first

    def test_prefers_what_the_environment_gives_and_does_not_write_it_down(self, settings, monkeypatch):
        given = Fernet.generate_key().decode()
        monkeypatch.setenv("REDRESS_SECRET_KEY", given)
        monkeypatch.setenv("REDRESS_API_KEY", "key-from-outside")

        credentials = ensure_credentials(load_settings())

        assert (credentials.secret_key, credentials.api_key) == (given, "key-from-outside")
        assert not secret_key_file(settings.home).exists()
        assert "key-from-outside" not in engine_env_file(settings.home).read_text()

    def test_refuses_a_damaged_key_and_does_not_replace_it(self, settings):
        ensure_credentials(settings)
        secret_key_file(settings.home).write_text("half of a ke")

        with pytest.raises(SecretsUnreadable, match=r"secret\.key does not hold a Fernet key"):
            ensure_credentials(settings)

        assert secret_key_file(settings.home).read_text() == "half of a ke"

    def test_names_the_variable_when_that_holds_no_key(self, settings, monkeypatch):
        monkeypatch.setenv("REDRESS_SECRET_KEY", "too short")

        with pytest.raises(SecretsUnreadable, match="REDRESS_SECRET_KEY does not hold a Fernet key"):
            ensure_credentials(load_settings())

    def test_names_what_is_missing_in_a_file_that_was_edited(self, settings):
        ensure_credentials(settings)
        engine_env_file(settings.home).write_text("REDRESS_API_KEY=abc\n")

        with pytest.raises(SecretsUnreadable, match=r"engine\.env has no REDRESS_KUAIDI100_SALT"):
            read_credentials(settings)

    def test_reads_what_somebody_wrote_into_the_file_for_other_feeds(self, settings):
        ensure_credentials(settings)
        with engine_env_file(settings.home).open("a") as file:
            file.write("REDRESS_KDNIAO_APP_KEY=made-up=\nPATH=/elsewhere\n")

        assert read_credentials(settings).others == {"REDRESS_KDNIAO_APP_KEY": "made-up="}

    def test_shows_no_secret_when_it_is_printed(self, settings):
        credentials = ensure_credentials(settings)

        assert credentials.api_key not in repr(credentials)
        assert credentials.secret_key not in repr(credentials)
