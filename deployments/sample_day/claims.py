"""What the day's customers claim: small and clear matters, and one of each that people have to do something about.

Who claims is the sender or the consignee of a parcel in trouble, or the owner of a consignment that travels as LTL.
What people then do with a claim is told by its plot (`deployments.command.demo_claims`); how claims are settled is
nothing that is made up here.
"""

import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from deployments.sample_day import registrations
from deployments.sample_day.claim_plots import (
    ASKING_TOO_MUCH,
    CONSIGNMENTS,
    LACKING,
    SORTS,
    Consignment,
    Plot,
    event_of,
)
from deployments.sample_day.clock import CHINA
from deployments.sample_day.photographs import photograph
from deployments.sample_day.telling import Telling
from deployments.sample_day.world import CENT, Parcel

PATH = "/claims"
DRAFT_PATH = f"{PATH}?draft=true"
BOOKED, CLAIMED, CLAIMED_LATER = 5, 6, 7
"""The waves: consignments are booked, claims come in, and more come in after people have worked on the first."""
TOLD_AGAIN_EVERY = 9
"""Every so many clear claims somebody tells the same once more, ..."""
SENT_TWICE_EVERY = 11
"""... or is sent twice by the system that took it, ..."""
ASSIGNED_EVERY = 3
"""... or the consignee claims, to whom the sender left it."""
TROUBLED_OF_A_WHOLE_DAY = 200
"""From so many parcels in trouble on, all the claims are told; a smaller day has fewer, and one of each at least."""
LATE_BY = timedelta(days=1300)

CHANNELS = ("website", "hotline", "outlet", "partner")
CONSIGNOR = "示例机械厂"
ORIGIN, DESTINATION = "宁波示例路网点", "杭州示例路网点"
"""Outlets that the sample network has."""
WORDS = {
    "loss": ("寄出后一直没有消息，网点说找不到了", "It has not moved for days; the outlet cannot find it."),
    "damage": ("收到时外箱压坏，里面的东西坏了一部分", "The box was crushed and part of the goods is broken."),
    "shortage": ("打开后发现少了一件", "One piece was missing when the box was opened."),
    "delay": ("没有在约定的时间送到", "It was not delivered by the time that was promised."),
    "misdelivery": ("送给了别人，没有追回", "It was given to somebody else and did not come back."),
}
"""Event -> what happened, in Chinese and English."""
PICTURES = ("photo_whole", "photo_detail", "photo_label", "packaging_at_acceptance")
SEEN = frozenset({"damage", "shortage"})
FURTHER_PAPERS = ("loss_list", "repair_quote")
"""What large matters need beside."""
PIECES = 4
LOST_PERCENTS = (20, 30, 40, 50)


@dataclass(frozen=True)
class ClaimPost:
    """One post about claims."""

    wave: int
    path: str
    key: str
    body: bytes
    answer: int  # the status that it must be answered with
    plot: Plot | None = None  # None for a booking
    reference: str = ""  # the claimant's own number of the claim


def claim_posts(tellings: Sequence[Telling], *, now: datetime, rng: Random) -> list[ClaimPost]:
    """Make up what is claimed at the end of the day, in the order in which it comes in."""
    day = _Day(now, rng)
    bookings, large = _consignments(day)
    first = [*large, _too_late(day), *_about_parcels(tellings, day)]
    return [bookings, *first, *_repeated(first)]


class _Day:
    """What all claims of a day share."""

    def __init__(self, now: datetime, rng: Random) -> None:
        self.now = now
        self.rng = rng
        self.today = f"{now.astimezone(CHINA):%Y-%m-%d}"
        self._numbers = iter(range(1, 1_000))

    def post(self, plot: Plot, record: dict[str, Any]) -> ClaimPost:
        """Number a claim and write it as it is sent."""
        number = next(self._numbers)
        reference = f"SD-{self.now:%Y%m%d%H%M%S}-{number:03d}"
        record = {"channel": CHANNELS[number % len(CHANNELS)], **record, "reference": reference}
        lacks = plot in LACKING
        return ClaimPost(
            wave=CLAIMED_LATER if plot is Plot.CLEAR_LATER else CLAIMED,
            path=DRAFT_PATH if plot is Plot.DRAFT else PATH,
            key=f"sample-claim-{self.now:%Y%m%d%H%M%S}-{number}",
            body=_written(record),
            answer=201 if not lacks else 202 if plot is Plot.DRAFT else 422,
            plot=plot,
            reference=reference,
        )

    def phone(self) -> str:
        """Invent a number that nobody has."""
        return f"1990005{self.rng.randrange(10_000):04d}"

    def account(self) -> str:
        """Invent an account; no bank has one that begins so."""
        return f"00000000{self.rng.randrange(10**8):08d}"


