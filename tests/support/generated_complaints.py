"""Complaints as many senders bring them, made up from a seed: most are whole, some lack something, some mean harm."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from schemas.complaints import Channel, ComplaintType

IN_ALL = 1000
LACKING = 50
HOSTILE = 30
TOLD_AGAIN = 60  # of a matter that another of them tells
SENT_TWICE = 100

NAMES = ("赵一", "钱二", "孙三", "李四", "周五", "吴六", "郑七", "王八")
PLACES = ("示例市示例路", "样本市样本街", "范例市范例巷")
ACCOUNTS = ("承诺昨天送达，至今没有消息", "外箱破损，内件碎了", "显示签收，本人没有收到", "客服态度恶劣")
LACKABLE = ("customer", "occurrence", "demand", "sender", "item")
POISON = (
    "'; DROP TABLE complaint; --", "{{ 7 * 7 }}{% for x in y %}", "<script>alert(1)</script>", "${jndi:ldap://x/y}",
    "\u202e反着写\u200b", "%s%n%x" * 50, "=cmd|' /C calc'!A0", "￿", "a\r\nBcc: x@example.com", "🧨" * 100,
)  # fmt: skip
"""Words that mean harm to somebody's program; to Redress they are words, and are kept as they stand."""


@dataclass(frozen=True)
class Sending:
    """One complaint on its way: what is posted, and what is to come of it."""

    name: str  # its Idempotency-Key
    body: bytes
    content_type: str = "application/json"
    lacks: frozenset[str] = frozenset()
    refused: bool = False  # it is nothing that could be kept
    account: str = ""


def a_thousand(rng: Random) -> list[Sending]:
    """Make them, in the order of a shuffled pack."""
    whole = [_whole(rng, number) for number in range(IN_ALL - LACKING - HOSTILE - TOLD_AGAIN)]
    again = [{**told, "customer": _customer(rng)} for told in rng.sample(whole, TOLD_AGAIN)]
    sendings = [_sending(f"whole-{place}", told) for place, told in enumerate([*whole, *again])]
    sendings += [_lacking(rng, IN_ALL + number) for number in range(LACKING)]
    sendings += [*_refused(rng), *_poisoned(rng)]
    assert len(sendings) == IN_ALL
    rng.shuffle(sendings)
    return sendings


def _sending(name: str, told: dict[str, Any]) -> Sending:
    return Sending(name, json.dumps(told).encode(), account=told["occurrence"]["account"])


def _whole(rng: Random, number: int) -> dict[str, Any]:
    happened = datetime.now(UTC) - timedelta(hours=rng.randint(1, 200))
    return {
        "channel": rng.choice(list(Channel)),
        "type": rng.choice(list(ComplaintType)),
        "waybill": f"7739{number:08d}",
        "customer": _customer(rng),
        "sender": {"name": rng.choice(NAMES)},
        "consignee": {"name": rng.choice(NAMES)},
        "item": {"description": "陶瓷餐具", "value": str(rng.randint(1, 5000))},
        "occurrence": {
            "at": happened.isoformat(),
            "place": f"{rng.choice(PLACES)} {number} 号",
            "account": rng.choice(ACCOUNTS),
        },
        "demand": {"text": "尽快处理并答复"},
    }


def _customer(rng: Random) -> dict[str, str]:
    return {"name": rng.choice(NAMES), "phone": f"199{rng.randrange(400):08d}"}


def _lacking(rng: Random, number: int) -> Sending:
    told = _whole(rng, number)
    part = rng.choice(LACKABLE)
    lacks = {f"{part}.{name}" for name in told.pop(part)} - {"item.value"}
    return Sending(f"lacking-{number}", json.dumps(told).encode(), lacks=frozenset(lacks))


def _refused(rng: Random) -> Iterator[Sending]:
    """Yield what is no complaint and never becomes one."""
    whole = _whole(rng, 9_000_000)
    body = json.dumps(whole).encode()
    bodies = [
        b"", b"\0" * 100, body[:-20], b"[" * 50_000, b'{"a":' * 5_000, body + b"}", b"\xff\xfe" + body, b"null",
        json.dumps(whole | {"waybill": "1' OR '1'='1"}).encode(),
        json.dumps(whole | {"waybill": "../../etc/passwd"}).encode(),
        json.dumps(whole | {"occurrence": {"at": "9999-99-99"}}).encode(),
        json.dumps(whole | {"occurrence": {"account": "长" * 5_000}}).encode(),
        json.dumps(whole | {"demand": {"amount": 1e308}}).encode(),
        json.dumps(whole | {"demand": {"amount": float("inf")}}).encode(),
        json.dumps(whole | {"customer": {"name": "a\0b"}}).encode(),
        json.dumps(whole | {"customer": [whole["customer"]] * 1_000}).encode(),
        json.dumps(whole | {"evidence": [{"kind": "call_record", "content": "!"}] * 31}).encode(),
        body.replace("陶".encode(), b"\\ud800").replace(b"\\u9676", b"\\ud800"),
    ]  # fmt: skip
    for place, hostile in enumerate(bodies):
        yield Sending(f"hostile-{place}", hostile, refused=True)
    yield Sending("hostile-form", b"--b\r\nbroken", "multipart/form-data; boundary=b", refused=True)
    yield Sending("hostile-xml", b"<!DOCTYPE x>", "application/xml", refused=True)


def _poisoned(rng: Random) -> Iterator[Sending]:
    """Yield complaints that hold words which mean harm."""
    for place, words in enumerate(POISON):
        told = _whole(rng, 8_000_000 + place)
        told["occurrence"]["account"] = words
        yield _sending(f"poison-{place}", told)
