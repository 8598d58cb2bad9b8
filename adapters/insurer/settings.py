"""Which insurer is asked, on which terms, and how it is reached."""

from decimal import Decimal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from rules.claims.insurance import Terms


class InsurerSettings(BaseSettings):
    """Read from REDRESS_INSURER_NAME and the others; without a name no insurer is asked unless the desk says so."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_", extra="ignore", env_ignore_empty=True)

    insurer_name: str = ""
    insurer_policy_no: str = ""
    insurer_from_amount: Decimal = Field(default=Decimal(0), ge=0)  # smaller claims are not worth its work
    insurer_deductible: Decimal = Field(default=Decimal(0), ge=0)  # 免赔额, of each claim
    insurer_currency: str = Field(default="CNY", pattern=r"^[A-Z]{3}$")
    insurer_url: str = ""
    insurer_api_key: SecretStr = SecretStr("")
    insurer_timeout_seconds: float = Field(default=15.0, gt=0, le=25.0)  # well within the lease of one sending

    @property
    def terms(self) -> Terms:
        """Give the terms on which it is asked."""
        return Terms(self.insurer_from_amount, self.insurer_deductible, self.insurer_currency)
