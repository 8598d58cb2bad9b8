"""What the booking system registers: all of it, or nothing with what is wrong and where."""

from dataclasses import dataclass

from pydantic import TypeAdapter
from starlette.requests import Request

from deployments.gateway.reading import PartnerDoor, read
from deployments.gateway.refusal import Refusal
from schemas.shipments import ShipmentRegistration
from tasks.tracking.registration import register_shipments

REGISTRATIONS = TypeAdapter(list[ShipmentRegistration])


@dataclass(frozen=True, kw_only=True)
class Registrations:
    """Takes registrations from those who have the API key."""

    door: PartnerDoor

    async def take(self, request: Request) -> int:
        """Store registrations and count them.

        Raises:
            Refusal: with the status that says why.
            Unfit: one is wrong; none is stored.

        """
        return await self.door.take(request, self._register)

    def _register(self, body: bytes, _key: str) -> int:
        registrations = read(REGISTRATIONS, body)
        most = self.door.entrance.settings.registrations_max
        if len(registrations) > most:
            raise Refusal(413, f"{len(registrations)} registrations; at most {most} at once")
        register_shipments(registrations)
        return len(registrations)