def _written(record: Any) -> bytes:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


def _consignments(day: _Day) -> tuple[ClaimPost, list[ClaimPost]]:
    """Book the consignments of the day, and claim for each."""
    numbered = [(f"LT{day.now:%y%m%d%H%M%S}{place:02d}", one) for place, one in enumerate(CONSIGNMENTS)]
    bookings = [_booking(one, waybill, day) for waybill, one in numbered]
    claims = [day.post(one.plot, _of_consignment(one, waybill, day)) for waybill, one in numbered]
    key = f"sample-consignments-{day.now:%Y%m%d%H%M%S}"
    return ClaimPost(BOOKED, registrations.PATH, key, _written(bookings), 201), claims


def _booking(one: Consignment, waybill: str, day: _Day) -> dict[str, Any]:
    accepted = day.now - timedelta(hours=6)
    return {
        "waybill": waybill,
        "carrier": "zhongtong",
        "product": "ltl",
        "sender": {"name": CONSIGNOR, "phone": day.phone()},
        "consignee": {"name": "示例商行", "phone": day.phone(), "address": "浙江省杭州市示例路1号"},
        "goods": one.goods,
        "weight_kg": 80.0,
        "freight": "180.00",
        "declared_value": f"{one.value}.00",
        "currency": "CNY",
        "insured": True,
        "insured_amount": f"{one.insured}.00",
        "origin_city": "宁波市",
        "destination_city": "杭州市",
        "origin_outlet": ORIGIN,
        "destination_outlet": DESTINATION,
        "picked_up_at": accepted.astimezone(CHINA).isoformat(),
        "promised_at": (accepted + timedelta(hours=96)).astimezone(CHINA).isoformat(),
        "payment": "月结",
    }


def _of_consignment(one: Consignment, waybill: str, day: _Day) -> dict[str, Any]:
    parcel = {"id": waybill, "contents": one.goods, "value": str(one.value), "proof": "sales_contract"}
    return {
        "waybill": waybill,
        "event": "damage",
        "happened_on": day.today,
        "account": f"{one.goods}在装卸时损坏，无法使用的部分占{one.lost_percent}%",
        "claimant": {"name": CONSIGNOR, "phone": day.phone(), "relation": "sender"},
        "payee": {"name": CONSIGNOR, "account": day.account()},
        "parcels": [parcel | {"lost_percent": str(one.lost_percent)}],
        "claimed": str(Decimal(one.value * one.lost_percent) / 100),
        "evidence": _files(waybill, (*PICTURES, "value_proof", *FURTHER_PAPERS), day),
    }


def _too_late(day: _Day) -> ClaimPost:
    """Claim for a parcel of years ago, of which nothing is on file any more."""
    waybill, happened = f"78000{day.rng.randrange(10**9):09d}", day.now - LATE_BY
    record = {
        "waybill": waybill,
        "event": "loss",
        "happened_on": f"{happened.astimezone(CHINA):%Y-%m-%d}",
        "account": "几年前寄的快件一直没有收到，当时没有处理",
        "claimant": {"name": "迟到示例人", "phone": day.phone(), "relation": "sender"},
        "payee": {"name": "迟到示例人", "account": day.account()},
        "parcels": [{"id": waybill, "value": "260", "proof": "platform_order"}],
        "claimed": "260",
        "evidence": _files(waybill, ("value_proof", "scan_history"), day),
    }
    return day.post(Plot.TOO_LATE, record)


