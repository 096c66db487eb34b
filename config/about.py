"""What whoever runs the site says of it on /about/. A value that cannot be used stops the start."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

_LICENCES = {"CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/"}


def contact_url(contact: str) -> str:
    """Where a link to the contact leads, "" where none is named."""
    if not contact or _is_page(contact):
        return contact
    try:
        validate_email(contact)
    except ValidationError:
        raise ImproperlyConfigured(
            f"CLAIMLINE_CONTACT must be a mail address or begin with https://, not {contact!r}."
        ) from None
    return f"mailto:{contact}"


def licence_url(licence: str, url: str) -> str:
    """Where the licence is written: `url`, or for one that we know its own address."""
    address = url or _LICENCES.get(licence, "")
    if not _is_page(address):
        raise ImproperlyConfigured(
            f"CLAIMLINE_LICENCE_URL must say, with https://, where {licence!r} is written, "
            f"not {url!r}."
        )
    return address


def _is_page(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" and bool(parts.netloc)
