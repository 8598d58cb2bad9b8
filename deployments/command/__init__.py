"""The `redress` command: one module per group of sub-commands, put together here.

Belongs here: the list of modules, and what every command shares: exit codes and how an error is told. Does
not belong here: any command. To add some, write a module with `add_to(app)` and list it in MODULES; import
Prefect, the store or pydantic inside the command functions, so that `--help` stays fast.

Exit codes: 0 done; 1 failed, with one line on standard error; 2 wrong usage or a file that cannot be read.
"""

import os
import sys
from collections.abc import Sequence
from importlib.metadata import version

from cyclopts import App, CycloptsError, Parameter

from deployments.command import (
    appeals,
    assess,
    bench,
    calls,
    cases,
    change_requests,
    claims,
    clocks,
    complaint_tasks,
    complaints,
    contacts,
    demo,
    endings,
    engine,
    evidence,
    feed_health,
    feeds,
    inquiries,
    network,
    payments,
    praise,
    preferences,
    private_settlements,
    promises,
    quarantine,
    recovery,
    reports,
    staff,
    timing,
)
from deployments.command.outcome import FAILED, WRONG_USAGE, Failure
from deployments.memory import give_memory_back

MODULES = (
    engine, demo, feeds, feed_health, cases, complaints, claims, contacts, endings, timing, inquiries, evidence,
    promises, preferences, change_requests, appeals, staff, network, quarantine, calls, praise, reports, clocks, assess,
    complaint_tasks, payments, recovery, private_settlements, bench,
)  # fmt: skip

app = App(
    name="redress",
    help="Exception shipments, complaints and claims of an express or LTL carrier.\n\n"
    "A first look: `redress demo`. Start for good: `redress up --detach`. "
    "Each command tells more: `redress up --help`.",
    help_format="markdown",
    version=lambda: version("redress"),
    default_parameter=Parameter(negative=()),
)
for module in MODULES:
    module.add_to(app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; REDRESS_TRACEBACK=1 shows where an unforeseen error arose."""
    give_memory_back()
    try:
        app(arguments, exit_on_error=False, print_error=False, result_action="return_none")
        sys.stdout.flush()
    except CycloptsError as error:
        return _tell(f"{error} Try `redress --help`.", WRONG_USAGE)
    except Failure as failure:
        return _tell(str(failure), failure.exit_code)
    except BrokenPipeError:  # whoever read the output, such as `head`, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        return _tell(str(error), FAILED)
    except Exception as error:  # the last place where it can be told in one line
        if os.environ.get("REDRESS_TRACEBACK"):
            raise
        return _tell(f"unforeseen {type(error).__name__}: {error} (REDRESS_TRACEBACK=1 shows where)", FAILED)
    return 0


def _tell(message: str, exit_code: int) -> int:
    print("redress:", " ".join(message.split()), file=sys.stderr)
    return exit_code
