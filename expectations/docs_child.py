"""The process that builds Data Docs: reads what is to be shown from standard input, writes pages into a folder.

Started by `docs`, as `python -m expectations.docs_child FOLDER`, for one build.
"""

import logging
import sys
from pathlib import Path

from expectations.child import take_the_pipes
from expectations.protocol import read_message, write_message
from schemas.data_docs import DataDocs, DataDocsBuilt

logger = logging.getLogger(__name__)


def main(folder: Path) -> None:
    """Build once and answer."""
    logging.basicConfig(stream=sys.stderr)
    requests, answers = take_the_pipes()
    request = read_message(requests)
    if request is not None:
        write_message(answers, _build(request, folder).model_dump_json().encode())


def _build(request: bytes, folder: Path) -> DataDocsBuilt:
    try:
        # Loaded here, because the import may print, and only now does nobody hear it.
        from expectations.docs_pages import write_pages  # noqa: PLC0415
        from expectations.docs_trends import trend_picture  # noqa: PLC0415

        docs = DataDocs.model_validate_json(request)
        pictures = {feed.feed: trend_picture(feed) for feed in docs.feeds if feed.days}
        return write_pages(docs, pictures, folder)
    except Exception as error:
        logger.exception("the pages could not be built")
        return DataDocsBuilt(broken=f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