def _about_parcels(tellings: Sequence[Telling], day: _Day) -> Iterator[ClaimPost]:
    left = [telling for telling in tellings if event_of(telling)]
    share = min(1.0, len(left) / TROUBLED_OF_A_WHOLE_DAY)
    day.rng.shuffle(left)
    for sort in SORTS:
        for _ in range(max(1, round(sort.claims * share))):
            found = next((telling for telling in left if sort.fits(telling)), None)
            if found is not None:
                left.remove(found)
                yield day.post(sort.plot, _of_parcel(found, sort.plot, day))


def _of_parcel(telling: Telling, plot: Plot, day: _Day) -> dict[str, Any]:
    parcel, event = telling.parcel, event_of(telling)
    english = plot is Plot.IN_ENGLISH
    record: dict[str, Any] = {
        "waybill": parcel.waybill,
        "event": event,
        "happened_on": day.today,
        "account": WORDS[event][english],
        "claimant": _claimant(parcel, plot, day),
    }
    told, lost = _loss(parcel, event, day.rng)
    if event != "delay":
        record["parcels"] = [told]
    if plot in LACKING:
        del record["account"]
        return record
    record["claimed"] = str((lost * 2 if plot in ASKING_TOO_MUCH else lost).quantize(CENT))
    if plot is not Plot.NO_ACCOUNT:
        record["payee"] = {"name": record["claimant"]["name"], "account": day.account()}
    kinds = _papers(event, relation=record["claimant"]["relation"])
    record["evidence"] = _files(parcel.waybill, kinds[:1] if plot is Plot.PAPERS_WANTED else kinds, day)
    return record


def _claimant(parcel: Parcel, plot: Plot, day: _Day) -> dict[str, str]:
    if plot is Plot.EMPLOYEE:
        return {"name": "样例员工甲", "phone": day.phone(), "relation": "employee"}
    if plot is Plot.IN_ENGLISH:
        return {"name": "Sample Resident", "phone": day.phone(), "relation": "consignee", "language": "en"}
    if parcel.index % ASSIGNED_EVERY == 0:
        return {"name": parcel.consignee, "phone": parcel.consignee_phone, "relation": "consignee"}
    return {"name": parcel.sender, "phone": parcel.sender_phone, "relation": "sender"}


def _loss(parcel: Parcel, event: str, rng: Random) -> tuple[dict[str, Any], Decimal]:
    """Tell of the parcel, and say what is gone of it in CNY."""
    value = parcel.declared_value
    told = {"id": parcel.waybill, "contents": parcel.goods.name, "value": str(value), "proof": "platform_order"}
    if event == "delay":
        return told, parcel.freight
    if event == "damage":
        percent = rng.choice(LOST_PERCENTS)
        return told | {"lost_percent": str(percent)}, value * percent / 100
    if event == "shortage":
        return told | {"pieces": PIECES, "lost_pieces": 1}, value / PIECES
    return told, value


def _papers(event: str, *, relation: str) -> list[str]:
    kinds = [*PICTURES] if event in SEEN else []
    if event != "delay":
        kinds.append("value_proof")
    if relation != "sender":
        kinds.append("assignment_of_claim")
    return [*kinds, "scan_history"]


def _files(waybill: str, kinds: Sequence[str], day: _Day) -> list[dict[str, str]]:
    return [
        {
            "kind": kind,
            "content": b64encode(photograph(f"{kind} of {waybill}, invented", rng=day.rng)).decode(),
            "media_type": "image/jpeg",
            "file_name": f"{kind}.jpg",
        }
        for kind in kinds
    ]


def _repeated(first: Sequence[ClaimPost]) -> Iterator[ClaimPost]:
    """Send some of the clear claims once more: as they were, or told again on the telephone."""
    for number, post in enumerate((post for post in first if post.plot is Plot.CLEAR), start=1):
        if number % SENT_TWICE_EVERY == 0:
            yield post
        if number % TOLD_AGAIN_EVERY == 0 or number == 1:
            record = json.loads(post.body)
            again = {"channel": "hotline", "account": "上午说过，再催一次", "evidence": []}
            yield replace(post, key=f"{post.key}-again", body=_written(record | again), answer=200)
