"""What a test sees of a command that it calls in its own process."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple


class Printed(NamedTuple):
    """What a command came to."""

    exit_code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Read what it printed as JSON."""
        return json.loads(self.out)


Redress = Callable[..., Printed]
