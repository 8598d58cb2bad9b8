"""The process that draws: charts as JSON from standard input, SVG by key as JSON to standard output.

Started by `drawing`, as `python -m adapters.reports.drawing_child`, for one report.
"""

import os
import sys


def main() -> None:
    """Draw once."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints cannot be taken for an answer
    # Loaded here, because the import may print, and only now does nobody hear it.
    from adapters.reports.drawing import CHARTS, PICTURES  # noqa: PLC0415
    from adapters.reports.pictures import picture  # noqa: PLC0415

    charts = CHARTS.validate_json(sys.stdin.buffer.read())
    with answers:
        answers.write(PICTURES.dump_json({chart.key: picture(chart) for chart in charts}))


if __name__ == "__main__":
    main()
