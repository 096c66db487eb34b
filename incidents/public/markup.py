"""Text for pages that are not ours: feed readers, and timelines that others embed."""

import re

# What XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets) or what controls a terminal; then
# what turns text around, as in page.py.
_TO_BE_NAMED = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def shown(text: str) -> str:
    """The text, with each character that is to be seen and not obeyed named by its number."""
    return _TO_BE_NAMED.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
