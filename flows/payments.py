"""Chapter payments (赔付): comparing what the books say was paid with what the provider and the bank say."""

from datetime import date

from prefect import flow

from tasks.claims.reconciling import reconcile
from tasks.publishing import publish_rows


@flow(name="reconcile_payments")
def reconcile_payments(day: date | None = None) -> int:
    """Compare a day's payouts with the statements, and list what is missing on either side: the nightly check.

    Args:
        day: 对账日期，默认昨天 / the day, yesterday where none is named.
    """
    compared = reconcile(day)
    publish_rows(
        "payment-differences",
        [one.model_dump(mode="json") for one in compared.discrepancies],
        description="What the ledger and the statements say differently. 对账差异",
    )
    publish_rows(
        "payment-statements",
        [
            *({"statement": source, "lines": lines, "not compared": ""} for source, lines in compared.compared.items()),
            *({"statement": source, "lines": 0, "not compared": why} for source, why in compared.not_compared.items()),
        ],
        description="The statements that were compared, and those that could not be. 对账单",
    )
    return len(compared.discrepancies)
