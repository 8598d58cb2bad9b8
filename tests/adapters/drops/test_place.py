"""What a drop offers, the same at every kind of place: listing, reading what was listed, putting away without loss."""

import hashlib
import os
from pathlib import Path

import pytest

from adapters import Refused, Unavailable
from adapters.drops.place import Place, Unsettled
from adapters.feeds.configuration import Drop


class TestLook:
    def test_lists_files_by_name_with_their_size(self, sender):
        sender.leave("b.json", b"12345")
        sender.leave("a.json", b"")

        assert [(file.name, file.size) for file in sender.place().look()] == [("a.json", 0), ("b.json", 5)]

    def test_finds_nothing_in_an_empty_place(self, sender):
        assert sender.place().look() == []

    def test_gives_another_mark_once_the_content_is_another(self, sender):
        place = sender.place()
        sender.leave("a.json", b"12345")
        (first,) = place.look()
        sender.leave("a.json", b"123456")
        (second,) = place.look()

        assert (first.mark, first.size) != (second.mark, second.size)

    @pytest.mark.parametrize(
        "name", [".hidden", "~a.json", "a.json.part", "a.json.TMP", "a.json.filepart", "a.json.done"]
    )
    def test_passes_over_what_has_a_provisional_name(self, local, name):
        local.leave(name)

        assert local.place().look() == []

    def test_passes_over_names_that_the_pattern_does_not_take(self, sender):
        sender.leave("scans.csv")
        sender.leave("readme.txt")

        assert [file.name for file in sender.place(pattern="*.csv").look()] == ["scans.csv"]

    def test_passes_over_links_and_folders(self, local, tmp_path):
        (tmp_path / "secret").write_bytes(b"not the sender's")
        (tmp_path / "in" / "a.json").symlink_to(tmp_path / "secret")
        (tmp_path / "in" / "folder").mkdir()

        assert local.place().look() == []

    def test_knows_a_file_as_whole_by_the_marker_beside_it(self, local):
        local.leave("a.json")
        local.leave("b.json")
        local.leave("b.json.done", b"")

        assert [(file.name, file.whole) for file in local.place().look()] == [("a.json", False), ("b.json", True)]

    def test_knows_every_object_of_a_bucket_as_whole(self, bucket):
        bucket.leave("a.json")

        assert [file.whole for file in bucket.place().look()] == [True]

    def test_refuses_a_folder_that_is_not_there(self, tmp_path):
        with pytest.raises(Refused, match="not there"):
            Place(Drop(url=str(tmp_path / "nowhere"))).look()

    def test_refuses_a_bucket_that_is_not_there(self, bucket):
        with pytest.raises(Refused, match="not there"):
            bucket.place(url="s3://nowhere/in").look()

    @pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
    def test_refuses_a_folder_that_may_not_be_read(self, local, tmp_path):
        (tmp_path / "in").chmod(0)
        with pytest.raises(Refused, match="denied"):
            local.place().look()


class TestRead:
    def test_gives_the_whole_file_with_its_hash(self, sender):
        body = os.urandom(300_000)
        sender.leave("a.json", body)
        place = sender.place()
        (file,) = place.look()

        with place.read(file) as reading:
            read = b"".join(iter(lambda: reading.read(100_000), b""))

        assert read == body
        assert (reading.size, reading.digest()) == (len(body), hashlib.sha256(body).digest())

    def test_stops_at_a_file_that_has_grown(self, sender):
        sender.leave("a.json", b"12345")
        place = sender.place()
        (file,) = place.look()
        sender.leave("a.json", b"123456")

        with pytest.raises(Unsettled), place.read(file) as reading:
            reading.read(100)

    def test_says_so_when_the_file_became_another_of_the_same_size(self, bucket):
        bucket.leave("a.json", b"12345")
        place = bucket.place()
        (file,) = place.look()
        bucket.leave("a.json", b"54321")

        with pytest.raises(Unsettled, match="changed"), place.read(file) as reading:
            reading.read(100)

    def test_says_so_when_the_file_is_gone(self, sender):
        sender.leave("a.json")
        place = sender.place()
        (file,) = place.look()
        place.put_away(file, folder="done", name="1-a.json")

        with pytest.raises(Unsettled), place.read(file):
            pass


