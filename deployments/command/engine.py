"""The commands that start, stop and examine the engine: up, down, status, doctor.

Belongs here: what these commands take and print. Does not belong here: how it is done
(`deployments.engine`).
"""

from typing import TYPE_CHECKING

from cyclopts import App

from deployments.command.installation import engine_failures_told, engine_settings
from deployments.command.outcome import Failure
from deployments.command.output import console, print_json, print_table

if TYPE_CHECKING:
    from deployments.engine.record import EngineRecord
    from deployments.settings import EngineSettings

VERDICT_STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    for command in (up, down, status, doctor):
        app.command(command)


def up(*, detach: bool = False) -> None:
    """Start everything: PostgreSQL, Prefect's server, the gateway and the worker.

    Work orders go to the carrier's desk that REDRESS_CARRIER_DESK_URL names; without one a stand-in takes them.

    Stays in the foreground until Ctrl-C, unless told otherwise. What runs already is left alone.

    - `redress up --detach`: in the background; returns when everything is ready
    - `REDRESS_GATEWAY_PORT=8700 redress up`: another port for the gateway
    - `REDRESS_DATABASE_URL=postgresql://... redress up`: a PostgreSQL of your own

    Args:
        detach: Start in the background and return when everything is ready.
    """
    from deployments.engine import control

    settings = engine_settings()
    with engine_failures_told():
        record = control.running_engine(settings)
        if record:
            record = control.wait_until_ready(settings, record) if detach else record
            print(f"Redress runs already, since {record.started_at:%Y-%m-%d %H:%M} UTC.")
            _print_addresses(settings, record)
        elif detach:
            _up_detached(settings)
        else:
            _up_in_foreground(settings)


def down() -> None:
    """Stop everything that `redress up` or `redress demo` started, even after a crash; all data stays.

    - `redress down`: stop; then `redress up --detach` goes on where it stood
    """
    from deployments.engine import control

    settings = engine_settings()
    with engine_failures_told(), console().status("Stopping ..."):
        stopped = control.stop(settings)
    print(f"Stopped {', '.join(stopped)}." if stopped else "Nothing runs.")


def status(*, json: bool = False) -> None:
    """Show what runs, since when, at which address, and where the logs are.

    - `redress status`: as a table
    - `redress status --json`: the same for a script

    Args:
        json: Print JSON.
    """
    from deployments.engine.health import engine_status

    found = engine_status(engine_settings())
    if json:
        print_json(found.model_dump(mode="json"))
        return
    print(found.summary)
    if found.parts:
        rows = [(p.part, p.state, p.pid, _duration(p.uptime_seconds), p.restarts, p.address) for p in found.parts]
        print_table(("part", "state", "pid", "uptime", "restarts", "address"), rows)
    lines = [("logs", found.logs), ("notices", found.notices), *((line.name, line.value) for line in found.lines)]
    print_table(("", ""), lines)


def doctor(*, json: bool = False) -> None:
    """Check the machine and everything that must answer, and say what to do about what is wrong.

    Ends with exit code 1 when a check fails; a warning is no failure.

    - `redress doctor`: as a table
    - `redress doctor --json`: the same for a script

    Args:
        json: Print JSON.
    """
    from rich.text import Text

    from deployments.engine.doctor import Verdict, examine

    findings = examine(engine_settings())
    failed = [finding.check for finding in findings if finding.verdict is Verdict.FAIL]
    if json:
        print_json({"ok": not failed, "checks": [finding.model_dump(mode="json") for finding in findings]})
    else:
        rows = [(Text(f.verdict, style=VERDICT_STYLES[f.verdict]), f.check, f.found, f.advice) for f in findings]
        print_table(("", "check", "found", "what to do"), rows)
    if failed:
        raise Failure(f"failed: {', '.join(failed)}")


def _up_detached(settings: "EngineSettings") -> None:
    from deployments.engine import control
    from deployments.engine.control import StartFailed

    _clear_the_way(settings)
    screen = console()
    told: set[str] = set()

    def tell(record: "EngineRecord") -> None:
        waiting = [part.name for part in record.parts if part.state not in {"ready", "done"}]
        spinner.update(f"Starting {', '.join(waiting)} ..." if waiting else "Ready")
        for part in record.parts:
            if part.name not in told and part.name not in waiting:
                told.add(part.name)
                screen.print(f"  {part.name} is {part.state}")

    try:
        with screen.status("Starting ...") as spinner:
            record = control.start_detached(settings, on_progress=tell)
    except StartFailed as failed:
        print("\n".join(failed.last_lines))
        raise
    print("Redress runs.")
    _print_addresses(settings, record)


def _up_in_foreground(settings: "EngineSettings") -> None:
    from deployments.engine.keeper import PartFailed
    from deployments.engine.logs import last_lines, log_file
    from deployments.engine.supervise import log_to_standard_error, supervise

    _clear_the_way(settings)
    log_to_standard_error()
    try:
        supervise(settings)
    except PartFailed as failed:
        print("\n".join(last_lines(log_file(settings, failed.name))))
        raise


def _clear_the_way(settings: "EngineSettings") -> None:
    from deployments.engine import control

    stopped = control.clear_the_way(settings)
    if stopped:
        print(f"Stopped what an engine that ended badly had left: {', '.join(stopped)}.")


def _print_addresses(settings: "EngineSettings", record: "EngineRecord") -> None:
    rows = [(part.name, part.address) for part in record.parts if part.address]
    print_table(("", ""), [*rows, ("logs", settings.logs)])
    print("Stop everything with `redress down`.")


def _duration(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours} h {minute:02d} min" if hours else f"{minute} min {second:02d} s"
