"""Where malformed records turn up in the day's pushes. What a malformed record looks like is in malformed.py."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import cycle
from random import Random

from deployments.sample_day.kuaidi100 import Kuaidi100Envelope
from deployments.sample_day.malformed import MALFORMED_SHARE, Malformation, spoil
from deployments.sample_day.pushes import TIMELY, Push, Record
from deployments.sample_day.sf import ROUTES_PER_PUSH_MAX


def with_malformed(pushes: Sequence[Push], *, now: datetime, rng: Random) -> list[Push]:
    """Add malformed records to some pushes, every kind in turn; no good record is lost by it."""
    wanted = max(len(Malformation), round(MALFORMED_SHARE * sum(len(push.records) for push in pushes)))
    open_to_it = _open_to_it(pushes)
    chosen = rng.sample(open_to_it, min(wanted, len(open_to_it)))
    kinds = dict(zip(chosen, cycle(Malformation), strict=False))
    spoilt: list[Push] = []
    for place, push in enumerate(pushes):
        spoilt += _spoilt(push, kinds[place], now=now, rng=rng) if place in kinds else [push]
    return spoilt


def _open_to_it(pushes: Sequence[Push]) -> list[int]:
    """Find the pushes that may hold a malformed record.

    A parcel's history at Kuaidi100 is pushed again and again, malformed records included: only its last push may have
    one, so that each is told once. An SF push must have room.
    """
    last = {push.waybills: place for place, push in enumerate(pushes)}
    return [
        place
        for place, push in enumerate(pushes)
        if push.wave == TIMELY
        and (
            last[push.waybills] == place
            if isinstance(push.envelope, Kuaidi100Envelope)
            else len(push.records) < ROUTES_PER_PUSH_MAX
        )
    ]


def _spoilt(push: Push, kind: Malformation, *, now: datetime, rng: Random) -> list[Push]:
    good = rng.choice(push.records).content
    if not isinstance(good, dict):
        raise TypeError(f"a push holds {good!r} before any record was spoilt")
    bad = Record(spoil(good, kind, fields=push.envelope.fields, now=now, rng=rng), malformation=kind)
    if kind is Malformation.EMPTY_WAYBILL and isinstance(push.envelope, Kuaidi100Envelope):
        # There the number stands once for the whole push: a push of its own has lost it.
        return [push, replace(push, envelope=replace(push.envelope, waybill=""), records=(bad,))]
    records = list(push.records)
    records.insert(rng.randrange(len(records) + 1), bad)
    return [replace(push, records=tuple(records))]
