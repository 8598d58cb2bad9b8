"""Lets the worker of an engine under test die with -9 at a named commit of a named case's decision.

Python imports a module of this name at every start, once its folder is on PYTHONPATH. It touches two processes: the
worker, whose commits of the store it counts, and the engine's supervisor, which is to start the killed worker again
at once and not after longer and longer pauses.

`<REDRESS_HOME>/die-at` holds one line `<case number> before|after <n>`: before the n-th commit, whose transaction is
lost then, or after it. Commits are counted from the start of the case's run in this process, those of threads that
the run starts included. Every commit is told to `<REDRESS_HOME>/commits` as `<case number> <n> <step>`.
"""

import sys

if sys.orig_argv[-2:] == ["-m", "deployments.worker"]:
    import inject_death

    inject_death.install()
elif "deployments.engine.supervise" in sys.orig_argv:
    import deployments.engine.keeper

    deployments.engine.keeper.BACKOFF_SECONDS = (0.1,)
