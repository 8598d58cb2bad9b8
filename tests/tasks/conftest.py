"""Every test of a task has a database and a clock that stands at noon."""

import pytest


@pytest.fixture(autouse=True)
def _at_noon(stand_at: object) -> None:
    del stand_at
