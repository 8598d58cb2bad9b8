"""The commands about positive feedback: praise add, list.

Belongs here: what they take and print. Does not belong here: how it is counted (`store.reporting.praise`).
"""

import getpass
from datetime import datetime, tzinfo
from typing import Literal

from cyclopts import App

from deployments.command.installation import enter
from deployments.command.outcome import Failure
from deployments.command.output import local, print_json, print_table

Way = Literal[
    "hotline", "ivr", "website", "app", "email", "sms", "wechat", "online_chat", "social_media", "outlet",
    "at_the_door", "courier_note", "platform", "regulator",
]  # fmt: skip


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    group = App(name="praise", help="Positive feedback of customers: add, list.")
    group.command(add)
    group.command(listing, name="list")
    app.command(group)


def add(
    words: str,
    *,
    channel: Way = "hotline",
    outlet: str = "",
    courier: str = "",
    waybill: str = "",
    told_at: datetime | None = None,
    staff: str = "",
    json: bool = False,
) -> None:
    """Take down what a customer praises.

    - `redress praise add "快递员冒雨送药上楼" --outlet 示例城东网点 --courier c-17 --channel at_the_door`

    Args:
        words: What was said.
        channel: By which way it was told.
        outlet: The outlet that it is about.
        courier: The courier that it is about, by his staff id.
        waybill: The parcel that it is about.
        told_at: When it was told, in the business's time; now when it is left out.
        staff: Your staff id; the name of your account when it is left out.
        json: Print JSON.
    """
    zone = enter().zone
    from pydantic import ValidationError

    from schemas.praise import Praise
    from tasks import clock
    from tasks.praising import NotToldYet, take_down_praise

    try:
        told = Praise.model_validate(
            {
                "told_at": _moment(told_at, zone) or clock.now(), "channel": channel, "outlet": outlet,
                "courier": courier, "waybill": waybill, "words": words, "taken_by": staff or getpass.getuser(),
            }
        )  # fmt: skip
        kept = take_down_praise(told)
    except ValidationError as fault:
        first = fault.errors(include_input=False)[0]
        raise Failure(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except NotToldYet as fault:
        raise Failure(str(fault)) from fault
    if json:
        print_json(kept.model_dump(mode="json"))
    else:
        print(f"Praise {kept.praise_id} is on file.")


def listing(*, since: datetime | None = None, outlet: str = "", limit: int = 50, json: bool = False) -> None:
    """List what customers praised, the newest first.

    Args:
        since: Told since then, in the business's time.
        outlet: About this outlet only.
        limit: At most so many.
        json: Print JSON.
    """
    zone = enter().zone
    from rules.privacy import mask_phones
    from tasks.praising import praise_on_file

    if limit < 1:
        raise Failure("--limit is at least 1")
    kept = praise_on_file(since=_moment(since, zone), outlet=outlet, limit=limit)
    shown = [one.model_copy(update={"words": mask_phones(one.words)}) for one in kept]
    if json:
        print_json([one.model_dump(mode="json") for one in shown])
        return
    print_table(
        ("no", "told", "channel", "outlet", "courier", "waybill", "words"),
        [
            (one.praise_id, local(one.told_at, zone), one.channel.value, one.outlet, one.courier, one.waybill,
             one.words)
            for one in shown
        ],
    )  # fmt: skip


def _moment(told: datetime | None, zone: tzinfo) -> datetime | None:
    return told if told is None or told.tzinfo else told.replace(tzinfo=zone)
