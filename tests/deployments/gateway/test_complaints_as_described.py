"""The doors of complaints keep what their OpenAPI promises, whatever is sent: Schemathesis makes it up."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings

Gateway = Callable[..., httpx.Client]


@pytest.fixture
def described(gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> schemathesis.BaseSchema:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    client = gateway(status_requests_per_minute_max=100_000)
    return schemathesis.openapi.from_url(f"{client.base_url}/openapi.json").include(path_regex="^/(complaints|callers)")


schema = schemathesis.pytest.from_fixture("described")


@schema.parametrize()
@settings(max_examples=30, suppress_health_check=list(HealthCheck))
def test_answers_as_described(case: schemathesis.Case) -> None:
    case.call_and_validate(headers={"X-API-Key": "made-up-key"})
