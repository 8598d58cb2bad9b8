"""Lets the worker of an engine under test die with -9 at named moments of named cases' decisions.

Python imports a module of this name at every start, once its folder is on PYTHONPATH. It touches two processes: the
worker, whose commits of the store it counts, and the engine's supervisor, which is to start the killed worker again
at once and not after longer and longer pauses.

In `<REDRESS_HOME>/die-at` each line is a moment, `<case number> before <n>` or `after <n>`: before the n-th commit,
whose transaction is lost then, or after it. Commits are counted from the start of the case's run in this process, those
of threads that the run starts included. `before form-schema` and `before form-description` are the moments between a
new suspension and its form. A decision that reaches its moment stands still there; when all have, the worker dies.

A decision that reaches a moment in `<REDRESS_HOME>/hold-at` stands still until the line is gone, and says so in `held`.
Every commit is told to `<REDRESS_HOME>/commits` as `<case number> <n> <step>`.
"""

import sys

if sys.orig_argv[-2:] == ["-m", "deployments.worker"]:
    import inject_death

    inject_death.install()
elif "deployments.engine.supervise" in sys.orig_argv:
    import deployments.engine.keeper

    deployments.engine.keeper.BACKOFF_SECONDS = (0.1,)
