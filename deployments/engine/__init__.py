"""The embedded engine: PostgreSQL, Prefect's server, gateway and worker as one thing to start and stop.

Belongs here: starting, watching, stopping and examining processes on this machine. Does not belong here:
what those processes do. The modules, from the outside in: `control` (up, down), `health` and `doctor`
(what runs, what is wrong), `supervise`, `supervisor`, `keeper` and `processes` (keep parts running), `parts`
(which parts there are), `leftovers` and `endings` (end what a killed supervisor left), `record`
(engine.json), `environment`, `credentials`, `ports`, `probes`, `logs`, `postgres`.
"""


class EngineError(Exception):
    """An anticipated failure of the engine; the message is one line that names what is wrong and where."""
