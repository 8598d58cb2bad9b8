"""Where notices go."""

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.channels import Channel


class NoticeSettings(BaseSettings):
    """One Apprise URL for each audience, and one for each channel to customers that has its own.

    `{to}` in it stands for the receiver (a phone number or a department), `{shown_to}` for the same as logs may show
    it, `{channel}` for the channel. The demo's channel appends a line of JSON to a file
    (`adapters.notices.file_channel`).
    """

    model_config = SettingsConfigDict(env_prefix="REDRESS_NOTICE_", extra="ignore")

    customer_url: SecretStr = SecretStr("")
    department_url: SecretStr = SecretStr("")
    sms_url: SecretStr = SecretStr("")
    app_url: SecretStr = SecretStr("")
    voice_call_url: SecretStr = SecretStr("")
    voice_message_url: SecretStr = SecretStr("")
    email_url: SecretStr = SecretStr("")

    def url_for(self, audience: str, channel: Channel | None = None) -> str:
        """Give the address for an audience, or an empty text when none is configured.

        A channel to customers that has none of its own goes the way of all others, but for calls: what writes makes
        none.
        """
        if audience != "customer":
            return self.department_url.get_secret_value()
        own = self.url_of(channel) if channel else ""
        return own if own or channel is Channel.VOICE_CALL else self.customer_url.get_secret_value()

    def url_of(self, channel: Channel) -> str:
        """Give a channel's own address, or an empty text."""
        own: SecretStr = getattr(self, f"{channel.value}_url")
        return own.get_secret_value()

    @property
    def urls(self) -> tuple[str, ...]:
        """List every address that a notice may go to; one that nobody configured is empty."""
        own = tuple(url for channel in Channel if (url := self.url_of(channel)))
        return (self.url_for("customer"), self.url_for("department"), *own)
