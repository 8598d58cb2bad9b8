"""The list of feeds: the built-in one, one's own, and what is wrong with one that cannot be used."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.feeds.configuration import Feed, FeedsMisconfigured, configured_feeds, zone_of
from adapters.feeds.registry import FORMATS


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Write a list of feeds and have it used."""

    def write(*feeds: dict[str, Any], text: str | bytes | None = None) -> Path:
        file = tmp_path / "feeds.yaml"
        written = yaml.safe_dump({"feeds": list(feeds)}) if text is None else text
        file.write_bytes(written if isinstance(written, bytes) else written.encode())
        monkeypatch.setenv("REDRESS_FEEDS_FILE", str(file))
        return file

    return write


@pytest.fixture
def fault(listed):
    """Say why a list cannot be used."""

    def refused(*feeds: dict[str, Any], text: str | bytes | None = None) -> str:
        file = listed(*feeds, text=text)
        with pytest.raises(FeedsMisconfigured) as misconfigured:
            configured_feeds()
        assert str(misconfigured.value).startswith(str(file))
        return str(misconfigured.value).removeprefix(str(file))

    return refused


class TestBuiltInList:
    def test_has_a_feed_for_every_provider_that_pushes(self):
        pushing = {name for name, declared in FORMATS.items() if declared.push is not None}

        assert pushing <= {feed.format for feed in configured_feeds().values()}

    def test_has_feeds_for_both_forms_of_scanner_files(self):
        assert {"csv", "ndjson"} <= {feed.format for feed in configured_feeds().values()}

    def test_is_used_where_the_variable_is_empty(self, monkeypatch):
        monkeypatch.setenv("REDRESS_FEEDS_FILE", "")

        assert "kuaidi100" in configured_feeds()


class TestOwnList:
    def test_takes_the_place_of_the_built_in_one(self, listed):
        listed({"name": "hangar-7", "format": "csv", "zone": "Europe/Berlin", "requests_per_minute_max": 5})

        assert dict(configured_feeds()) == {
            "hangar-7": Feed(name="hangar-7", format="csv", zone="Europe/Berlin", requests_per_minute_max=5)
        }

    def test_may_have_two_feeds_of_one_format(self, listed):
        listed({"name": "east", "format": "csv"}, {"name": "west", "format": "csv"})

        assert list(configured_feeds()) == ["east", "west"]

    def test_may_drop_and_poll(self, listed):
        listed(
            {"name": "d", "format": "csv", "drop": {"url": "/srv/scans", "pattern": "*.csv"}},
            {"name": "p", "format": "kuaidi100_query", "poll": {"client": "kuaidi100", "carriers": ["yunda"]}},
        )

        assert configured_feeds()["d"].drop.pattern == "*.csv"
        assert configured_feeds()["p"].poll.carriers == ("yunda",)

    def test_cannot_be_changed_while_it_is_used(self, listed):
        listed({"name": "a", "format": "csv"})

        with pytest.raises(TypeError):
            configured_feeds()["b"] = Feed(name="b", format="csv")


class TestMisconfiguration:
    @pytest.mark.parametrize(
        ("feed", "said"),
        [
            (
                {"name": "a", "format": "telegram"},
                "feeds.0.format: Value error, there is no format telegram; there are",
            ),
            ({"name": "a", "format": "csv", "zone": "Mars/Olympus"}, "zone: Value error, Mars/Olympus is no time zone"),
            ({"name": "A b", "format": "csv"}, "feeds.0.name: String should match pattern"),
            ({"name": "a"}, "feeds.0.format: Field required"),
            ({"name": "a", "format": "csv", "secert": "X"}, "feeds.0.secert: Extra inputs are not permitted"),
            ({"name": "a", "format": "csv", "poll": {"client": "nobody"}}, "there is no client for nobody; there are"),
            ({"name": "a", "format": "csv", "requests_per_minute_max": 0}, "feeds.0.requests_per_minute_max"),
        ],
        ids=["format", "zone", "name", "missing", "misspelt", "client", "rate"],
    )
    def test_names_the_file_the_field_and_what_is_wrong(self, fault, feed, said):
        assert said in fault(feed)

    def test_never_repeats_what_may_be_a_secret(self, fault):
        assert "hunter2" not in fault({"name": "a", "format": "csv", "password": "hunter2"})

    def test_names_a_feed_that_is_listed_twice(self, fault):
        assert fault({"name": "a", "format": "csv"}, {"name": "a", "format": "ndjson"}) == " has the feed a twice"

    @pytest.mark.parametrize("text", ["", "- a", "feeds: 1", "nothing: []"], ids=["empty", "list", "number", "other"])
    def test_is_told_of_a_file_that_is_no_list_of_feeds(self, fault, text):
        assert fault(text=text).startswith(": ")

    @pytest.mark.parametrize("text", ["{", b"\xff\xfe"], ids=["no YAML", "no text"])
    def test_is_told_of_a_file_that_cannot_be_read(self, fault, text):
        assert fault(text=text).startswith(" cannot be read: ")

    def test_is_told_of_a_file_that_is_not_there(self, monkeypatch, tmp_path):
        monkeypatch.setenv("REDRESS_FEEDS_FILE", str(tmp_path / "nothing.yaml"))

        with pytest.raises(FeedsMisconfigured, match=r"nothing\.yaml cannot be read"):
            configured_feeds()


class TestSecretValue:
    def test_comes_from_the_variable_that_the_feed_names(self, monkeypatch):
        monkeypatch.setenv("REDRESS_HANGAR_KEY", "hunter2")

        secret = Feed(name="a", format="csv", secret="REDRESS_HANGAR_KEY").secret_value()

        assert secret.get_secret_value() == "hunter2"
        assert "hunter2" not in repr(secret)

    @pytest.mark.parametrize("value", [None, ""])
    def test_is_none_where_the_variable_is_not_set(self, monkeypatch, value):
        monkeypatch.delenv("REDRESS_HANGAR_KEY", raising=False)
        if value is not None:
            monkeypatch.setenv("REDRESS_HANGAR_KEY", value)

        assert Feed(name="a", format="csv", secret="REDRESS_HANGAR_KEY").secret_value() is None


class TestZoneOf:
    def test_is_the_feeds_own(self, listed):
        listed({"name": "a", "format": "csv", "zone": "Europe/Berlin"})

        assert zone_of("a") == "Europe/Berlin"

    def test_is_left_to_the_format_where_the_feed_has_none_or_is_none(self, listed):
        listed({"name": "a", "format": "csv"})

        assert zone_of("a") is zone_of("read-from-a-file") is None
