"""Where the payment provider is, and where the bank's files lie."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.payments import PayoutMethod


class PaymentSettings(BaseSettings):
    """Read from REDRESS_HOME and REDRESS_PAYMENT_...; without a provider's address, payouts go to the bank by file."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_", extra="ignore", env_ignore_empty=True)

    home: Path = Path(".redress")
    payment_url: str = ""
    payment_api_key: SecretStr = SecretStr("")
    payment_timeout_seconds: float = Field(default=15.0, gt=0, le=25.0)  # well within the lease of one sending
    payment_bank_folder: Path | None = None
    payment_batch_payouts_max: int = Field(default=1_000, ge=1, le=20_000)
    payment_file_bytes_max: int = Field(default=10_000_000, ge=1)

    @property
    def method(self) -> PayoutMethod:
        """Say how a payout that is requested now will go."""
        return PayoutMethod.PROVIDER if self.payment_url else PayoutMethod.BANK_FILE

    @property
    def folder(self) -> Path:
        """Give the folder of the bank's files: batches out, statements in."""
        return self.payment_bank_folder or self.home.absolute() / "payments"
