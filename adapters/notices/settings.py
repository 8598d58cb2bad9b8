"""Where notices go."""

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class NoticeSettings(BaseSettings):
    """One Apprise URL for each audience.

    `{to}` in it stands for the receiver (a phone number or a department), `{shown_to}` for the same as logs may show
    it. The demo's channel appends a line of JSON to a file (`adapters.notices.file_channel`).
    """

    model_config = SettingsConfigDict(env_prefix="REDRESS_NOTICE_", extra="ignore")

    customer_url: SecretStr = SecretStr("")
    department_url: SecretStr = SecretStr("")

    def url_for(self, audience: str) -> str:
        """Give the channel of an audience, or an empty text when none is configured."""
        url = self.customer_url if audience == "customer" else self.department_url
        return url.get_secret_value()
