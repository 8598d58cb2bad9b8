"""The checks in a process of their own, as a worker uses them."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from judging import judge

from expectations.frame import as_stream, checked_columns, record_frame
from expectations.process import CHILD, Validator, default_validator
from expectations.protocol import Answer, pack_request, read_message, write_message
from expectations.verdict import ChecksBroken
from schemas.quality import ROWS_MAX, BatchBounds

BOUNDS = BatchBounds()


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def wait_until(condition: Callable[[], bool], *, seconds_max: float = 30) -> None:
    patience = time.monotonic() + seconds_max
    while not condition():
        assert time.monotonic() < patience, "what was waited for did not happen"
        time.sleep(0.01)


def is_gone(process_id: int) -> bool:
    try:
        return psutil.Process(process_id).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


class TestValidator:
    def test_gives_the_verdict_that_this_process_would_give(self, validator, make_record, received):
        records = [
            make_record(0),
            make_record(0),
            make_record(1, location="深\ud83d\0"),
            make_record(2, occurred_at=None, confidence="unknown"),
            make_record(3, waybill="SF12345678\n"),
        ]
        frame = record_frame(records, received_at=[received] * 5)
        bounds = BatchBounds(rows_min=6, unknown_share_max=0)

        assert validator.judge(frame, parameters=bounds) == judge(frame, parameters=bounds)

    def test_judges_an_empty_batch(self, validator):
        assert validator.judge(record_frame([], received_at=[]), parameters=BOUNDS).clean == ()

    def test_gives_each_of_two_threads_its_own_answer(self, validator, make_record, received):
        def broken_rows(number: int) -> int:
            records = [make_record(n, waybill="?" if n < number else f"SF{n:08d}") for n in range(20)]
            return len(
                validator.judge(record_frame(records, received_at=[received] * 20), parameters=BOUNDS).quarantined
            )

        with ThreadPoolExecutor(2) as threads:
            assert list(threads.map(broken_rows, range(8))) == list(range(8))

    def test_keeps_one_process_for_many_batches(self, validator, make_record, received):
        validator.judge(record_frame([make_record()], received_at=[received]), parameters=BOUNDS)
        first = validator.process_id
        validator.judge(record_frame([make_record()], received_at=[received]), parameters=BOUNDS)

        assert first is not None
        assert validator.process_id == first

    def test_never_loads_great_expectations_into_the_worker(self):
        code = """
import sys
from datetime import UTC, datetime
from expectations.frame import record_frame
from expectations.process import default_validator
from schemas.quality import BatchBounds
from schemas.tracking import TrackingRecord
now = datetime.now(UTC)
told = {"where": "0", "namespace": "sf", "source": "sf_push", "waybill": "SF12345678", "identity": "1"}
record = TrackingRecord(**told, occurred_at=now)
print(default_validator().judge(record_frame([record], received_at=[now]), parameters=BatchBounds()).clean)
print("great_expectations" in sys.modules)
"""
        worker = subprocess.run(python(code), capture_output=True, text=True, check=True)

        assert worker.stdout.split("\n") == ["(0,)", "False", ""]
        assert worker.stderr == ""

    def test_refuses_more_records_than_one_batch_may_have(self, make_record, received):
        one_too_many = ROWS_MAX + 1

        with Validator() as validator, pytest.raises(ValueError, match="50001 records are too many"):
            validator.judge(
                record_frame([make_record()] * one_too_many, received_at=[received] * one_too_many), parameters=BOUNDS
            )

    def test_starts_no_process_before_it_is_asked(self):
        with Validator() as validator:
            assert validator.process_id is None

    def test_is_one_for_everything_in_a_process(self):
        assert default_validator() is default_validator()

    def test_ends_its_process_when_it_is_closed_and_may_be_closed_again(self, make_record, received):
        validator = Validator()
        validator.judge(record_frame([make_record()], received_at=[received]), parameters=BOUNDS)
        process_id = validator.process_id
        validator.close()
        validator.close()

        assert process_id is not None
        assert is_gone(process_id)
        assert validator.process_id is None


@pytest.mark.faults
class TestValidatorWhoseProcess:
    def ask(self, validator, make_record, received):
        return validator.judge(record_frame([make_record()], received_at=[received]), parameters=BOUNDS).clean

    def test_was_killed_between_two_batches_starts_another(self, validator, make_record, received):
        self.ask(validator, make_record, received)
        killed = validator.process_id
        os.kill(killed, signal.SIGKILL)

        assert self.ask(validator, make_record, received) == (0,)
        assert validator.process_id != killed

    def test_was_killed_while_it_judged_asks_another(self, validator, make_record, received):
        self.ask(validator, make_record, received)
        killed = validator.process_id
        os.kill(killed, signal.SIGSTOP)  # so that it cannot answer first

        with ThreadPoolExecutor(1) as threads:
            answer = threads.submit(self.ask, validator, make_record, received)
            wait_until(validator._one_at_a_time.locked)
            os.kill(killed, signal.SIGKILL)

            assert answer.result(timeout=60) == (0,)
        assert validator.process_id != killed

    def test_ends_at_every_start_says_so(self, make_record, received):
        with (
            Validator(command=python("raise SystemExit(3)")) as validator,
            pytest.raises(ChecksBroken, match="ended with status 3, twice"),
        ):
            self.ask(validator, make_record, received)

    def test_never_answers_is_ended_after_the_time_allowed(self, make_record, received):
        silent = python("import sys; sys.stdin.read()")

        with Validator(command=silent, answer_seconds_max=0.5) as validator:
            with pytest.raises(ChecksBroken, match=r"no answer within 0\.5 seconds"):
                self.ask(validator, make_record, received)
            assert validator.process_id is None

    def test_answers_something_else_is_not_asked_again(self, make_record, received):
        with Validator(command=python("print('Welcome to the library!')")) as validator:
            with pytest.raises(ChecksBroken, match="gave something else: no message"):
                self.ask(validator, make_record, received)
            assert validator.process_id is None

    def test_was_interrupted_never_gives_an_old_answer_to_a_new_question(self, validator, make_record, received):
        class Interrupted(Exception):
            pass

        def interrupt(*_: object) -> None:
            raise Interrupted

        def interrupt_when_asked() -> None:
            wait_until(validator._one_at_a_time.locked)
            signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)

        self.ask(validator, make_record, received)
        os.kill(validator.process_id, signal.SIGSTOP)
        usual = signal.signal(signal.SIGUSR1, interrupt)
        asker = threading.Thread(target=interrupt_when_asked)
        try:
            asker.start()
            with pytest.raises(Interrupted):
                self.ask(validator, make_record, received)
        finally:
            asker.join()
            signal.signal(signal.SIGUSR1, usual)

        bad = validator.judge(record_frame([make_record(waybill="?")], received_at=[received]), parameters=BOUNDS)
        assert (bad.clean, set(bad.quarantined)) == ((), {0})

    def test_loses_its_parent_to_a_kill_ends_with_it(self):
        code = """
