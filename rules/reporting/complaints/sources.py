"""The three sources of the feedback analysis (R109): tickets, what is told at the door, what couriers note daily."""

from enum import StrEnum

from schemas.complaints import Channel
from schemas.reporting import Words


class Source(StrEnum):
    """Where feedback comes from."""

    TICKETS = "tickets"
    AT_THE_DOOR = "at_the_door"
    COURIER_NOTES = "courier_notes"


SOURCE_OF: dict[Channel, Source] = {
    channel: {Channel.AT_THE_DOOR: Source.AT_THE_DOOR, Channel.COURIER_NOTE: Source.COURIER_NOTES}.get(
        channel, Source.TICKETS
    )
    for channel in Channel
}
"""Whatever reached the desk by itself is a ticket."""

SOURCE_WORDS: dict[str, Words] = {
    Source.TICKETS: Words("投诉工单", "tickets"),
    Source.AT_THE_DOOR: Words("上门口述", "told at the door"),
    Source.COURIER_NOTES: Words("快递员日常记录", "couriers' notes"),
}
