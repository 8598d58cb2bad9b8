"""Where the store is."""

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class StoreSettings(BaseSettings):
    """The database URL and the size of this process's connection pool."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_", extra="ignore")

    database_url: SecretStr
    pool_size: int = 20
    secret_key: SecretStr = SecretStr("")  # a Fernet key; what the store keeps secret is encrypted with it
