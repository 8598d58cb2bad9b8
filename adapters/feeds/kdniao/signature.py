"""How Kdniao signs, in both directions.

It is Base64 of the hexadecimal MD5 of the JSON and the application's key; the JSON is as it is before any encoding.
"""

import base64
import hashlib


def signature(document: bytes, app_key: str) -> str:
    """Give the signature of a document."""
    signed = hashlib.md5(document + app_key.encode(), usedforsecurity=False)  # the provider's choice
    return base64.b64encode(signed.hexdigest().encode()).decode()
