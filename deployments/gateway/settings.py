"""How the gateway is reached and what it asks of those who knock."""

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class GatewaySettings(BaseSettings):
    """Read from REDRESS_GATEWAY_HOST, REDRESS_GATEWAY_PORT, REDRESS_API_KEY, REDRESS_KUAIDI100_SALT ..."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_", extra="ignore")

    gateway_host: str = "127.0.0.1"
    gateway_port: int = 8600
    api_key: SecretStr
    kuaidi100_salt: SecretStr
    body_bytes_max: int = 2_000_000
    registrations_max: int = 1000
