"""What processes cost is counted in full, also of those that have ended."""

import subprocess
import sys

import psutil
import pytest

from benchmarks.measures import Measure
from benchmarks.processes import MEGABYTE, PeakMemory, cpu_seconds, family

BUSY = "import time\nwhile time.process_time() < 0.3: pass"


class TestCpuSeconds:
    def test_counts_children_that_have_ended(self) -> None:
        me = psutil.Process()
        before = cpu_seconds(family(me))
        subprocess.run([sys.executable, "-c", BUSY], check=True)

        assert cpu_seconds(family(me)) - before >= 0.25

    def test_passes_over_a_process_that_has_ended(self) -> None:
        child = subprocess.Popen([sys.executable, "-c", ""])
        process = psutil.Process(child.pid)
        child.wait()

        assert cpu_seconds([process]) == 0
        assert family(process, None) == set()


class TestPeakMemory:
    def test_keeps_what_was_given_back_since(self) -> None:
        memory = PeakMemory(lambda: [psutil.Process()])
        with memory:
            pass
        before = memory.megabytes
        ballast = bytearray(b"x") * (200 * MEGABYTE)
        with memory:
            pass
        del ballast

        assert memory.megabytes >= before + 150


class TestMeasure:
    @pytest.mark.parametrize(("reference", "ratio"), [(4.0, 0.25), (None, None)])
    def test_has_a_ratio_where_there_is_a_reference(self, reference: float | None, ratio: float | None) -> None:
        assert Measure(measure="m", value=1, unit="s", reference=reference, meaning="").ratio == ratio
