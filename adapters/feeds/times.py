"""Times as providers write them, read in the zone of their feed.

A provider that writes epochs or offsets needs no zone and does not come here.
"""

import re
from datetime import UTC, datetime, tzinfo

_PADDED = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_UNPADDED = re.compile("([0-9]{4})-([0-9]{1,2})-([0-9]{1,2}) ([0-9]{1,2}):([0-9]{2}):([0-9]{2})")


def utc_time(text: str, zone: tzinfo) -> datetime | None:
    """Read "YYYY-MM-DD HH:MM:SS" as a time of the zone; None when it is anything else or no such time exists.

    Months, days and hours may lack their leading zero, as they do in some providers' own documents. Of the two
    readings of an hour that a clock change repeats, the first is taken.
    """
    try:
        if _PADDED.fullmatch(text):
            local = datetime.fromisoformat(text)
        elif parts := _UNPADDED.fullmatch(text):
            local = datetime(*map(int, parts.groups()))  # type: ignore[arg-type]  # noqa: DTZ001 - zone follows
        else:
            return None
        return local.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
