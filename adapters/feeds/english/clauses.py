"""Pieces of pattern that several rows of the English book share. No rows here."""

GAP = "[^.;!]"  # a character within one clause

CONSIGNEE = "(?:recipient|customer|consignee|addressee|receiver)"
SENDER = "(?:sender|shipper|merchant|seller|consignor)"
SENDER_WORDS = ("sender", "shipper", "merchant", "seller", "consignor")
GOODS = "(?:shipment|parcel|package|item|consignment|contents?)"

FAILED = (
    "(?:(?:delivery|attempt)(?: attempt)?(?: was| has)? (?:failed|unsuccessful|not (?:successful|possible|completed))"
    "|(?:failed|unsuccessful|missed) (?:delivery|attempt)|delivery (?:failure|exception)"
    "|attempted (?:delivery|to deliver)"
    "|delivery (?:was )?attempted|(?:un|not )able to (?:be )?deliver|(?:could|can)(?: ?not|n't) (?:be )?deliver"
    "|not (?:been )?delivered|undeliver(?:ed|able))"
)
FAILED_WORDS = (
    *("failed", "successful", "not possible", "not completed", "missed", "failure", "delivery exception", "attempted"),
    *("able to deliver", "able to be deliver", "not deliver", "n't deliver", "not be deliver", "n't be deliver"),
    *("not been delivered", "undeliver"),
)

POINT = "(?:pick-?up point|collection point|access point|service point|parcel ?shop|locker)"
POINT_WORDS = ("point", "parcelshop", "parcel shop", "locker")

ADDRESS_AT_FAULT = (
    "(?:incorrect|incomplete|insufficient|invalid|wrong|bad|unknown|illegible|unclear) (?:\\w+ )?address"
    "|address (?:\\w+ )?(?:is |was )?(?:incorrect|incomplete|insufficient|invalid|wrong|unknown|not found|required)"
    "|address does not exist|no such (?:address|number|street)|unable to locate|cannot be located"
)
ADDRESS_WORDS = ("address", "no such", "unable to locate", "cannot be located")
