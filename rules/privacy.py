"""What of a person's data may be shown outside the store (R65, 个人信息保护法 art. 6)."""

import re
from typing import Any

_PHONE = re.compile(
    r"(?<![0-9A-Za-z])(\+?86[- ]?)?"  # the digits of a waybill are no phone number
    r"(1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}|0[0-9]{2,3}-[0-9]{7,8})"
    "(?![0-9A-Za-z])"
)
_ACCOUNT = re.compile(r"[0-9](?: ?[0-9]){8,}")


def mask_phone(phone: str) -> str:
    """Show the first three and the last four digits of a phone number, and nothing of one that leaves fewer hidden."""
    if len(phone) < 11:
        return "*" * len(phone)
    return f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}"


def mask_name(name: str) -> str:
    """Show the first character of a name."""
    return name[:1] + "*" * (len(name) - 1)


def mask_address(address: str) -> str:
    """Show the first six characters of an address, which are its city, and at most half of a short one."""
    shown = min(6, len(address) // 2)
    return address[:shown] + "*" * (len(address) - shown)


def mask_account(tail: str) -> str:
    """Show an account of which only the last characters are known here."""
    return f"****{tail}"


def mask_accounts(text: str) -> str:
    """Mask in a text from outside whatever is long enough to be an account or a card number."""
    return _ACCOUNT.sub(lambda found: mask_account(found[0].replace(" ", "")[-4:]), text)


def mask_phones(text: str) -> str:
    """Mask the phone numbers in a text, mobile ones and those with an area code and a hyphen."""
    return _PHONE.sub(lambda found: (found[1] or "") + mask_phone(found[2]), text)


def mask_record(value: Any) -> Any:
    """Mask the phone numbers anywhere in a record as JSON holds it."""
    match value:
        case str():
            return mask_phones(value)
        case dict():
            return {key: mask_record(item) for key, item in value.items()}
        case list():
            return [mask_record(item) for item in value]
        case int() if not isinstance(value, bool) and (masked := mask_phones(str(value))) != str(value):
            return masked
    return value
