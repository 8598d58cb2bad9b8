"""Drawing pictures in a process of its own, which ends with them: what it loads would double a worker's memory."""

import subprocess
import sys
from collections.abc import Sequence

from pydantic import TypeAdapter

from schemas.reporting import Chart

# -P: a file in the worker's current directory must not be taken for a module.
DRAWER = (sys.executable, "-P", "-m", "adapters.reports.drawing_child")
DRAWING_SECONDS_MAX = 120.0

CHARTS: TypeAdapter[list[Chart]] = TypeAdapter(list[Chart])
PICTURES: TypeAdapter[dict[str, str]] = TypeAdapter(dict[str, str])


class NotDrawn(RuntimeError):
    """The pictures could not be drawn."""


def draw(
    charts: Sequence[Chart], *, command: Sequence[str] = DRAWER, seconds_max: float = DRAWING_SECONDS_MAX
) -> dict[str, str]:
    """Give each picture as SVG, by its chart's key; a chart without any point has none.

    Raises:
        NotDrawn: the process ended without pictures, or took too long.
    """
    drawable = [chart for chart in charts if chart.points]
    if not drawable:
        return {}
    try:
        ended = subprocess.run(  # noqa: S603
            command, input=CHARTS.dump_json(drawable), capture_output=True, timeout=seconds_max, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise NotDrawn(f"the pictures were not drawn within {seconds_max:g} seconds") from late
    if ended.returncode:
        said = ended.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise NotDrawn(f"the process that draws ended with status {ended.returncode}: {''.join(said)}")
    return PICTURES.validate_json(ended.stdout)
