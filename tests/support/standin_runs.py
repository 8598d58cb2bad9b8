"""A stand-in for the runs of Prefect's API: their states, their forms, and how much it was asked."""

from typing import Any
from uuid import UUID, uuid4

from fastapi import Body, FastAPI, HTTPException


class StandInRuns:
    """Runs by id with the type of their state, as Prefect's API tells of them."""

    def __init__(self) -> None:
        self.types: dict[str, str] = {}
        self.forms: dict[tuple[str, str], str] = {}
        self.counted = 0
        self.read = 0

    def born(self, how_many: int, type_: str = "PAUSED") -> list[str]:
        """Have so many runs in a state of this type."""
        ids = [str(uuid4()) for _ in range(how_many)]
        self.types |= dict.fromkeys(ids, type_)
        return ids

    def app(self) -> FastAPI:
        """Make the HTTP face."""
        app = FastAPI()

        @app.post("/flow_runs/count")
        def count(flow_runs: dict[str, Any] = Body(embed=True)) -> int:  # noqa: B008  # as FastAPI has it
            self.counted += 1
            types = flow_runs["state"]["type"]["any_"]
            return sum(self.types.get(id_) in types for id_ in flow_runs["id"]["any_"])

        @app.post("/flow_runs/filter")
        def filter_(flow_runs: dict[str, Any] = Body(embed=True)) -> list[dict[str, Any]]:  # noqa: B008
            found = [id_ for id_ in flow_runs["id"]["any_"] if id_ in self.types]
            self.read += len(found)
            return [
                {
                    "id": id_, "name": "run", "flow_id": str(UUID(int=1)),
                    "state": {"id": str(uuid4()), "type": self.types[id_], "name": "x",
                              "timestamp": "2026-11-20T04:00:00Z", "state_details": {}},
                }
                for id_ in found
            ]  # fmt: skip

        @app.post("/flow_runs/{id_}/input", status_code=201)
        def keep_input(id_: str, key: str = Body(), value: str = Body()) -> None:
            if (id_, key) in self.forms:
                raise HTTPException(409, "it is there already")
            self.forms[id_, key] = value

        @app.post("/flow_runs/{id_}/input/filter")
        def inputs(id_: str, prefix: str = Body(), limit: int = Body()) -> list[dict[str, Any]]:
            return [
                {
                    "id": str(uuid4()), "flow_run_id": id_, "key": key, "value": value,
                    "created": "2026-11-20T04:00:00Z", "updated": "2026-11-20T04:00:00Z",
                }
                for (run, key), value in self.forms.items()
                if run == id_ and key.startswith(prefix)
            ][:limit]  # fmt: skip

        return app
