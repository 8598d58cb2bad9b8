"""The commands that measure: bench ingest, gateway, cases, scan, waiting and docket.

Belongs here: what they take and print. Does not belong here: how anything is measured (`benchmarks`). Each bench works
on an installation of its own in a temporary folder, whatever the user's installation does meanwhile.
"""

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from deployments.command.installation import engine_failures_told
from deployments.command.outcome import FAILED, Failure
from deployments.command.output import print_json, print_table

if TYPE_CHECKING:
    from benchmarks.measures import Measure

Some = Annotated[int, Parameter(validator=Number(gte=1))]


class Interrupted(Failure):
    """Somebody pressed Ctrl-C."""

    exit_code = FAILED


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    group = App(
        name="bench",
        help="Measure: ingest, gateway, cases, scan, waiting, docket. Each figure stands beside a reference.",
    )
    group.command(ingest)
    group.command(gateway)
    group.command(cases)
    group.command(scan)
    group.command(waiting)
    group.command(docket)
    app.command(group)


def ingest(*, rows: Some = 500_000, json: bool = False) -> None:
    """Measure how fast tracking data is taken in, and the memory that takes.

    Takes a few minutes and about 3 GB of disk for a while.

    Args:
        rows: Records to take in.
        json: Print JSON.
    """
    with _measuring():
        from benchmarks.surroundings import database_of_its_own

        with database_of_its_own() as cluster:
            from benchmarks import ingest as bench

            results = bench.run(cluster, rows=rows)
    _print("ingest", results, as_json=json)


def gateway(*, pushes: Some = 5000, parcels: Some = 30, json: bool = False) -> None:
    """Measure how fast pushes are acknowledged after their commit, and how soon a damaged parcel has its case.

    Takes about three minutes.

    Args:
        pushes: Pushes in each round.
        parcels: Damaged parcels.
        json: Print JSON.
    """
    with _measuring():
        from benchmarks.surroundings import database_of_its_own, engine_of_its_own

        with database_of_its_own() as cluster:
            from benchmarks import gateway as bench

            results = bench.acknowledgements(cluster.folder.parent / "bench", pushes=pushes)
        with engine_of_its_own() as engine:
            results += bench.cases(engine, parcels=parcels)
    _print("gateway", results, as_json=json)


def cases(
    *,
    decisions: Some = 40,
    served: Some = 6,
    automatic: Some = 10_000,
    one_by_one: Some = 10,
    idle_seconds: Some = 60,
    json: bool = False,
) -> None:
    """Measure what deciding a case costs and how long it takes, and how fast cases go that nobody has to decide.

    Takes about ten minutes.

    Args:
        decisions: Cases that are all answered at once.
        served: Cases decided under `serve()`, the reference; each costs a process.
        automatic: Cases that nobody has to decide.
        one_by_one: Cases that are answered one after another.
        idle_seconds: How long to watch what the engine costs when nothing happens.
        json: Print JSON.
    """
    with _measuring():
        from benchmarks.surroundings import engine_of_its_own

        with engine_of_its_own() as engine:
            from benchmarks import cases as bench

            results = bench.run(
                engine,
                bench.Load(
                    decisions=decisions,
                    served=served,
                    automatic=automatic,
                    one_by_one=one_by_one,
                    idle_seconds=idle_seconds,
                ),
            )
    _print("cases", results, as_json=json)


def scan(*, cases: Some = 1_000_000, json: bool = False) -> None:
    """Measure how long escalating the overdue takes, one of a hundred among very many open cases.

    Takes about five minutes and about 3 GB of disk for a while.

    Args:
        cases: Open cases.
        json: Print JSON.
    """
    with _measuring():
        from benchmarks.surroundings import database_of_its_own

        with database_of_its_own() as cluster:
            from benchmarks import scan as bench
            from deployments.memory import leave_in_peace

            leave_in_peace()  # as in the worker

            results = bench.run(cluster, cases=cases)
    _print("scan", results, as_json=json)


def waiting(*, runs: Some = 10_000, idle_seconds: Some = 300, json: bool = False) -> None:
    """Measure what very many suspended runs cost while nobody answers them.

    Takes about twenty minutes, most of it for making the runs.

    Args:
        runs: Cases that wait for a supervisor, each in a suspended run of its own.
        idle_seconds: How long to watch what the engine costs; the sweeps come every one to five minutes.
        json: Print JSON.
    """
    with _measuring():
        from benchmarks.surroundings import engine_of_its_own

        with engine_of_its_own() as engine:
            from benchmarks import waiting as bench

            results = bench.run(engine, runs=runs, idle_seconds=idle_seconds)
    _print("waiting", results, as_json=json)


def docket(*, claims: Some = 1000, json: bool = False) -> None:
    """Measure how fast clear claims go from filed to paid through dockets, each with its own decision and booking.

    Takes about three minutes. The payment provider is a stand-in that is reached over HTTP.

    Args:
        claims: Clear claims, each with its photographs.
        json: Print JSON.
    """
    with _measuring():
        from benchmarks.paying import stand_in_provider
        from benchmarks.surroundings import engine_of_its_own

        with stand_in_provider() as provider, engine_of_its_own(**provider):
            from benchmarks import docket as bench

            results = bench.run(claims)
    _print("docket", results, as_json=json)


@contextmanager
def _measuring() -> Iterator[None]:
    """Let an interrupted bench stop all that it has started, and tell its failures as a command does.

    Raises:
        Failure: the bench could not be carried out.
        Interrupted: by Ctrl-C or a request to end.
    """
    former = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with engine_failures_told():
            yield
    except KeyboardInterrupt:
        raise Interrupted("interrupted; everything that the bench had started is stopped") from None
    finally:
        signal.signal(signal.SIGTERM, former)


def _print(name: str, results: "Sequence[Measure]", *, as_json: bool) -> None:
    if as_json:
        print_json({"bench": name, "results": [result.as_json() for result in results]})
        return
    print_table(
        ("measure", "value", "unit", "reference", "ratio"),
        [
            (result.measure, f"{result.value:,g}", result.unit, _number(result.reference), _number(result.ratio))
            for result in results
        ],
    )
    for result in results:
        print(f"{result.measure}: {result.meaning}")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,g}"
