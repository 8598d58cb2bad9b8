"""What of a person's data may be shown outside the store (R65, 个人信息保护法 art. 6)."""


def mask_phone(phone: str) -> str:
    """Show the first three and the last four digits of a phone number, and nothing of one that leaves fewer hidden."""
    if len(phone) < 11:
        return "*" * len(phone)
    return f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}"


def mask_name(name: str) -> str:
    """Show the first character of a name."""
    return name[:1] + "*" * (len(name) - 1)
