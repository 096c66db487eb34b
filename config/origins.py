"""Where a request comes from. Of this nothing is kept, but as a keyed hash."""

from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from secrets import token_bytes

from django.conf import settings
from django.http import HttpRequest

# That this process alone has, in its memory.
_key = token_bytes(32)
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED")


def origin(request: HttpRequest) -> bytes | None:
    """What tells it from others while this process lives, and tells nothing else; None where
    clients cannot be told apart."""
    if misnamed(request):
        return None
    return blake2b(network(request).encode(errors="replace"), key=_key, digest_size=16).digest()


def network(request: HttpRequest) -> str:
    """The address; of IPv6 the 64 bits that one household or machine has to itself."""
    found = client_address(request)
    try:
        address = ip_address(found)
    except ValueError:
        return found
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))
    return str(address)


def client_address(request: HttpRequest) -> str:
    """As the proxy in front tells it in the header that the operator named, else the peer's."""
    return _told(request) or str(request.META.get("REMOTE_ADDR", ""))


def _told(request: HttpRequest) -> str:
    """Of a list it is the last: that one our own proxy wrote, the others anyone can send."""
    header = settings.CLIENT_ADDRESS_HEADER
    return request.headers.get(header, "").rpartition(",")[2].strip() if header else ""


def misnamed(request: HttpRequest) -> str:
    """What the operator should know where clients cannot be told apart, or are by their own word;
    "" where nothing speaks for that."""
    header = settings.CLIENT_ADDRESS_HEADER
    if header and not _told(request):
        return f"CLAIMLINE_CLIENT_ADDRESS_HEADER names {header}, which a request lacks."
    if not header and any(name in request.META for name in _FORWARDED):
        return (
            "A proxy seems to stand in front: name the header in which it tells the client's "
            "address as CLAIMLINE_CLIENT_ADDRESS_HEADER, or all clients are throttled as one."
        )
    return ""
