"""Hashes and seals under the installation's key."""

import pytest
from cryptography.fernet import Fernet

from store.consignees import consignee_key
from store.keyed import NoSecretKey, WrongSecretKey, keyed_hash, same_hash, seal, unseal

pytestmark = pytest.mark.usefixtures("database")


class TestConsigneeKey:
    def test_is_the_same_for_every_spelling_and_another_for_another_number(self):
        assert consignee_key("+86 199 0000 1234") == consignee_key("19900001234") != consignee_key("19900001235")

    def test_is_as_long_for_every_number(self):
        assert len(consignee_key("19900001234")) == 32

    def test_is_empty_for_what_is_no_number(self):
        assert consignee_key("199****1234") == ""


class TestKeyedHash:
    def test_differs_by_purpose_and_by_key(self, monkeypatch):
        mine = keyed_hash("code", "1")

        assert mine != keyed_hash("consignee", "1")
        monkeypatch.setenv("REDRESS_SECRET_KEY", "another key")
        assert mine != keyed_hash("code", "1")

    @pytest.mark.parametrize(("given", "same"), [("abc", True), ("abd", False), ("", False)])
    def test_is_compared(self, given, same):
        assert same_hash("abc", given) is same

    @pytest.mark.parametrize("use", [lambda: keyed_hash("code", "1"), lambda: seal("1"), lambda: unseal("1")])
    def test_needs_a_key(self, monkeypatch, use):
        monkeypatch.setenv("REDRESS_SECRET_KEY", "")

        with pytest.raises(NoSecretKey, match="REDRESS_SECRET_KEY is not set"):
            use()


class TestSeal:
    def test_hides_what_it_gives_back(self):
        sealed = seal("123456")

        assert "123456" not in sealed
        assert unseal(sealed) == "123456"

    @pytest.mark.parametrize("key", [Fernet.generate_key().decode(), "no Fernet key"], ids=["another", "none"])
    def test_is_not_read_with_another_key(self, monkeypatch, key):
        sealed = seal("123456")
        monkeypatch.setenv("REDRESS_SECRET_KEY", key)

        with pytest.raises(WrongSecretKey):
            unseal(sealed)
