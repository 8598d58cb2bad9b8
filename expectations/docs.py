"""Building Data Docs as a worker does it: in a process of its own, which ends with the pages. Nothing is drawn here."""

import subprocess
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from expectations.protocol import read_message, write_message
from schemas.data_docs import DataDocs, DataDocsBuilt

# -P: a file in the worker's current directory must not be taken for a module.
BUILDER = (sys.executable, "-P", "-m", "expectations.docs_child")
BUILD_SECONDS_MAX = 900.0


class DocsBroken(Exception):
    """The pages could not be built; what was there before stays."""


def build_docs(
    docs: DataDocs, folder: Path, *, command: Sequence[str] = BUILDER, seconds_max: float = BUILD_SECONDS_MAX
) -> DataDocsBuilt:
    """Write the pages into an empty folder, and give the pictures of the trends.

    Raises:
        DocsBroken: the process ended without an answer, took too long, or says why it could not.
    """
    request = BytesIO()
    write_message(request, docs.model_dump_json().encode())
    try:
        ended = subprocess.run(  # noqa: S603
            (*command, str(folder)), input=request.getvalue(), stdout=subprocess.PIPE, timeout=seconds_max, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise DocsBroken(f"the pages were not built within {seconds_max:g} seconds") from late
    try:
        answer = read_message(BytesIO(ended.stdout))
    except (EOFError, ValueError) as error:
        raise DocsBroken(f"the process that builds the pages gave something else: {error}") from error
    if answer is None:
        raise DocsBroken(f"the process that builds the pages ended with status {ended.returncode} and no answer")
    built = DataDocsBuilt.model_validate_json(answer)
    if built.broken:
        raise DocsBroken(built.broken)
    return built
