"""Mails as customers and machines write them; the people are made up."""

from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from samples import JPEG

FROM = "钱七 <qianqi@example.com>"
TEXT = "你们好，\n\n运单号：773000000001，承诺昨天送达，一直没到，查不到更新。\n\n钱七"


def a_mail(
    text: str = TEXT,
    *,
    subject: str = "快件延误投诉",
    sender: str = FROM,
    number: str = "<1@example.com>",
    files: tuple[tuple[str, str, bytes], ...] = (),
    page: str = "",
    **headers: str,
) -> bytes:
    """Write a mail; a header is named with _ for -, and a file is its name, its type and its content."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "complaints@carrier.example"
    message["Date"] = "Fri, 20 Nov 2026 11:58:00 +0800"
    message["Subject"] = subject
    if number:
        message["Message-ID"] = number
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if page:
        message.add_alternative(page, subtype="html")
    for name, media_type, content in files:
        main, _, sub = media_type.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message.as_bytes(policy=SMTP)


def with_a_photo(**told: Any) -> bytes:
    """Write a mail with a picture of what came."""
    return a_mail(files=(("破损.jpg", "image/jpeg", JPEG),), **told)
