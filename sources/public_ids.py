"""Public ids: ten Crockford base32 characters, random, so that they tell nothing of drafts.

Alphabet and reading rules: https://www.crockford.com/base32.html
"""

import hashlib
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
_READ = str.maketrans("OIL", "011")


def new_id() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def derived_id(*parts: str) -> str:
    """The id that stands for a key: the same on every installation, for data that we ship."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    bits = int.from_bytes(digest[:7], "big")
    return "".join(ALPHABET[(bits >> (5 * place)) & 31] for place in range(LENGTH))


def read_id(text: str) -> str:
    """The canonical form of an id as somebody typed it: case, O for 0, and I or L for 1 forgiven.

    ValueError when it cannot be one.
    """
    canonical = text.upper().translate(_READ)
    if len(canonical) != LENGTH or not set(canonical) <= set(ALPHABET):
        raise ValueError(text)
    return canonical
