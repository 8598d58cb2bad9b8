"""The log files of the parts."""

from deployments.engine import logs


class TestRotate:
    def test_puts_a_large_log_aside_in_place_of_the_one_before(self, tmp_path, monkeypatch):
        monkeypatch.setattr(logs, "ROTATE_BYTES", 10)
        (tmp_path / "web.log").write_text("long enough to be put aside")
        (tmp_path / "web.log.1").write_text("older")

        logs.rotate(tmp_path / "web.log")

        assert not (tmp_path / "web.log").exists()
        assert (tmp_path / "web.log.1").read_text() == "long enough to be put aside"

    def test_leaves_a_small_log_to_be_continued(self, tmp_path):
        (tmp_path / "web.log").write_text("short")

        logs.rotate(tmp_path / "web.log")

        assert (tmp_path / "web.log").read_text() == "short"


class TestLastLines:
    def test_reads_the_end_without_empty_lines(self, tmp_path):
        (tmp_path / "web.log").write_text("one\n\ntwo\nthree\n\n")

        assert logs.last_lines(tmp_path / "web.log", count=2) == ["two", "three"]

    def test_is_empty_where_there_is_no_log(self, tmp_path):
        assert logs.last_lines(tmp_path / "web.log") == []
