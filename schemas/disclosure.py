"""Who may read what (R65): the readers of a text, the classes of what it could say, and how each is treated."""

from enum import StrEnum


class Audience(StrEnum):
    """Who reads what leaves."""

    CUSTOMER = "customer"
    OUTLET = "outlet"  # and every other node that is asked
    DEPARTMENT = "department"
    REGULATOR = "regulator"
    PUBLIC = "public"  # whoever asks


class DataClass(StrEnum):
    """What kind of thing a field tells. The first four may be told to anybody, the last four to nobody outside."""

    PUBLISHED_MATERIAL = "published_material"
    PRICE_LIST = "price_list"
    OUTLET_ADDRESS = "outlet_address"
    OUTLET_PHONE = "outlet_phone"
    OUTCOME = "outcome"
    PERSON = "person"
    GOODS = "goods"
    VALUE = "value"
    WAY = "way"
    HANDLING = "handling"
    OTHER_CUSTOMER = "other_customer"
    COMPANY_RULES = "company_rules"
    FRANCHISEE = "franchisee"
    STAFF_CONTACT = "staff_contact"


class Treatment(StrEnum):
    """What becomes of a field."""

    SHOW = "show"
    MASK = "mask"
    DROP = "drop"
