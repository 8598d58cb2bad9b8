"""Every mutant has a name, from which alone it can be made again: the seed of all, whose payloads, and its number."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import NamedTuple

from fuzzing import bytewise, documents, tables
from fuzzing.documents import Mutant
from fuzzing.figures import stuck_is_told
from fuzzing.invented import Seed

SEED = os.environ.get("FUZZ_SEED", "1")
ONLY = os.environ.get("FUZZ_ONLY", "")
"""One mutant's name as a failure tells it: only it is made then."""

TABLES = {"csv": tables.mutated_csv, "ndjson": tables.mutated_ndjson}


class Named(NamedTuple):
    """A mutant with the seed that it comes from."""

    name: str
    seed: Seed
    mutant: Mutant

    @property
    def replay(self) -> str:
        """Say how to see it alone."""
        alone = f"FUZZ_SEED={SEED} FUZZ_ONLY='{self.name}' python -m pytest tests/faults/test_fuzz.py"
        return f"{alone}  # {self.mutant.body[:300]!r}"


@contextmanager
def named(one: Named) -> Iterator[None]:
    """Have a failure say how it can be seen alone."""
    try:
        with stuck_is_told(one.name):
            yield
    except Exception as failure:
        failure.add_note(one.replay)
        raise


def mutants(of_whom: str, count: int, seeds: Sequence[Seed]) -> Iterator[Named]:
    """Make so many mutants of somebody's payloads, or the one that is to be seen alone."""
    whose, _, number = ONLY.rpartition(" ")
    numbers = range(count) if not ONLY else [int(number)] if whose == of_whom else []
    return (mutant(of_whom, number, seeds) for number in numbers)


def mutant(of_whom: str, number: int, seeds: Sequence[Seed]) -> Named:
    """Make a mutant of one of these payloads."""
    rng = Random(f"{SEED}/{of_whom}/{number}")
    format_name = rng.choice(sorted({seed.format for seed in seeds}))
    seed = rng.choice([seed for seed in seeds if seed.format == format_name])
    return Named(f"{of_whom} {number}", seed, _mutated(seed, rng))


def _mutated(seed: Seed, rng: Random) -> Mutant:
    if rng.random() < 0.35:
        return Mutant(bytewise.mutated(seed.body, rng))
    made = _of_its_kind(seed, rng)
    if len(made.body) > bytewise.BYTES_MAX:
        return Mutant(bytewise.mutated(seed.body, rng))
    return Mutant(bytewise.mutated(made.body, rng)) if rng.random() < 0.1 else made


def _of_its_kind(seed: Seed, rng: Random) -> Mutant:
    if seed.format in TABLES:
        return TABLES[seed.format](seed.body, rng)
    keeps = bool(seed.entries) and rng.random() < 0.4
    try:
        if seed.body.lstrip()[:1] == b"<":
            kept, free = documents.mutated_entries_of_xml, documents.mutated_xml
        else:
            kept, free = documents.mutated_entries_of_json, documents.mutated_json
        return kept(seed.body, seed.entries, rng) if keeps else free(seed.body, rng)
    except (ValueError, SyntaxError, LookupError):  # a real payload that is no document
        return Mutant(bytewise.mutated(seed.body, rng))
