"""Where reports are kept, for how long, who answers for them and who is told."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from rules.reporting.complaints.counted import Denominator


class ReportSettings(BaseSettings):
    """Read from REDRESS_HOME, REDRESS_COMPLAINT_RATE_PER, REDRESS_REPORTS_... and REDRESS_REPORT_..., as below."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_", extra="ignore", env_ignore_empty=True)

    home: Path = Path(".redress")
    reports_days: int = Field(default=400, ge=1)  # how long a report is kept after its period
    reports_url: str = ""  # where a web server shows the folder, if one does
    report_signer: str = "redress"  # who answers for scheduled reports (R108)
    report_readers: str = ""  # departments that are told of a new report (R21), with commas between them

    complaint_rate_per: Denominator = Denominator.DELIVERED  # what valid complaints are measured against (R59)

    @property
    def folder(self) -> Path:
        """Name the folder of all reports."""
        return self.home.expanduser().resolve() / "reports"

    @property
    def readers(self) -> tuple[str, ...]:
        """List the departments on the distribution list."""
        return tuple(reader for part in self.report_readers.split(",") if (reader := part.strip()))
