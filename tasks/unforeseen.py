"""What nobody foresaw, told without personal data: an exception's message may repeat what it stumbled over."""

import traceback


def where_raised(error: BaseException) -> str:
    """Name an exception's type and the line that raised it, as `KeyError at senders.py:80`."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
