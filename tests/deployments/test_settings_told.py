"""Every setting that something reads is told in the documents."""

import importlib
import pkgutil
import re
from pathlib import Path

from pydantic_settings import BaseSettings

PROJECT = ("adapters", "deployments", "expectations", "flows", "rules", "schemas", "store", "tasks")
ROOT = Path(__file__).parents[2]
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def settings_read() -> set[str]:
    """Name the variables of all settings classes of the project."""
    for name in PROJECT:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found: set[str] = set()
    kinds = list(BaseSettings.__subclasses__())
    for kind in kinds:
        kinds += kind.__subclasses__()
        if kind.__module__.split(".")[0] in PROJECT:
            prefix = kind.model_config["env_prefix"]
            found |= {f"{prefix}{name}".upper() for name in kind.model_fields}
    return found


def test_every_setting_is_told() -> None:
    words = {word for page in DOCS for word in re.findall(r"[A-Z0-9_]{3,}", page.read_text("utf-8"))}
    unsaid = {name for name in settings_read() if words.isdisjoint({name, *shorter(name)})}

    assert sorted(unsaid) == []


def shorter(name: str) -> list[str]:
    """Give how a table may write a variable: without the first word, or after dots with its last two or three."""
    parts = name.split("_")
    return ["_".join(parts[1:]), *(f"_{'_'.join(parts[-n:])}" for n in (1, 2, 3))]
