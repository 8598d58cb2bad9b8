"""What a table must have for every word of a vocabulary; tables ask when they are loaded."""

from collections.abc import Container, Iterable


def require_words(table: Container[object], vocabulary: Iterable[object]) -> None:
    """Refuse a table that has no words for a word of its vocabulary.

    Raises:
        ValueError: with the words that are missing.
    """
    if wordless := sorted({str(word) for word in vocabulary if word not in table}):
        raise ValueError(f"no words are declared for {wordless}")
