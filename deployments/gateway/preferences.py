"""What partners declare of consignees' preferences (R111): all of it, or nothing with what is wrong and where."""

from dataclasses import dataclass

from pydantic import TypeAdapter
from starlette.requests import Request

from deployments.gateway.reading import PartnerDoor, read
from deployments.gateway.refusal import Refusal, Unfit
from schemas.preferences import Declaration, Door
from tasks.preferences.declaring import NoPhone, take_down

DECLARATIONS = TypeAdapter(list[Declaration])


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """Takes declarations from those who have the API key."""

    door: PartnerDoor

    async def take(self, request: Request) -> list[dict[str, object]]:
        """Take declarations down and give what each came to: the consignee's version, and the kinds that changed.

        Raises:
            Refusal: with the status that says why.
            Unfit: one is wrong; none is taken.

        """
        return await self.door.take(request, self._take_down)

    def _take_down(self, body: bytes, key: str) -> list[dict[str, object]]:
        declarations = read(DECLARATIONS, body)
        most = self.door.entrance.settings.declarations_max
        if len(declarations) > most:
            raise Refusal(413, f"{len(declarations)} declarations; at most {most} at once")
        try:
            taken = take_down(declarations, door=Door.GATEWAY, taken_by=key)
        except NoPhone as wrong:
            faults = [{"at": f"{place}.phone", "what": "It should be a phone number"} for place in wrong.places]
            raise Unfit(faults) from wrong
        return [{"version": item.version, "changed": list(item.changed)} for item in taken]