class TestPutAway:
    def test_moves_the_file_into_the_folder_unchanged(self, sender):
        sender.leave("a.json", b"12345")
        place = sender.place()
        (file,) = place.look()

        place.put_away(file, folder="done", name="7-a.json")

        assert (sender.names(), sender.names("done")) == ([], ["7-a.json"])
        assert sender.body("done/7-a.json") == b"12345"

    def test_leaves_a_note_beside_what_was_refused(self, sender):
        sender.leave("a.json", b"nonsense")
        place = sender.place()
        (file,) = place.look()

        place.put_away(file, folder="refused", name="7-a.json", note="not_json: 不是 JSON")

        assert sender.names("refused") == ["7-a.json", "7-a.json.reason.txt"]
        assert "不是 JSON" in sender.body("refused/7-a.json.reason.txt").decode()

    def test_takes_the_marker_away_with_the_file(self, sender):
        sender.leave("a.json")
        sender.leave("a.json.done", b"")
        place = sender.place()
        (file,) = place.look()

        place.put_away(file, folder="done", name="7-a.json")

        assert sender.names() == []

    def test_moves_no_other_file_though_the_name_looks_like_a_pattern(self, sender):
        for name in ("[ab]*.json", "a1.json", "b2.json"):
            sender.leave(name, name.encode())
        place = sender.place()

        place.put_away(place.look()[0], folder="done", name="7-[ab]*.json")

        assert sender.names() == ["a1.json", "b2.json"]
        assert sender.body("done/7-[ab]*.json") == b"[ab]*.json"

    def test_is_refused_where_nothing_can_be_put(self, local):
        local.leave("a.json")
        local.leave("done", b"a file where the folder should be")
        place = local.place(pattern="*.json")

        with pytest.raises(Refused):
            place.put_away(place.look()[0], folder="done", name="7-a.json")

        assert local.names() == ["a.json", "done"]


class TestPlace:
    def test_refuses_a_secret_that_is_not_set(self, bucket):
        with pytest.raises(Refused, match="EXAMPLE_UNSET is not set"):
            bucket.place(options={"secret": "$EXAMPLE_UNSET"})

    def test_refuses_a_wrong_password(self, sftp, monkeypatch):
        monkeypatch.setenv("EXAMPLE_SFTP_PASSWORD", "another")

        with pytest.raises(Refused, match=r"denied|Permission"):
            sftp.place()

    def test_does_not_talk_to_a_server_whose_key_it_does_not_know(self, sftp, tmp_path):
        (tmp_path / "known_hosts").write_text("")

        with pytest.raises(Unavailable, match="HostKeyNotVerifiable"):
            sftp.place()

    def test_says_that_a_server_cannot_be_reached(self, sftp):
        with pytest.raises(Unavailable, match="cannot be reached"):
            sftp.place(url="sftp://carrier@127.0.0.1:9/in")

    def test_says_that_a_bucket_cannot_be_reached(self, bucket, monkeypatch):
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        options = {"key": "example", "secret": "example", "endpoint_url": "http://127.0.0.1:9"}

        with pytest.raises(Unavailable, match="cannot be reached"):
            bucket.place(options=options).look()

    def test_never_shows_a_password_that_stands_in_an_address(self):
        with pytest.raises(Unavailable) as told:
            Place(Drop(url="sftp://carrier:a-password@127.0.0.1:9/in"))

        assert "a-password" not in str(told.value)

    def test_says_which_extra_is_missing(self, monkeypatch):
        monkeypatch.setitem(__import__("sys").modules, "adapters.filesystems.sftp", None)

        with pytest.raises(Refused, match=r"redress\[sftp\]"):
            Place(Drop(url="sftp://carrier@127.0.0.1/in"))

    def test_is_whatever_fsspec_can_reach(self, memory):
        place = Place(Drop(url="memory://in"))
        place._fs.pipe_file("/in/a.json", b"{}")
        (file,) = place.look()

        place.put_away(file, folder="done", name="7-a.json")

        assert place.look() == []
        assert place._fs.cat_file("/in/done/7-a.json") == b"{}"


class TestKnownHosts:
    def test_are_the_users_own_unless_another_file_is_named(self, sftp, monkeypatch, tmp_path):
        home = tmp_path / "home"
        (home / ".ssh").mkdir(parents=True)
        Path(tmp_path / "known_hosts").rename(home / ".ssh" / "known_hosts")
        monkeypatch.setenv("HOME", str(home))

        assert sftp.place(options={"password": "$EXAMPLE_SFTP_PASSWORD"}).look() == []
