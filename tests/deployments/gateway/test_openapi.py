"""What the gateway tells of itself."""

from typing import Any

import httpx
import pytest

from adapters.feeds.configuration import configured_feeds


@pytest.fixture
def described(client: httpx.Client) -> dict[str, Any]:
    told: dict[str, Any] = client.get("/openapi.json").json()
    return told


class TestOpenapi:
    def test_has_every_door(self, described: dict[str, Any]) -> None:
        doors = {f"/feeds/{name}" for name in configured_feeds()}

        answers = {"/inquiries/{token}", "/inquiries/{inquiry_no}/answer", "/evidence"}
        answers |= {"/cases/{case_no}/contacts"}
        changes = {"/preferences", "/change-requests", "/change-requests/{number}/code"}

        complaints = {"/complaints", "/complaints/{number}", "/complaints/{number}/record", "/callers"}
        complaints |= {"/complaints/{number}/attachments"}

        own = {f"/claims/{{number}}{door}" for door in ("", "/code", "/answer", "/status", "/papers.zip")}
        claims = {"/claims", *own}

        alone = {"/shipments", "/healthz", "/insurer/callbacks"}
        assert set(described["paths"]) == doors | answers | changes | complaints | claims | alone

    @pytest.mark.parametrize("name", configured_feeds())
    def test_says_of_a_door_what_it_takes_and_answers(self, described: dict[str, Any], name: str) -> None:
        door = described["paths"][f"/feeds/{name}"]["post"]

        assert {"multipart/form-data", "application/x-www-form-urlencoded"} < set(door["requestBody"]["content"])
        assert {"400", "401", "408", "413", "415", "429", "503"} < set(door["responses"])
        assert "Retry-After" in door["responses"]["429"]["headers"]

    def test_says_who_may_push(self, described: dict[str, Any]) -> None:
        signed, keyed = (described["paths"][f"/feeds/{name}"]["post"] for name in ("kuaidi100", "sf"))

        assert (signed["security"], keyed["security"]) == ([], [{"ApiKey": []}])
        assert described["components"]["securitySchemes"]["ApiKey"]["name"] == "X-API-Key"

    def test_tells_the_provider_s_words(self, described: dict[str, Any]) -> None:
        accepted = described["paths"]["/feeds/kuaidi100"]["post"]["responses"]["200"]["content"]

        assert '"returnCode": "200"' in accepted["application/json"]["example"]

    def test_shows_no_account(self, described: dict[str, Any]) -> None:
        account = described["components"]["schemas"]["PayeeTold"]["properties"]["account"]

        assert account.keys() == {"pattern", "title", "type"}

    def test_names_every_schema_that_it_refers_to(self, client: httpx.Client, described: dict[str, Any]) -> None:
        referred = {part.split('"')[0] for part in client.get("/openapi.json").text.split("#/components/schemas/")[1:]}

        assert "ShipmentRegistration" in referred
        assert referred <= set(described["components"]["schemas"])
