"""Where the tiles under the map come from, if the operator has a server of them."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def tile_origin(template: str) -> str:
    """What images may come from. An address that cannot be used stops the start."""
    address = urlsplit(template)
    whole = all(part in address.path for part in ("{z}", "{x}", "{y}"))
    # Characters that would end a directive of the policy cannot be in a host name.
    named = address.netloc.replace(".", "").replace("-", "").replace(":", "").isalnum()
    if address.scheme != "https" or not named or not whole:
        raise ImproperlyConfigured(
            "CLAIMLINE_TILES must be like https://tiles.example/{z}/{x}/{y}.png, "
            f"not {template!r}."
        )
    return f"https://{address.netloc}"
