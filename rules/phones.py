"""Phone numbers as people write them: one spelling for each number. Hiding them is in `rules.privacy`."""

import re
import unicodedata

EXTENSION = re.compile(r"[\s,;]*(?:转|分机|ext\.?|x|,|;|#)\s*([0-9]{1,6})$", re.IGNORECASE)
BETWEEN_DIGITS = re.compile(r"[\s().\-‐-―−]+")
NUMBER = re.compile(r"\+?[0-9]{7,20}")
MOBILE = re.compile(r"(1[3-9][0-9]{9})([0-9]{1,6})")
"""A Chinese mobile number with the extension of a privacy number, which is another person's each time."""
WITHOUT_AREA = ("0", "1", "400", "800", "95")
"""How the numbers of China begin that get no 0 before their area: they have it, or have no area."""


def normalised_phone(phone: str) -> str:
    """Spell a number in the one way that all its spellings share; empty when it is none, or is masked.

    A number of China loses its country code and keeps the 0 before its area; one of another country keeps a + and its
    code. An extension follows a comma.
    """
    text = unicodedata.normalize("NFKC", phone).strip()
    spoken = EXTENSION.search(text)
    digits = BETWEEN_DIGITS.sub("", text[: spoken.start()] if spoken else text)
    if NUMBER.fullmatch(digits) is None:
        return ""
    number = _without_china(f"+{digits[2:]}" if digits.startswith("00") else digits)
    if spoken:
        return f"{number},{spoken[1]}"
    written = MOBILE.fullmatch(number)
    return f"{written[1]},{written[2]}" if written else number


def _without_china(number: str) -> str:
    """Take the country code of China away: from a mobile number also when neither + nor 00 stands before it."""
    if number.startswith("+86"):
        national = number[3:]
        return national if national.startswith(WITHOUT_AREA) else f"0{national}"
    return number[2:] if re.fullmatch(r"861[3-9][0-9]{9}", number) else number


def phone_tail(phone: str) -> str:
    """Give the last four digits of a number, without its extension; empty when it is none."""
    return normalised_phone(phone).partition(",")[0][-4:]
