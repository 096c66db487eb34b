"""A mail as saved (.eml), and a web page as some browsers save it in the form of one (.mhtml)."""

import re
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr

from sources.intake.characters import decoded
from sources.intake.html import read_html
from sources.intake.languages import language_tag
from sources.intake.markup import declared_charset, flat_text, parsed
from sources.intake.reading import Found, Reading, Unreadable
from sources.intake.times import time_of

_HEADER = re.compile(r"([!-9;-~]+):.*(?:\r?\n[ \t].*)*\r?\n")
_USUAL = {"from", "date", "subject", "received", "mime-version", "message-id", "return-path", "to"}
# Each makes the parser look at every line once more.
_MOST_PARTS = 60
_INSTEAD = "Paste its text instead."


def looks_like_mail(text: str) -> bool:
    """Whether it begins with headers, two of them such as every mail has."""
    names: set[str] = set()
    at = 0
    while len(names) < 50 and (match := _HEADER.match(text, at)):
        names.add(match[1].lower())
        at = match.end()
    return len(names & _USUAL) >= 2


def read_mail(data: bytes) -> Reading:
    if data.lower().count(b"boundary=") > _MOST_PARTS:
        raise Unreadable(f"The mail has too many parts within parts. {_INSTEAD}")
    try:
        message = message_from_bytes(data, policy=policy.compat32)
        parts = _parts(message)
    except (RecursionError, ValueError, LookupError):
        raise Unreadable(f"The mail is malformed and cannot be read. {_INSTEAD}") from None
    saved_from = _header(message, "Snapshot-Content-Location")
    if saved_from and (pages := [part for part in parts if _is(part, "text/html")]):
        reading = read_html(_payload(pages[0]), saved_from, _charset(pages[0]))
        reading.addresses.append(Found(saved_from, "address in the file"))
        return reading
    reading = Reading("a mail")
    reading.text = "\n\n".join(text for part in parts if (text := _text(part, reading.notes)))
    pages = [part for part in parts if _is(part, "text/html")]
    if len(parts) > 1:
        reading.notes.append(f"The mail has {len(parts)} texts: they stand one after the other.")
    elif pages:
        reading.notes.append("The mail has no plain text: this is what its HTML shows.")
    _read_headers(message, reading)
    return reading


def _read_headers(message: Message, reading: Reading) -> None:
    if subject := _header(message, "Subject"):
        reading.titles = [Found(subject, "subject of the mail")]
    name, address = parseaddr(_header(message, "From"))
    if name or address:
        reading.publishers = [Found(name or address, "sender of the mail")]
    if tag := language_tag(_header(message, "Content-Language")):
        reading.languages = [Found(tag, "Content-Language of the mail")]
    date = time_of(_header(message, "Date"), "date of the mail")
    reading.published = [date] if date else []


def _parts(message: Message) -> list[Message]:
    """The texts in their order, attachments aside; of alternatives the plain one where it says
    something, else the HTML."""
    if message.get_content_disposition() == "attachment":
        return []
    if not message.is_multipart():
        return [message] if _is(message, "text/plain") or _is(message, "text/html") else []
    inner = [one for one in message.get_payload() if isinstance(one, Message)]
    found = [part for one in inner for part in _parts(one)]
    if not _is(message, "multipart/alternative"):
        return found
    plain = [part for part in found if _is(part, "text/plain") and _payload(part).strip()]
    return plain or [part for part in found if _is(part, "text/html")]


def _is(part: Message, kind: str) -> bool:
    return part.get_content_type() == kind


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _charset(part: Message) -> str:
    charset = part.get_param("charset", "")
    return charset if isinstance(charset, str) else str(charset[-1])


def _text(part: Message, notes: list[str]) -> str:
    data = _payload(part)
    charset = _charset(part)
    if not _is(part, "text/html"):
        text, said = decoded(data, charset)
        notes += said
        return text.strip()
    text, said = decoded(data, charset or declared_charset(data))
    notes += said
    return flat_text(parsed(text)) if text.strip() else ""


def _header(message: Message, name: str) -> str:
    """In one line, and as it stands where its encoding is malformed."""
    raw = str(message.get(name, ""))[:2000]
    try:
        text = str(make_header(decode_header(raw)))
    except (HeaderParseError, LookupError, ValueError):
        text = raw
    return " ".join(text.split())
