"""What an English tracking text says besides what happened: forecasts and standing requests. No rows here."""

import re

from adapters.feeds.english.clauses import GAP

_STANDING_PHRASES = tuple(
    (cue, re.compile(pattern))
    for cue, pattern in (
        ("expected", f"(?:is )?expected (?:to|by|on|delivery){GAP}*"),
        ("estimated", f"estimated (?:time|date|delivery|arrival){GAP}*"),
        ("be deliver", f"(?:will|to|should|can|may) be delivered{GAP}*"),
        ("scheduled", f"(?:delivery (?:is |has been )?)?scheduled (?:for|delivery){GAP}*"),
        ("schedule", f"on schedule{GAP}*"),
        ("if ", f"\\bif {GAP}*"),
        ("please", f"please {GAP}*"),
    )
)


def essential(text: str) -> str:
    """Put a text into lower case and take out what is only foreseen, advised or asked for."""
    text = text.lower()
    for cue, pattern in _STANDING_PHRASES:
        if cue in text:
            text = pattern.sub("", text)
    return text
