"""A case, and a vault in the test's own folder."""

from pathlib import Path

import pytest
from standins import open_case


@pytest.fixture(autouse=True)
def vault_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the vault lie in the test's folder, and give the means to look at it."""
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    return tmp_path / "evidence"


@pytest.fixture
def case_no(stand_at: object) -> str:
    del stand_at
    return open_case()
