"""What a decision costs, how many go through, how soon one takes effect, and how fast the cases go that need none.

The decisions are taken on a whole engine whose cases came in through the gateway. The reference is the same flow under
`serve()`, on the same engine in the same run.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import psutil

from benchmarks.automatic import automatic_cases_per_second
from benchmarks.deciding import answer, put_supervisors_on_file, wait_for_effect, wait_for_ends, wait_for_gates
from benchmarks.measures import Measure, percentile, tell
from benchmarks.parcels import send_damaged
from benchmarks.processes import cpu_seconds, family
from benchmarks.served import hand_over, serving
from benchmarks.surroundings import EngineUnderLoad
from schemas.approvals import Gate
from store.unit_of_work import dispose


@dataclass(frozen=True, kw_only=True)
class Load:
    """How many cases of each kind, and for how long the idle engine is watched."""

    decisions: int
    served: int
    automatic: int
    one_by_one: int
    idle_seconds: int


class Decided(NamedTuple):
    """What answering many cases at once came to."""

    cpu_seconds_per_case: float
    cases_per_second: float


class Found(NamedTuple):
    """What was measured, before it is put into words."""

    decided: Decided
    served: Decided
    automatic_per_second: float
    seconds_to_effect: list[float]


def run(engine: EngineUnderLoad, load: Load) -> list[Measure]:
    """Measure decisions, their reference, and the automatic path."""
    try:
        return _told(_found(engine, load), load)
    finally:
        dispose()


def _found(engine: EngineUnderLoad, load: Load) -> Found:
    automatic = automatic_cases_per_second(engine, load.automatic)
    secret = put_supervisors_on_file()
    count = load.decisions + load.one_by_one + load.served
    tell(f"Making {count} cases that a supervisor must decide ...")
    send_damaged(engine, count)
    gates = wait_for_gates(count)
    at_once, one_by_one = gates[: load.decisions], gates[load.decisions : load.decisions + load.one_by_one]
    decided = _decide(at_once, secret, [engine.supervisor], idle_seconds=load.idle_seconds)
    tell(f"Answering {load.one_by_one} cases, one after another ...")
    seconds = [_seconds_to_effect(gate, secret) for gate in one_by_one]
    tell("Starting the flow under serve() ...")
    with serving(engine.settings.logs / "served.log") as leader:
        others = hand_over(gates[-load.served :])
        served = _decide(others, secret, [engine.supervisor, leader], idle_seconds=load.idle_seconds)
    return Found(decided, served, automatic, seconds)


def _decide(gates: Sequence[Gate], secret: str, leaders: Sequence[psutil.Process], *, idle_seconds: int) -> Decided:
    """Answer all at once; what the processes would have used anyway in that time does not count."""
    tell(f"Watching for {idle_seconds} s what is used when nothing happens ...")
    begun, used = time.perf_counter(), cpu_seconds(family(*leaders))
    time.sleep(idle_seconds)
    idle_cores = (cpu_seconds(family(*leaders)) - used) / (time.perf_counter() - begun)
    tell(f"  {idle_cores:.3f} cores. Answering {len(gates)} cases ...")
    begun, used = time.perf_counter(), cpu_seconds(family(*leaders))
    answer(gates, secret)
    wait_for_effect(gates)
    told = time.perf_counter() - begun
    wait_for_ends(gates)
    ended = time.perf_counter() - begun
    used = cpu_seconds(family(*leaders)) - used - idle_cores * ended
    tell(f"  told after {told:.1f} s, the last run ended after {ended:.1f} s")
    return Decided(round(used / len(gates), 3), round(len(gates) / told, 3))


def _seconds_to_effect(gate: Gate, secret: str) -> float:
    begun = time.perf_counter()
    answer([gate], secret)
    wait_for_effect([gate])
    seconds = time.perf_counter() - begun
    wait_for_ends([gate])
    return seconds


def _told(found: Found, load: Load) -> list[Measure]:
    return [
        Measure(
            measure="decision_cpu_s_per_case",
            value=found.decided.cpu_seconds_per_case,
            unit="CPU s",
            reference=found.served.cpu_seconds_per_case,
            meaning="What all processes of the engine use from the answer to the end of the run, less what they use "
            "when idle; the reference is the same flow under serve(), a process for every run.",
        ),
        Measure(
            measure="decision_cases_per_s",
            value=found.decided.cases_per_second,
            unit="cases/s",
            reference=found.served.cases_per_second,
            meaning=f"{load.decisions} cases answered at once, until all customers are told; "
            f"the reference is {load.served} cases under serve().",
        ),
        Measure(
            measure="automatic_cases_per_s",
            value=round(found.automatic_per_second, 1),
            unit="cases/s",
            meaning=f"{load.automatic} cases that nobody has to decide, from DETECTED to FED_BACK in one run of the "
            "flow, every notice and work order sent.",
        ),
        Measure(
            measure="approval_to_effect_p95_s",
            value=round(percentile(found.seconds_to_effect, 0.95), 2),
            unit="s",
            meaning="From the answer until the customer is told the result, for 95 of 100; "
            f"{load.one_by_one} cases one after another, "
            "each carried out by the carrier's desk and told to the customer.",
        ),
    ]
