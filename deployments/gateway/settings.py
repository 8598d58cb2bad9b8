"""How the gateway is reached and what it bears. Whose secret is which stands in the list of feeds and in `keys`."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.claims import ClaimChannel
from schemas.complaints import Channel


class GatewaySettings(BaseSettings):
    """Read from REDRESS_GATEWAY_HOST, REDRESS_GATEWAY_PORT, REDRESS_BODY_BYTES_MAX ..."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_", extra="ignore", env_ignore_empty=True)

    gateway_host: str = "127.0.0.1"
    gateway_port: int = 8600
    body_bytes_max: int = Field(default=2_000_000, ge=1)  # as sent, and again when unpacked
    body_seconds_max: float = Field(default=30, gt=0)  # for a body to arrive in
    upload_bytes_max: int = Field(default=25_000_000, ge=1)  # an answer with its evidence
    upload_seconds_max: float = Field(default=300, gt=0)  # from a telephone on the road
    link_requests_per_minute_max: int = Field(default=30, ge=1)  # at one inquiry's link
    bytes_held_max: int = Field(default=200_000_000, ge=1)  # of all requests at a time
    requests_at_once_max: int = Field(default=1000, ge=1)
    registrations_max: int = Field(default=1000, ge=1)
    declarations_max: int = Field(default=1000, ge=1)
    client_requests_per_minute_max: int = Field(default=60_000, ge=1)  # from one address
    complaint_channels: dict[str, tuple[Channel, ...]] = {}  # by the name of an API key; one that is not there: all
    claim_channels: dict[str, tuple[ClaimChannel, ...]] = {}  # likewise, of claims
    claim_pages_per_minute_max: int = Field(default=10, ge=1)  # that one client sends in without a key
    claim_status_per_minute_max: int = Field(default=30, ge=1)  # that one claim's claimant is told how it stands
    papers_per_minute_max: int = Field(default=6, ge=1)  # ZIPs of one claim
    commit_seconds_max: float = Field(default=20, gt=0)  # that a sender waits for his commit
