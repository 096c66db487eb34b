"""The canonical form of an address: equal for all spellings under which one page is read."""

import re
from unicodedata import normalize
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

# Labels in front of a host under which the same page is served again.
_SERVES_THE_SAME = {"www", "m", "mobile", "amp"}
_OTHER_NAMES = {"telegram.me": "t.me", "telegram.dog": "t.me", "twitter.com": "x.com"}
# Many publish under these hosts; the first part of the path says who.
_SHARED_HOSTS = {"t.me", "x.com", "facebook.com", "instagram.com", "youtube.com", "tiktok.com"}
_TRACKING = re.compile(
    r"utm_.*|(fb|g|y|dc|ms|ys)clid|[gw]braid|igshi?d|mc_[ce]id|_ga|ref_src|cmpid|smid"
    r"|at_(medium|campaign)|__(cft|tn)__.*|amp"
)
# How a page is to be shown, not which page it is.
_SHOWING = {
    "t.me": {"single", "embed", "mode", "comment", "thread"},
    "x.com": {"s", "t"},
    "youtube.com": {"si", "feature"},
}
_SHOWN_AS_AMP = {("output", "amp"), ("outputtype", "amp"), ("view", "amp")}
# https://outlet-example.cdn.ampproject.org/c/s/outlet.example/page, google.com/amp/s/outlet…
_AMP_CACHE = re.compile(r"(?:.+\.cdn\.ampproject\.org/[cv]|google\.[a-z.]+/amp)/(?:s/)?([^/].*)")
_AMP_PATH = re.compile(r"^/amp(?=/|$)|/amp$|\.amp(?=(\.html?)?$)")
_KEPT_IN_PATHS = "/:@!$&'()*+,;=~"


def canonical(url: str) -> str:
    """An https address in ASCII without all that does not tell pages apart, to compare by.

    It need not lead anywhere. What is no address of the web stays as it is, but for outer blanks.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    host = _host(parts.hostname or "")
    if parts.scheme not in ("http", "https") or not host:
        return url
    path, query = _decoded(parts.path), _query(host, parts.query)
    if cached := _AMP_CACHE.fullmatch(host + path):
        return canonical(f"https://{_encoded(cached[1])}?{query}")
    netloc = host if port in (None, 80, 443) else f"{host}:{port}"
    return SplitResult("https", netloc, _encoded(_trimmed(host, path)), query, "").geturl()


def site(url: str) -> str:
    """Whose page it is: the host or, where many publish under one host, the account there."""
    try:
        parts = urlsplit(canonical(url))
    except ValueError:
        return ""
    if parts.netloc in _SHARED_HOSTS:
        return "/".join([parts.netloc, *parts.path.split("/")[1:2]])
    return parts.netloc


def _host(name: str) -> str:
    if ":" in name:
        return f"[{name}]"
    labels = [_ascii(label) for label in name.split(".") if label]
    kept = [label for label in labels[:-2] if label not in _SERVES_THE_SAME] + labels[-2:]
    host = ".".join(kept)
    return _OTHER_NAMES.get(host, host)


def _ascii(label: str) -> str:
    try:
        return label.encode("idna").decode().lower()
    except UnicodeError:
        return label


def _decoded(path: str) -> str:
    """Letter case is dropped: few sites tell pages apart by it, and links are typed in any."""
    return normalize("NFC", unquote(path, errors="surrogateescape").lower())


def _encoded(path: str) -> str:
    return quote(path, _KEPT_IN_PATHS, errors="surrogateescape")


def _trimmed(host: str, path: str) -> str:
    if host == "t.me" and path.startswith("/s/"):
        # The same posts, laid out for browsers.
        path = path.removeprefix("/s")
    while (shorter := _AMP_PATH.sub("", path).rstrip("/")) != path:
        path = shorter
    return path


def _query(host: str, query: str) -> str:
    pairs = sorted(
        (name, value)
        for name, value in parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
        if not _TRACKING.fullmatch(name.lower())
        and name.lower() not in _SHOWING.get(host, ())
        and (name.lower(), value.lower()) not in _SHOWN_AS_AMP
    )
    return urlencode(pairs, errors="surrogateescape")