import sys
from expectations.frame import record_frame
from expectations.process import Validator
from schemas.quality import BatchBounds
validator = Validator()
validator.judge(record_frame([], received_at=[]), parameters=BatchBounds())
print(validator.process_id, flush=True)
sys.stdin.read()
"""
        parent = subprocess.Popen(python(code), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert not is_gone(child)
        parent.kill()

        parent.communicate(timeout=30)  # returns when nobody holds the parent's standard error any more
        assert is_gone(child)


class TestChild:
    def ask(self, command, *requests: bytes) -> tuple[list[Answer], str]:
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with child:
            answers = []
            for request in requests:
                write_message(child.stdin, request)
                answers.append(Answer.model_validate_json(read_message(child.stdout)))
            rest, errors = child.communicate(timeout=30)
        assert rest == b""
        assert child.returncode == 0
        return answers, errors.decode()

    def test_says_what_was_broken_and_goes_on(self, make_record, received):
        table = checked_columns(record_frame([make_record()], received_at=[received]))
        without_waybill = pack_request(as_stream(table.drop("waybill")), parameters=BOUNDS)

        no_table = pack_request(b"no table", parameters=BOUNDS)

        answers, errors = self.ask(CHILD, without_waybill, no_table, pack_request(as_stream(table), parameters=BOUNDS))

        assert "waybill_missing" in answers[0].broken
        assert answers[1].broken.startswith("ArrowInvalid: ")
        assert answers[2].verdict.clean == (0,)
        assert errors.count("a batch could not be judged") == 2

    def test_keeps_what_libraries_print_out_of_its_answers(self, make_record, received):
        chatty = """
import os, subprocess, sys
import expectations.judge as judge
quiet = judge.judge
def loud(table, **asked):
    print("printed")
    os.write(1, b"written to the descriptor\\n")
    subprocess.run([sys.executable, "-c", "print('printed by a program')"], check=True)
    return quiet(table, **asked)
judge.judge = loud
from expectations.child import main
main()
"""
        columns = checked_columns(record_frame([make_record()], received_at=[received]))
        request = pack_request(as_stream(columns), parameters=BOUNDS)

        answers, errors = self.ask(python(chatty), request)

        assert answers[0].verdict.clean == (0,)
        assert all(told in errors for told in ("printed\n", "written to the descriptor", "printed by a program"))

    def test_leaves_nothing_but_its_answers(self, make_record, received, tmp_path, monkeypatch):
        for place in ("HOME", "TMPDIR"):
            monkeypatch.setenv(place, str(tmp_path))
        monkeypatch.chdir(tmp_path)
        columns = checked_columns(record_frame([make_record()], received_at=[received]))
        request = pack_request(as_stream(columns), parameters=BOUNDS)

        assert self.ask(CHILD, request, request)[1] == ""
        assert list(tmp_path.rglob("*")) == []

    def test_outlives_an_interrupt_from_the_terminal(self, validator, make_record, received):
        validator.judge(record_frame([], received_at=[]), parameters=BOUNDS)
        process_id = validator.process_id
        os.kill(process_id, signal.SIGINT)

        validator.judge(record_frame([make_record()], received_at=[received]), parameters=BOUNDS)
        assert validator.process_id == process_id
