"""One server of Prefect's for all tests of flows: it takes 20 seconds to start."""

from collections.abc import Iterator

import pytest
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.testing.utilities import prefect_test_harness


@pytest.fixture(scope="package", autouse=True)
def _prefect() -> Iterator[None]:
    """Start it, and leave out the heartbeat, whose end costs each run a second, as the worker does."""
    without_heartbeat = temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None})
    with prefect_test_harness(server_startup_timeout=120), without_heartbeat:
        yield
