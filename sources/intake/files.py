"""What an editor pasted or uploaded, told by what it contains, never by its name."""

import re
from dataclasses import replace

from sources.intake.characters import decoded, tidied
from sources.intake.html import read_html
from sources.intake.languages import language_by_letters
from sources.intake.mail import looks_like_mail, read_mail
from sources.intake.markup import declared_charset, looks_like_html
from sources.intake.pdf import read_pdf
from sources.intake.reading import MOST_TEXT, Found, Reading, Unreadable

MOST_BYTES = 5_000_000

_READABLE = "Only HTML, plain text, PDF and mail (EML) can be read."
_OTHERS = [
    (rb"\x89PNG", "a picture (PNG)"),
    (rb"\xff\xd8\xff", "a picture (JPEG)"),
    (rb"GIF8", "a picture (GIF)"),
    (rb"RIFF....WEBP", "a picture (WebP)"),
    (rb"....ftyp", "a picture or a video"),
    (rb"PK\x03\x04", "a ZIP archive or an office document"),
    (rb"\xd0\xcf\x11\xe0", "an old office document"),
    (rb"\{\\rtf", "a document in RTF"),
    (rb"\x1f\x8b|Rar!|7z\xbc\xaf", "an archive"),
]
_MARKS = (b"\xff\xfe", b"\xfe\xff")
# Control characters that no text file holds; escape stands in some.
_BINARY = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")


def read_file(data: bytes, address: str = "") -> Reading:
    """Raises Unreadable."""
    if len(data) > MOST_BYTES:
        raise Unreadable(f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
    if b"%PDF-" in data[:1024]:
        return _checked(read_pdf(data))
    for magic, name in _OTHERS:
        if re.match(magic, data, re.DOTALL):
            raise Unreadable(f"This is {name}, whatever its name says. {_READABLE}")
    if _is_binary(data):
        raise Unreadable(f"This is no text. {_READABLE}")
    start = data[:20_000].decode("latin-1").lstrip()
    if looks_like_mail(start):
        return _checked(read_mail(data))
    declared = declared_charset(data)
    text, notes = decoded(data, declared)
    reading = read_html(text, address) if looks_like_html(text) else Reading("plain text", text)
    return _checked(replace(reading, notes=notes + reading.notes))


def read_pasted(text: str, address: str = "") -> Reading:
    """Raises Unreadable."""
    if looks_like_html(text):
        return _checked(read_html(text, address))
    return _checked(Reading("plain text", text))


def _is_binary(data: bytes) -> bool:
    """More than one character in a hundred is none of a text; a few are left out and said."""
    if data.startswith(_MARKS):
        return False
    return len(_BINARY.findall(data[:100_000])) * 100 > len(data[:100_000])


def _checked(reading: Reading) -> Reading:
    reading.text, notes = tidied(reading.text)
    reading.notes += notes
    if not reading.text:
        raise Unreadable("There is no text in it.")
    if len(reading.text) > MOST_TEXT:
        raise Unreadable(
            f"Its text has {len(reading.text):,} characters; a snapshot holds {MOST_TEXT:,}. "
            "Paste the part that matters."
        )
    reading.titles = [Found(tidied(one.value)[0], one.where) for one in reading.titles]
    reading.publishers = [Found(tidied(one.value)[0], one.where) for one in reading.publishers]
    _settle_language(reading)
    return reading


def _settle_language(reading: Reading) -> None:
    """Letters decide where the document says nothing, and doubt what it says."""
    letters = language_by_letters(reading.text)
    if not letters:
        return
    if reading.languages and reading.languages[0].value != letters:
        said = reading.languages[0]
        reading.notes.append(
            f"The page gives its language as {said.value} ({said.where}), but its letters are"
            f" those of {letters}."
        )
    reading.languages.append(Found(letters, "letters of the text"))
