"""The doors of claims keep what their OpenAPI promises, whatever is sent: Schemathesis makes it up."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import schemathesis
from schemathesis.specs.openapi.checks import positive_data_acceptance

Gateway = Callable[..., httpx.Client]
NOT_PROMISED = [positive_data_acceptance]
"""A claim may be well-formed and still lack what must be told (R78): it is refused, which no schema says."""


@pytest.fixture
def described(gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> schemathesis.BaseSchema:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    client = gateway()
    return schemathesis.openapi.from_url(f"{client.base_url}/openapi.json")


doors = schemathesis.pytest.from_fixture("described").include(path_regex="^/(complaints|callers)")


@doors.parametrize()
def test_doors_answer_as_described(case: schemathesis.Case) -> None:
    case.call_and_validate(headers={"X-API-Key": "made-up-key"}, excluded_checks=NOT_PROMISED)
