"""What fresh and valuable goods ask for by themselves: to be opened face to face (R114), and never a locker."""

from datetime import date, datetime
from decimal import Decimal

from rules.exceptions.pack import EXCEPTION_PACK
from schemas.preferences import Goods

LOCKER_RULES = "智能快件箱寄递服务管理办法 (2019-10-01)"
VALUE_RULE, VALUE_SCOPE = "value_from", "high_value"
LEAST_VALUE: Decimal = min(row.value for row in EXCEPTION_PACK.rows(VALUE_RULE, scope=VALUE_SCOPE))
"""From which value on goods may ever have been valuable, for those who look for them in bulk."""
CURRENCY = "CNY"


def is_valuable(goods: Goods, *, on: date) -> bool:
    """Say whether goods count as valuable that day; in another currency nobody has said from which amount on."""
    value = goods.insured_amount or goods.declared_value
    if value is None or goods.currency != CURRENCY:
        return False
    return value >= EXCEPTION_PACK.pick(VALUE_RULE, scope=VALUE_SCOPE, on=on).value


def inspection_owed_for(goods: Goods, *, at: datetime) -> str:
    """Say for what the goods must be opened face to face (R114): `fresh`, `valuable`, or empty."""
    if goods.perishable:
        return "fresh"
    return "valuable" if is_valuable(goods, on=at.date()) else ""
