"""The benches: what Redress can do on this machine, each figure beside a reference taken in the same run.

Belongs here: making load, timing, and the references. Does not belong here: anything that Redress needs to run; nothing
but `deployments.command.bench` imports from here. A bench starts an installation of its own in a temporary folder and
leaves nothing behind. A figure alone says little on a shared machine; the ratio to its reference does.

`surroundings` sets up what a bench runs in and must be entered before the modules of the benches are imported, since
they import Prefect, which reads its settings then.
"""
