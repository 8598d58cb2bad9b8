"""What is written down about processes."""

import os
from datetime import UTC, datetime

import psutil
import pytest

from deployments.engine.record import (
    AlreadyRunning,
    EngineRecord,
    EngineState,
    ProcessMark,
    find,
    hold,
    is_running,
    mark,
    read_record,
    record_file,
    write_record,
)


def record_by(supervisor: ProcessMark) -> EngineRecord:
    started_at = datetime(2026, 3, 1, 8, tzinfo=UTC)
    return EngineRecord(engine_id="e1", state=EngineState.READY, supervisor=supervisor, started_at=started_at)


class TestFind:
    def test_finds_the_process_that_was_marked(self, sleeper):
        assert find(mark(sleeper.pid)) == psutil.Process(sleeper.pid)

    def test_does_not_find_another_process_that_got_the_same_id(self, sleeper):
        earlier = ProcessMark(pid=sleeper.pid, create_time=mark(sleeper.pid).create_time - 3600)

        assert find(earlier) is None

    def test_does_not_find_a_process_that_ended_though_nobody_waited_for_it(self, sleeper, eventually):
        marked = mark(sleeper.pid)
        os.kill(sleeper.pid, 9)

        eventually(lambda: find(marked) is None)

    def test_finds_nothing_where_nothing_was_marked(self):
        assert find(None) is None


class TestRecord:
    def test_is_read_as_it_was_written(self, tmp_path):
        record = record_by(mark(os.getpid()))

        write_record(tmp_path, record)

        assert read_record(tmp_path) == record
        assert record_file(tmp_path).stat().st_mode & 0o777 == 0o600

    def test_leaves_no_draft_behind(self, tmp_path):
        write_record(tmp_path, record_by(mark(os.getpid())))

        assert [file.name for file in tmp_path.iterdir()] == ["engine.json"]

    @pytest.mark.parametrize("content", ["", "{", '{"engine_id": 1}'])
    def test_counts_as_missing_when_it_cannot_be_read(self, content, tmp_path):
        record_file(tmp_path).write_text(content)

        assert read_record(tmp_path) is None

    def test_tells_whether_its_writer_still_runs(self, sleeper):
        mine = mark(sleeper.pid)

        assert is_running(record_by(mine))
        assert not is_running(record_by(ProcessMark(pid=mine.pid, create_time=1)))


class TestHold:
    def test_keeps_a_second_supervisor_out(self, tmp_path):
        with hold(tmp_path), pytest.raises(AlreadyRunning), hold(tmp_path):
            pass

    def test_lets_go_when_the_first_is_done(self, tmp_path):
        with hold(tmp_path):
            pass

        with hold(tmp_path):
            assert (tmp_path / "engine.lock").exists()
